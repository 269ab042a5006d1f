"""What the stand-in's authorities say of their certificates: a list (CRL) each and OCSP, on loopback, faults on demand.

`faults`: names of what shall go wrong until it is taken out: "lists", "ocsp" (503), "stale" (lists of last year),
"strange" (signed by somebody else).
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.bsre_service.quiet import Quiet

faults: set[str] = set()
revoked: dict[int, datetime] = {}
asked: list[str] = []  # paths
_issuers: dict[str, tuple[rsa.RSAPrivateKey, x509.Certificate]] = {}


def know(name: str, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
    """From now on this authority answers, under its short name."""
    _issuers[name] = (key, certificate)


def places(name: str) -> list[x509.ExtensionType]:
    """What a certificate of that authority says of where to ask about it."""
    list_url = x509.UniformResourceIdentifier(f"{_base()}/{name}.crl")
    ocsp_url = x509.UniformResourceIdentifier(f"{_base()}/{name}/ocsp")
    return [
        x509.CRLDistributionPoints([x509.DistributionPoint([list_url], None, None, None)]),
        x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, ocsp_url)]),
    ]


@cache
def _base() -> str:
    server = make_server("127.0.0.1", 0, _answer, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.port}"


@Request.application
def _answer(request: Request) -> Response:
    asked.append(request.path)
    name = request.path.strip("/").removesuffix("/ocsp").removesuffix(".crl")
    key, certificate = _issuers[name]
    kind = "lists" if request.path.endswith(".crl") else "ocsp"
    if kind in faults:
        return Response("down", 503)
    if "strange" in faults:
        key = rsa.generate_private_key(65537, 2048)
    if kind == "lists":
        return Response(_list(key, certificate), mimetype="application/pkix-crl")
    return Response(_status(request.get_data(), key, certificate), mimetype="application/ocsp-response")


def _list(key: rsa.RSAPrivateKey, issuer: x509.Certificate) -> bytes:
    now = datetime.now(UTC).replace(microsecond=0) - (timedelta(days=365) if "stale" in faults else timedelta())
    built = x509.CertificateRevocationListBuilder(issuer.subject, now - timedelta(hours=1), now + timedelta(days=1))
    for serial, at in revoked.items():
        entry = x509.RevokedCertificateBuilder(serial, at).build()
        built = built.add_revoked_certificate(entry)
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _status(question: bytes, key: rsa.RSAPrivateKey, issuer: x509.Certificate) -> bytes:
    request, now = ocsp.load_der_ocsp_request(question), datetime.now(UTC).replace(microsecond=0)
    gone = revoked.get(request.serial_number)
    status = ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        request.issuer_name_hash, request.issuer_key_hash, request.serial_number, request.hash_algorithm, status,
        now - timedelta(minutes=1), now + timedelta(hours=1), gone, None,
    )  # fmt: skip
    built = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, issuer).sign(key, hashes.SHA256())
    return built.public_bytes(Encoding.DER)
