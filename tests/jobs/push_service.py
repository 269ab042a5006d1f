"""A push service on loopback, as strict as a browser vendor's.

It checks VAPID (RFC 8292) and the headers (RFC 8030), and opens aes128gcm (RFC 8291) as the browser would.
"""

from __future__ import annotations

import json
import os
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """`received` holds the opened messages; `answers` may set another status for a device."""

    def __init__(self) -> None:
        self.received: list[dict] = []
        self.answers: dict[str, tuple[int, dict]] = {}
        self._devices: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def subscribe(self) -> dict[str, str]:
        """What a browser's PushManager would give to the page: endpoint, p256dh, auth."""
        name, key, auth = b64(os.urandom(9)), ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self._devices[name] = key, auth
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": f"http://{self.netloc}/push/{name}", "p256dh": b64(point), "auth": b64(auth)}

    def answer(self, name: str, headers, body: bytes) -> tuple[int, dict]:
        if name in self.answers:
            return self.answers[name]
        if name not in self._devices:
            return 404, {}
        key, auth = self._devices[name]
        claims = self._claims(headers["authorization"])
        text = http_ece.decrypt(body, private_key=key, auth_secret=auth, version="aes128gcm").decode()
        assert headers["content-encoding"] == "aes128gcm"
        assert len(body) <= 4096
        self.received.append(
            {"text": text, "ttl": int(headers["ttl"]), "urgency": headers["urgency"], "claims": claims}
        )
        return 201, {"location": "/m/1"}

    def _claims(self, authorization: str) -> dict:
        """The signed claims of the VAPID header; raises where they do not hold."""
        parts = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
        head, claims, signature = parts["t"].split(".")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(parts["k"]))
        raw = unb64(signature)
        pair = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(pair, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        found = json.loads(unb64(claims))
        assert found["aud"] == f"http://{self.netloc}"
        assert time.time() < found["exp"] <= time.time() + 86_400
        assert found["sub"].startswith("mailto:")
        return found | {"key": parts["k"]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"] or 0))
                try:
                    status, extra = service.answer(self.path.rsplit("/", 1)[-1], self.headers, body)
                except Exception as problem:  # what a browser could not open is refused, and the test sees why
                    status, extra = 403, {"x-problem": repr(problem)[:200]}
                self.send_response(status)
                for name, value in (extra | {"content-length": "0"}).items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
