"""A stand-in for a provider with the Cloud Signature Consortium's API: it really signs, and binds each SAD to hashes.

It serves the revocation lists that its certificates name, or (`lists`) does not, or has the official's on them.

Strict where providers are: a SAD is good once, for its hashes, for its credential; a wrong PIN or OTP is refused.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import authority
from tests.signing.office import NOW

BEARER, CLIENT, CLIENT_SECRET = "bearer-of-the-test", "teken", "client-secret-of-the-test"
SHA256_OID, SHA256_RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11"


class Refused(Exception):
    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class Provider:
    """Its own authority, one RSA credential for a person, and what it was asked."""

    name: str = "Sari Wulandari"
    pin: str = "80-pin-80"
    otp: str = "424242"
    version: int = 2
    bits: int = 2048
    asked: list[tuple[str, dict]] = field(default_factory=list)
    sads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    delay: float = 0.0
    fail_at: str = ""  # the connection is cut after the work at this path was done
    tamper: bool = False
    lists: str = ""  # "" | gone | revoked

    def __post_init__(self) -> None:
        self.root_key, self.root = authority.create_root("Penyedia Contoh Root", NOW - timedelta(days=30), 10)
        self.key = rsa.generate_private_key(65_537, self.bits)
        self.certify("")

    def certify(self, url: str) -> None:
        """Certificates that name revocation lists below `url`, where there is one."""
        start, at = NOW - timedelta(days=30), (f"{url}/root.crl", f"{url}/issuing.crl") if url else ("", "")
        self.issuing_key, self.issuing = authority.create_issuing(
            self.root_key, self.root, "Penyedia Contoh", start, 5, crl_url=at[0]
        )
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        subject = authority.Subject(self.name, organization="Penyedia Contoh")
        until = NOW + timedelta(days=300)
        self.certificate = authority.issue(
            self.issuing_key, self.issuing, spki, subject, start, until, crl_url=at[1]
        )  # fmt: skip

    def crl(self, path: str) -> bytes:
        at, serial = NOW - timedelta(days=1), authority.serial_of(self.certificate)
        if path == "/root.crl":
            return authority.crl(self.root_key, self.root, [], at, at + timedelta(days=30))
        gone = [authority.Revoked(serial, at)] if self.lists == "revoked" else []
        return authority.crl(self.issuing_key, self.issuing, gone, at, at + timedelta(days=30))

    @property
    def root_pem(self) -> bytes:
        return x509.load_der_x509_certificate(self.root).public_bytes(Encoding.PEM)

    def post(self, path: str, body: dict) -> dict:
        """What the service answers, without HTTP in between."""
        self.asked.append((path, body))
        routes = {
            "credentials/info": self._info,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign_hash,
        }
        if path not in routes or body.get("credentialID", "cred-1") != "cred-1":
            raise Refused("invalid_request")
        return routes[path](body)

    def _info(self, _body: dict) -> dict:
        listed = [base64.b64encode(der).decode() for der in (self.certificate, self.root, self.issuing)]
        key = {"status": "enabled", "algo": [SHA256_RSA], "len": self.bits}
        answer = {"key": key, "cert": {"status": "valid", "certificates": listed}, "multisign": 1, "SCAL": "2"}
        if self.version == 1:
            return answer | {"authMode": "explicit", "PIN": {"presence": "true"}, "OTP": {"presence": "true"}}
        objects = [{"type": "Password", "id": "PIN"}, {"type": "Password", "id": "OTP"}]
        return answer | {"auth": {"mode": "explicit", "expression": "PIN AND OTP", "objects": objects}}

    def _authorize(self, body: dict) -> dict:
        hashes = tuple(self._hashes(body))
        given = body if self.version == 1 else {entry["id"]: entry["value"] for entry in body.get("authData", [])}
        if given.get("PIN") != self.pin:
            raise Refused("invalid_pin")
        if given.get("OTP") != self.otp:
            raise Refused("invalid_otp")
        if body.get("numSignatures") != len(hashes):
            raise Refused("invalid_request")
        sad = secrets.token_urlsafe(24)
        self.sads[sad] = hashes
        return {"SAD": sad, "expiresIn": 300}

    def _sign_hash(self, body: dict) -> dict:
        hashes = tuple(self._hashes(body))
        if self.sads.pop(body.get("SAD", ""), None) != hashes:
            raise Refused("invalid_sad")
        oid = body.get("hashAlgo") if self.version == 1 else body.get("hashAlgorithmOID")
        if oid != SHA256_OID or body.get("signAlgo") != SHA256_RSA:
            raise Refused("invalid_request")
        digests = [base64.b64decode(text) for text in hashes]
        if self.tamper:
            digests = [bytes(32) for _ in digests]
        made = [self.key.sign(digest, padding.PKCS1v15(), Prehashed(SHA256())) for digest in digests]
        return {"signatures": [base64.b64encode(signature).decode() for signature in made]}

    def _hashes(self, body: dict) -> list[str]:
        hashes = body.get("hash" if self.version == 1 else "hashes")
        if not hashes or any(len(base64.b64decode(text)) != 32 for text in hashes):
            raise Refused("invalid_request")
        return hashes


@contextmanager
def serving(provider: Provider):
    """The provider behind HTTP, with OAuth 2.0 client credentials; gives the address of its API."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            path = self.path.removeprefix(f"/csc/v{provider.version}/")
            try:
                status, answer = 200, self._answer(path, raw)
            except Refused as refusal:
                status, answer = refusal.status, {"error": refusal.error, "error_description": "of the stand-in"}
            time.sleep(provider.delay)
            if path == provider.fail_at:
                return self.connection.close()
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            return self.wfile.write(data)

        def do_GET(self) -> None:
            data = b"" if provider.lists == "gone" else provider.crl(self.path)
            self.send_response(200 if data else 404)
            self.send_header("Content-Type", "application/pkix-crl")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _answer(self, path: str, raw: bytes) -> dict:
            if path == "oauth2/token":
                if f"client_secret={CLIENT_SECRET}".encode() not in raw or b"client_credentials" not in raw:
                    raise Refused("invalid_client", 401)
                return {"access_token": BEARER, "token_type": "Bearer", "expires_in": 3600}
            if self.headers.get("Authorization") != f"Bearer {BEARER}":
                raise Refused("invalid_token", 401)
            return provider.post(path, json.loads(raw))

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.certify(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/csc/v{provider.version}"
    finally:
        server.shutdown()
        server.server_close()
