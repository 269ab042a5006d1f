"""A telephone line: slow, and able to break at the worst moment, when the request has arrived and no answer ever comes.

It stands in front of the server, since throttling in the browser does not slow a service worker."""

from __future__ import annotations

import queue
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

REQUEST = re.compile(rb"(?:GET|POST|HEAD) (\S+) HTTP/1\.1\r\n")


@dataclass(frozen=True)
class Speed:
    """bits: a second, each way, shared by all connections; rtt: seconds there and back. By default no delay."""

    bits: float = float("inf")
    rtt: float = 0.0


SLOW_4G, EDGE = Speed(1.6e6, 0.15), Speed(120e3, 0.8)


class Wire:
    """One direction of the line. What is sent stands in one queue, then travels for half the round trip."""

    def __init__(self, speed: Speed) -> None:
        self.speed, self.carried = speed, 0
        self._free = 0.0
        self._lock = threading.Lock()

    def admit(self, size: int) -> float:
        """Waits while these bytes are put on the wire; returns when they arrive at its other end (monotonic)."""
        with self._lock:
            self.carried += size
            self._free = max(time.monotonic(), self._free) + size * 8 / self.speed.bits
            free = self._free
        _until(free)
        return free + self.speed.rtt / 2


class Line:
    """Forwards to a port on loopback. Until it is mended, requests that hold the words of `cut_after` get no answer,
    those of `cut_before` do not even arrive."""

    def __init__(self, target: int, speed: Speed = Speed()) -> None:
        self.target, self.cuts, self.speed = target, 0, speed
        self.up, self.down = Wire(speed), Wire(speed)
        self.requests: list[str] = []
        self._words, self._swallow = b"", False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def cut_after(self, words: str) -> None:
        self._words, self._swallow = words.encode(), False

    def cut_before(self, words: str) -> None:
        self._words, self._swallow = words.encode(), True

    def mend(self) -> None:
        self._words = b""

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
        time.sleep(self.speed.rtt)  # TCP's handshake
        far = socket.create_connection(("127.0.0.1", self.target))
        doomed = threading.Event()
        threading.Thread(target=self._ask, args=(near, far, doomed), daemon=True).start()
        _carry(far, near, self.down, lambda _: not doomed.is_set())  # the server has answered: now the line is dead
        for end in (near, far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the other thread, nor tell the browser
            end.close()

    def _ask(self, near: socket.socket, far: socket.socket, doomed: threading.Event) -> None:
        def note(data: bytes) -> bool:
            with self._lock:
                self.requests += [path.decode() for path in REQUEST.findall(data)]
                if self._words and self._words in data:
                    self.cuts += 1
                    doomed.set()
                    return not self._swallow
            return True

        _carry(near, far, self.up, note)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)  # the server ends its side too, and with it the whole connection


def _carry(source: socket.socket, target: socket.socket, wire: Wire, may_pass: Callable[[bytes], bool]) -> None:
    """Until the source ends, the target is gone, or something may not pass."""
    under_way: queue.SimpleQueue = queue.SimpleQueue()

    def deliver() -> None:
        with suppress(OSError):
            while (item := under_way.get()) is not None:
                arrives, data = item
                _until(arrives)
                target.sendall(data)

    courier = threading.Thread(target=deliver, daemon=True)
    courier.start()
    with suppress(OSError):
        while data := source.recv(1460 if wire.speed.rtt else 65536):
            if not may_pass(data):
                break
            under_way.put((wire.admit(len(data)), data))
    under_way.put(None)
    courier.join()


def _until(moment: float) -> None:
    if (rest := moment - time.monotonic()) > 0:
        time.sleep(rest)
