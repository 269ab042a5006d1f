"""A telephone line that can break at the worst moment: the request has arrived, the answer never does."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Line:
    """Forwards to a port on loopback. `cut_after(words)`: requests that hold them get no answer, until `mend()`.

    `cut_at(bytes)`: dead once so many went up. `sent`: how many the server got. `pace`: seconds for each 64 KB.
    """

    def __init__(self, target: int, pace: float = 0.0) -> None:
        self.target, self.pace, self.cuts, self.sent = target, pace, 0, 0
        self._words, self._most = b"", 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, words: str) -> None:
        self._words = words.encode()

    def cut_at(self, most: int) -> None:
        self._most = most

    def mend(self) -> None:
        self._words, self._most = b"", 0

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        far = socket.create_connection(("127.0.0.1", self.target))
        doomed = threading.Event()
        threading.Thread(target=self._up, args=(near, far, doomed), daemon=True).start()
        with suppress(OSError):
            while data := far.recv(65536):
                if doomed.is_set():  # the server has answered: now the line is dead
                    break
                near.sendall(data)
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the other thread, nor tell the browser
            end.close()

    def _up(self, near: socket.socket, far: socket.socket, doomed: threading.Event) -> None:
        with suppress(OSError):
            while data := near.recv(65536):
                with self._lock:
                    if self._words and self._words in data:
                        self.cuts += 1
                        doomed.set()
                    if self._most and self.sent + len(data) > self._most:
                        self.cuts += 1
                        doomed.set()
                        break  # in the middle of what it was saying
                    self.sent += len(data)
                far.sendall(data)
                time.sleep(self.pace)
            far.shutdown(socket.SHUT_WR)
