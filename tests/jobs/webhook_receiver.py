"""An office's system on loopback. It checks each message as the Standard Webhooks reference libraries do, written from
the specification and not from our code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE = 5 * 60  # seconds


def verify(secret: str, headers, body: bytes) -> dict:
    """The payload. Raises AssertionError where the signature or the time is wrong."""
    assert secret.startswith("whsec_")
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    message_id, stamp = headers["webhook-id"], headers["webhook-timestamp"]
    assert abs(time.time() - int(stamp)) < TOLERANCE, "too old"
    wanted = base64.b64encode(hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()).decode()
    signatures = [one.partition(",") for one in headers["webhook-signature"].split(" ")]
    assert any(version == "v1" and hmac.compare_digest(found, wanted) for version, _, found in signatures), "forged"
    return json.loads(body)


class Receiver:
    """`received`: (headers, payload) of each message that held. `answers`: what is answered next, else 204."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.secret, self.received, self.refused, self.seen = "", [], [], 0
        self.answers: list[tuple[int, dict]] = []
        self.drip = 0.0  # seconds between two bytes of the answer
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.seen += 1
                body = self.rfile.read(int(self.headers["content-length"]))
                status, extra = receiver.answers.pop(0) if receiver.answers else (204, {})
                try:
                    payload = verify(receiver.secret, self.headers, body)
                    if status < 300:
                        receiver.received.append((dict(self.headers), payload))
                except AssertionError as problem:
                    receiver.refused.append(repr(problem))
                    status = 401
                if receiver.drip:
                    self._drip()
                    return
                self.send_response(status)
                for name, value in (extra | {"content-length": "0"}).items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST

            def _drip(self) -> None:
                try:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    for byte in b"x: " + b"x" * 10_000:
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                        time.sleep(receiver.drip)
                except OSError:
                    receiver.refused.append("cut")

            def log_message(self, *_: object) -> None:
                pass

        return Handler
