"""The OCSP responder (RFC 6960): one signed answer about one certificate. Which are revoked, the caller knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto.keys import PublicKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp

from signing.authority import Revoked
from signing.keys import LocalKey

MAX_REQUEST = 4096  # bytes; one certificate id with a nonce takes about 120
MAX_NONCE = 32  # RFC 8954, 2.1
_HASHES = (hashes.SHA1, hashes.SHA256)  # of the issuer's name and key: a look-up, nothing is signed with SHA-1


@dataclass(frozen=True)
class Status:
    """What is known of a serial number: issued at all, and revoked or held (`certificateHold`) since when and why."""

    is_known: bool
    revoked: Revoked | None = None


def answer(
    request_der: bytes, key: LocalKey, status_of: Callable[[int], Status], at: dt.datetime, valid: dt.timedelta
) -> bytes:
    """The OCSP response (DER) for a request (DER), signed by the delegated responder `key`, chain_der[0] its issuer.

    A request that is damaged, too long, or asks for several at once gets `malformedRequest`; about another
    authority's certificates `unauthorized`. The nonce comes back when there is one of at most 32 bytes.
    """
    try:
        request = ocsp.load_der_ocsp_request(request_der) if len(request_der) <= MAX_REQUEST else None
        asked = request and (request.serial_number, request.issuer_key_hash, request.hash_algorithm)
    except (ValueError, NotImplementedError, x509.UnsupportedGeneralNameType):
        request = asked = None
    if request is None or asked is None:
        return _refusal(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    issuer = x509.load_der_x509_certificate(key.chain_der[0])
    if not isinstance(asked[2], _HASHES) or not _is_about(request, issuer):
        return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    return _respond(request, status_of(asked[0]), key, (at, at + valid))


def request(certificate_der: bytes, issuer_der: bytes) -> bytes:
    """The question (DER) about one certificate."""
    certificate, issuer = (x509.load_der_x509_certificate(der) for der in (certificate_der, issuer_der))
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def is_answer(response_der: bytes) -> bool:
    """Whether a response tells anything: not `tryLater` or another refusal."""
    return ocsp.load_der_ocsp_response(response_der).response_status is ocsp.OCSPResponseStatus.SUCCESSFUL


def no_answer() -> bytes:
    """`tryLater`: no responder key is in force at the moment."""
    return _refusal(ocsp.OCSPResponseStatus.TRY_LATER)


def concerns(request_der: bytes, issuer_der: bytes) -> bool:
    """Whether a request asks about a certificate of this issuer; False when it is unreadable."""
    try:
        request = ocsp.load_der_ocsp_request(request_der[: MAX_REQUEST + 1])
        return isinstance(request.hash_algorithm, _HASHES) and _is_about(
            request, x509.load_der_x509_certificate(issuer_der)
        )
    except (ValueError, NotImplementedError):
        return False


def _respond(request: ocsp.OCSPRequest, status: Status, key: LocalKey, span: tuple[dt.datetime, dt.datetime]) -> bytes:
    responder = x509.load_der_x509_certificate(key.certificate_der)
    gone = status.revoked
    if gone is not None:
        said = ocsp.OCSPCertStatus.REVOKED
    else:
        said = ocsp.OCSPCertStatus.GOOD if status.is_known else ocsp.OCSPCertStatus.UNKNOWN
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        request.issuer_name_hash, request.issuer_key_hash, request.serial_number, request.hash_algorithm, said,
        span[0], span[1], gone.at if gone else None, x509.ReasonFlags(gone.reason) if gone else None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder).certificates([responder])
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce) and len(extension.value.nonce) <= MAX_NONCE:
            builder = builder.add_extension(extension.value, critical=False)
    return _der(builder.sign(key.private_key, hashes.SHA256()))


def _is_about(request: ocsp.OCSPRequest, issuer: x509.Certificate) -> bool:
    named = hashes.Hash(request.hash_algorithm)
    named.update(issuer.subject.public_bytes())
    same_key = request.issuer_key_hash == _key_hash(issuer, request.hash_algorithm)
    return same_key and request.issuer_name_hash == named.finalize()


def _key_hash(issuer: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bytes:
    if isinstance(algorithm, hashes.SHA1):
        return x509.SubjectKeyIdentifier.from_public_key(issuer.public_key()).digest
    spki = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(algorithm)
    digest.update(bytes(PublicKeyInfo.load(spki)["public_key"]))
    return digest.finalize()


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return _der(ocsp.OCSPResponseBuilder.build_unsuccessful(status))


def _der(response: ocsp.OCSPResponse) -> bytes:
    return response.public_bytes(Encoding.DER)
