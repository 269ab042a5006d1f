"""A stand-in for somebody else's time-stamp authority: a second office, its stamps and revocation lists over HTTP.

It can lie in every way that a client must notice; `lie` is a key of LIES, or of LISTS for the revocation lists.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import authority, ocsp, timestamps
from signing.keys import LocalKey

DAY = timedelta(days=1)
# lie -> the code of the error with which a client must refuse it
LIES = {
    "nonce": "wrong_nonce", "no nonce": "wrong_nonce", "digest": "wrong_imprint", "root": "not_trusted",
    "purpose": "not_trusted", "tampered": "not_trusted", "past": "wrong_time", "future": "wrong_time",
    "garbage": "bad_answer", "empty": "bad_answer", "page": "bad_answer", "error": "bad_answer",
    "redirect": "bad_answer", "rejection": "refused", "huge": "too_long", "slow": "slow", "cut": "unreachable",
}  # fmt: skip
LISTS = {
    "list gone": "bad_answer", "list stale": "stale", "list of a stranger": "not_issued_by", "list huge": "too_long",
    "list garbage": "bad_answer", "revoked": "revoked",
}  # fmt: skip


@dataclass
class Tsa:
    """Root, issuing authority and a time-stamp key below them; `url` once it is served."""

    name: str = "Stempel Waktu Contoh"
    lie: str = ""
    gives: str = "lists"  # lists | ocsp | nothing: which revocation data its certificates name
    url: str = ""
    asked: list[str] = field(default_factory=list)

    def certify(self, url: str) -> None:
        """The certificates carry the addresses, so they are made when the address is known."""
        self.url, start = url, datetime.now(UTC) - 30 * DAY
        self.root_key, self.root = authority.create_root(f"{self.name} Akar", start, 10)
        lists = self.gives == "lists"
        self.issuing_key, self.issuing = authority.create_issuing(
            self.root_key, self.root, f"{self.name} Penerbit", start, 5, crl_url=f"{url}/root.crl" if lists else ""
        )
        self.key, self.ocsp_key = self.service("timestamp"), self.service("ocsp")
        self.number = 0

    def service(self, purpose: str, days: int = 700) -> LocalKey:
        key = ec.generate_private_key(ec.SECP256R1())
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        now, is_stamp = datetime.now(UTC), purpose == "timestamp"
        access = authority.Access(f"{self.url}/ocsp" if self.gives == "ocsp" and is_stamp else "")
        der = authority.issue_service(
            self.issuing_key, self.issuing, spki, authority.Subject(f"{self.name} {purpose}"),
            (now - 2 * DAY, now + days * DAY), purpose=purpose,
            crl_url=f"{self.url}/issuing.crl" if self.gives == "lists" and is_stamp else "", access=access,
        )  # fmt: skip
        return LocalKey(key, der, (self.issuing, self.root))

    @property
    def root_pem(self) -> bytes:
        return x509.load_der_x509_certificate(self.root).public_bytes(Encoding.PEM)

    def stamp(self, request_der: bytes) -> bytes:
        """The answer to a request: honest, or with the lie."""
        request = tsp.TimeStampReq.load(request_der)
        key, at = self.key, datetime.now(UTC)
        at += {"past": -timedelta(hours=1), "future": timedelta(hours=1)}.get(self.lie, timedelta())
        if self.lie == "nonce":
            request["nonce"] = request["nonce"].native ^ 1
        if self.lie == "no nonce":
            del request["nonce"]
        if self.lie == "digest":
            request["message_imprint"]["hashed_message"] = bytes(32)
        if self.lie == "root":
            other = Tsa("Orang Lain")
            other.certify("http://other.invalid")
            key = other.key
        if self.lie == "purpose":
            key = self.service("status")
        if self.lie == "rejection":
            return timestamps.rejection()
        self.number += 1
        answer = timestamps.answer(request.dump(force=True), key, at, self.number)
        return answer[:-8] + bytes([answer[-8] ^ 1]) + answer[-7:] if self.lie == "tampered" else answer

    def crl(self, which: str) -> bytes:
        now = datetime.now(UTC)
        start = now - 20 * DAY if self.lie == "list stale" else now - DAY
        gone = [authority.Revoked(authority.serial_of(self.key.certificate_der), now - DAY)]
        if which == "root":
            return authority.crl(self.root_key, self.root, [], start, start + 10 * DAY)
        if self.lie == "list of a stranger":
            other = Tsa(self.name)  # the same names, another key
            other.certify(self.url)
            return authority.crl(other.issuing_key, other.issuing, [], start, start + 10 * DAY)
        listed = gone if self.lie == "revoked" else []
        return authority.crl(self.issuing_key, self.issuing, listed, start, start + 10 * DAY)

    def status(self, request_der: bytes) -> bytes:
        gone = authority.Revoked(1, datetime.now(UTC) - DAY) if self.lie == "revoked" else None
        now = datetime.now(UTC)
        return ocsp.answer(request_der, self.ocsp_key, lambda _serial: ocsp.Status(True, gone), now, DAY)


class Handler(BaseHTTPRequestHandler):
    """HTTP around `tsa`, a class attribute of each server's own subclass."""

    tsa: Tsa

    def do_POST(self) -> None:
        tsa = self.tsa
        tsa.asked.append(self.path)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/ocsp":
            return self._send(200, "application/ocsp-response", tsa.status(body))
        if tsa.lie == "cut":
            return self.connection.close()
        if tsa.lie == "redirect":
            return self._send(307, "text/plain", b"", ("Location", f"{tsa.url}/elsewhere"))
        odd: dict[str, tuple[int, str, Callable[[], bytes]]] = {
            "garbage": (200, "application/timestamp-reply", lambda: b"\x30\x03\x02\x01\x00garbage"),
            "empty": (200, "application/timestamp-reply", bytes),
            "huge": (200, "application/timestamp-reply", lambda: bytes(3_000_000)),
            "page": (200, "text/html", lambda: tsa.stamp(body)),
            "error": (500, "application/timestamp-reply", lambda: tsa.stamp(body)),
        }
        status, kind, made = odd.get(tsa.lie, (200, "application/timestamp-reply", lambda: tsa.stamp(body)))
        return self._send(status, kind, made())

    def do_GET(self) -> None:
        self.tsa.asked.append(self.path)
        if self.tsa.lie == "list gone":
            return self._send(404, "text/plain", b"gone")
        odd = {"list huge": bytes(2_000_000), "list garbage": b"garbage"}
        found = odd.get(self.tsa.lie) or self.tsa.crl(self.path.strip("/").removesuffix(".crl"))
        return self._send(200, "application/pkix-crl", found)

    def _send(self, status: int, kind: str, body: bytes, *more: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), *more):
            self.send_header(name, value)
        self.end_headers()
        step, pause = (100, 0.2) if self.tsa.lie == "slow" else (1 << 20, 0)
        try:
            for place in range(0, len(body), step):
                time.sleep(pause)
                self.wfile.write(body[place : place + step])
        except OSError:
            pass  # the client had enough

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def serving(tsa: Tsa) -> Iterator[Tsa]:
    """Behind HTTP on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"tsa": tsa}))
    server.daemon_threads = True
    tsa.certify(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield tsa
    finally:
        server.shutdown()
        server.server_close()
