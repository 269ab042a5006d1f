"""A web process that dies by SIGKILL at the n-th observable step of a request.

Steps are the moments around everything that leaves the process: each SQL statement, each commit, each fsync and
rename, the signing itself, the answer. Nothing of this is in the product: it is laid over it in a forked child.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path

import sqlalchemy.event
from flask import Flask
from werkzeug.serving import make_server

import signing


class Steps:
    """Counts steps; at number `fatal` the process is gone. Starts counting with `begin`."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal, self.count, self.names = fatal, 0, []
        self.is_counting = False

    def step(self, name: str) -> None:
        if not self.is_counting:
            return
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1
        self.names.append(" ".join(name.split()))  # one a line: the lines are counted

    def around(self, owner: object, name: str) -> None:
        """Put a step before and after a function."""
        original = getattr(owner, name)

        def wrapped(*args, **kwargs):
            self.step(f"before {name}")
            result = original(*args, **kwargs)
            self.step(f"after {name}")
            return result

        setattr(owner, name, wrapped)

    def lay_over(self, app: Flask) -> None:
        engine = app.extensions["engine"]
        sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *a: self.step(f"before {a[2][:40]}"))
        sqlalchemy.event.listen(engine, "after_cursor_execute", lambda *a: self.step(f"after {a[2][:40]}"))
        sqlalchemy.event.listen(engine, "commit", lambda *a: self.step("before commit"))
        self.around(os, "fsync")
        self.around(Path, "rename")
        self.around(signing, "sign")
        if app.extensions.get("bsre") is not None:
            call = app.extensions["bsre"]
            app.extensions["bsre"] = lambda *args: self._called(call, args)
        app.wsgi_app = self._serve(app.wsgi_app)

    def _called(self, call, args):
        """Before and after the call to a signer outside."""
        self.step("before call")
        answer = call(*args)
        self.step("after call")
        return answer

    def _serve(self, inner):
        def wsgi(environ, start_response):
            self.is_counting = environ["REQUEST_METHOD"] == "POST"
            self.step("request")
            answer = inner(environ, start_response)
            self.step("answer ready")
            return answer

        return wsgi


def serve(app: Flask, listener: socket.socket, fatal: int | None, report: int | None = None) -> int:
    """Fork a web process that answers on this socket; returns its pid. `report`: a pipe for the names of its steps."""
    pid = os.fork()
    if pid:
        return pid
    try:
        app.extensions["engine"].dispose(close=False)
        steps = Steps(fatal)
        steps.lay_over(app)
        server = make_server("127.0.0.1", 0, app, threaded=False, fd=os.dup(listener.fileno()))
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever(poll_interval=0.005)
        if report is not None:
            os.write(report, "\n".join(steps.names).encode())
    finally:
        os._exit(0)
