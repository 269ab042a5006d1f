"""Sari's phone: logged in, sending the same form as often as it takes."""

from __future__ import annotations

import http.client
import os
import signal
import socket
from urllib.parse import urlencode

from tests.faults import steps


class Phone:
    def __init__(self, page, app, path, **sent):
        self.body = urlencode({"csrf_token": page.csrf_token()} | sent)
        self.cookies = "; ".join(f"{c.key}={c.value}" for c in page.client._cookies.values())
        self.path, self.app = path, app

    def send(self, fatal, report=None):
        """One try against a fresh web process: the status, or None when the process died under it."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            pid = steps.serve(self.app, listener, fatal, report)
            connection = http.client.HTTPConnection(*listener.getsockname(), timeout=30)
            headers = {
                "Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded", "Host": "localhost",
                "Referer": "http://localhost/",
            }  # fmt: skip
            try:
                connection.request("POST", self.path, self.body, headers)
                status = connection.getresponse().status
            except (http.client.HTTPException, OSError):
                status = None
            finally:
                connection.close()
            if status is not None:
                os.kill(pid, signal.SIGTERM)
            _, how = os.waitpid(pid, 0)
        died = os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL
        assert died == (status is None), f"status {status}, wait status {how}"
        return status
