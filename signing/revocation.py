"""What the revocation lists and OCSP answers at hand say of a signer, where pyHanko says too little or too much.

A certificate once listed stays revoked, so a stale list still speaks of those on it, whatever pyHanko makes of its
age. Of those not on it a stale list says nothing: pyHanko would call them untrusted, and an authority whose registrar
is on holiday would make every letter look forged. So stale lists reach pyHanko only where revocation is required.
The same holds for OCSP answers. Both count only when the certificate's own issuer, or his responder, signed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.trust import Trust


def current(trust: Trust) -> list[bytes]:
    """The lists to give pyHanko."""
    if trust.require_revocation:
        return list(trust.crls_der)
    loaded = ((der, x509.load_der_x509_crl(der).next_update_utc) for der in trust.crls_der)
    return [der for der, until in loaded if until is None or until >= trust.at]


def current_answers(trust: Trust) -> list[bytes]:
    """The OCSP answers to give pyHanko."""
    if trust.require_revocation:
        return list(trust.ocsps_der)
    kept = []
    for der in trust.ocsps_der:
        untils = [single.next_update_utc or single.this_update_utc for single in _singles(_loaded(der))]
        if untils and max(untils) >= trust.at:
            kept.append(der)
    return kept


def is_revoked(certificate_der: bytes, others_der: Iterable[bytes], trust: Trust) -> bool:
    """Whether a certificate, or one above it, was revoked at or before `trust.at`, as its own issuer says."""
    if not trust.crls_der and not trust.ocsps_der:
        return False
    lists = [x509.load_der_x509_crl(der) for der in trust.crls_der]
    answers = [_loaded(der) for der in trust.ocsps_der]
    pool = [x509.load_der_x509_certificate(der) for der in {*others_der, *trust.others_der, *trust.roots_der}]
    for subject, issuer in _chain(x509.load_der_x509_certificate(certificate_der), pool):
        times = [entry.revocation_date_utc for entry in _entries(lists, issuer, subject)]
        times += _revocations(answers, issuer, subject)
        if any(time <= trust.at for time in times):
            return True
    return False


def _chain(
    subject: x509.Certificate, pool: list[x509.Certificate]
) -> Iterator[tuple[x509.Certificate, x509.Certificate]]:
    """(certificate, issuer) upwards from `subject`, by name; each list's signature is checked with the issuer's key."""
    seen = [subject]
    for certificate in seen:
        for issuer in pool:
            if issuer.subject == certificate.issuer:
                yield certificate, issuer
                if issuer not in seen:
                    seen.append(issuer)


def _entries(
    lists: list[x509.CertificateRevocationList], issuer: x509.Certificate, subject: x509.Certificate
) -> Iterator[x509.RevokedCertificate]:
    for listed in lists:
        if listed.issuer == issuer.subject and listed.is_signature_valid(issuer.public_key()):
            entry = listed.get_revoked_certificate_by_serial_number(subject.serial_number)
            if entry is not None:
                yield entry


def _loaded(der: bytes) -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(der)


def _singles(answer: ocsp.OCSPResponse) -> list[ocsp.OCSPSingleResponse]:
    with suppress(ValueError, UnsupportedAlgorithm):  # also an answer that says "try later"
        return list(answer.responses)
    return []


def _revocations(
    answers: list[ocsp.OCSPResponse], issuer: x509.Certificate, subject: x509.Certificate
) -> Iterator[datetime]:
    for answer in answers:
        for single in _singles(answer):
            named = single.serial_number == subject.serial_number
            if named and single.revocation_time_utc is not None and _is_answered_by(answer, issuer):
                yield single.revocation_time_utc


def _is_answered_by(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """Whether the issuer signed the answer, or a responder whom he certified for that (RFC 6960, 4.2.2.2)."""
    return any(_has_signed(signer, answer) for signer in (issuer, *_responders(answer, issuer)))


def _responders(answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> Iterator[x509.Certificate]:
    for certificate in answer.certificates:
        with suppress(ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound, UnsupportedAlgorithm):
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
            certificate.verify_directly_issued_by(issuer)
            if ExtendedKeyUsageOID.OCSP_SIGNING in usage:
                yield certificate


def _has_signed(signer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    key, digest = signer.public_key(), answer.signature_hash_algorithm
    if digest is None:
        return False
    with suppress(InvalidSignature, ValueError, UnsupportedAlgorithm):
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(digest))
            return True
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), digest)
            return True
    return False
