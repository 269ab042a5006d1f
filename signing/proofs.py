"""Revocation data of certificates that others issued: asked for at the addresses in them, checked, kept as evidence.

A revocation list first: its issuer signs it, so it needs no further certificate. OCSP where there is none, or where the
list is longer than a letter should carry. No network here: the caller brings `fetch`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from signing.archive import Evidence
from signing.errors import EvidenceUnavailable, foreign

Fetch = Callable[[str, bytes | None], bytes]  # address, OCSP request or None -> body; raises EvidenceUnavailable

SKEW = timedelta(minutes=5)
MAX_PLACES = 4  # of one kind in one certificate: more would only be there to keep us busy


def gather(chain_der: tuple[bytes, ...], fetch: Fetch, at: datetime) -> Evidence:
    """Evidence of each certificate in a chain (DER, the leaf first, its root last) that names an address.

    One that names none has nothing to be asked for. Raises EvidenceUnavailable where none of the addresses gives data
    that holds at `at`, or where the certificate is revoked: never less evidence than the certificates promise.
    """
    chain = [x509.load_der_x509_certificate(der) for der in chain_der]
    lists: list[bytes] = []
    answers: list[bytes] = []
    for subject, issuer in pairwise(chain):
        found = _prove(subject, issuer, fetch, at)
        lists += found.crls
        answers += found.ocsps
    return Evidence(chain_der, tuple(dict.fromkeys(lists)), tuple(answers))


def _prove(subject: x509.Certificate, issuer: x509.Certificate, fetch: Fetch, at: datetime) -> Evidence:
    places = [(url, None) for url in _list_urls(subject)]
    places += [(url, _question(subject, issuer)) for url in _ocsp_urls(subject)]
    failed = None
    for url, question in places:
        try:
            with foreign(EvidenceUnavailable, "bad_answer"):
                body = fetch(url, question)
                if question is None:
                    _require_list(body, subject, issuer, at)
                    return Evidence(crls=(body,))
                _require_answer(body, question, issuer, at)
                return Evidence(ocsps=(body,))
        except EvidenceUnavailable as error:
            if error.code == "revoked":
                raise
            failed = error
    if failed is not None:
        raise failed
    return Evidence()


def _require_list(der: bytes, subject: x509.Certificate, issuer: x509.Certificate, at: datetime) -> None:
    """RFC 5280, 6.3.3, for complete lists signed by the certificate's own issuer."""
    listed = x509.load_der_x509_crl(der)
    if listed.issuer != issuer.subject or not listed.is_signature_valid(issuer.public_key()):
        raise EvidenceUnavailable("not_issued_by", "the list is another's")
    _require_current(listed.last_update_utc, listed.next_update_utc, at)
    is_ca = subject.extensions.get_extension_for_class(x509.BasicConstraints).value.ca if _has_basic(subject) else False
    for extension in listed.extensions:
        scope = extension.value
        if isinstance(scope, x509.DeltaCRLIndicator) or (
            isinstance(scope, x509.IssuingDistributionPoint)
            and (
                scope.indirect_crl or scope.only_some_reasons or scope.only_contains_attribute_certs
                or (scope.only_contains_user_certs if is_ca else scope.only_contains_ca_certs)
            )
        ):  # fmt: skip
            raise EvidenceUnavailable("bad_answer", "the list does not speak of this certificate")
    if listed.get_revoked_certificate_by_serial_number(subject.serial_number) is not None:
        raise EvidenceUnavailable("revoked", f"{subject.serial_number:x}")


def _require_answer(der: bytes, question: bytes, issuer: x509.Certificate, at: datetime) -> None:
    """RFC 6960, 3.2."""
    answer, asked = ocsp.load_der_ocsp_response(der), ocsp.load_der_ocsp_request(question)
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise EvidenceUnavailable("bad_answer", answer.response_status.name)
    about = (answer.serial_number, answer.issuer_key_hash, answer.issuer_name_hash)
    if about != (asked.serial_number, asked.issuer_key_hash, asked.issuer_name_hash):
        raise EvidenceUnavailable("bad_answer", "about another certificate")
    if not any(_signed(answer, key) for key in _responders(answer, issuer, at)):
        raise EvidenceUnavailable("not_issued_by", "the answer is not its issuer's")
    if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        raise EvidenceUnavailable("revoked", f"{answer.serial_number:x}")
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        raise EvidenceUnavailable("bad_answer", "unknown to its issuer")
    _require_current(answer.this_update_utc, answer.next_update_utc, at)


def _responders(answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> Iterator[object]:
    """The issuer's key, and those that it delegated with a certificate for OCSP (4.2.2.2)."""
    yield issuer.public_key()
    for certificate in answer.certificates:
        try:
            certificate.verify_directly_issued_by(issuer)
            usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            continue
        is_current = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
        if ExtendedKeyUsageOID.OCSP_SIGNING in usage and is_current:
            yield certificate.public_key()


def _signed(answer: ocsp.OCSPResponse, key: object) -> bool:
    algorithm = answer.signature_hash_algorithm
    if algorithm is None or isinstance(algorithm, SHA1):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _require_current(since: datetime, until: datetime | None, at: datetime) -> None:
    if since > at + SKEW or (until is not None and until < at):
        raise EvidenceUnavailable("stale", f"from {since:%Y-%m-%d} to {until or '-'}")


def _question(subject: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """SHA-1 names the certificate, which is what every responder knows; nothing is signed with it."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(subject, issuer, SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def _list_urls(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return [name.value for point in points for name in point.full_name or () if _is_web(name)][:MAX_PLACES]


def _ocsp_urls(certificate: x509.Certificate) -> list[str]:
    try:
        told = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    where = [d.access_location for d in told if d.access_method == AuthorityInformationAccessOID.OCSP]
    return [name.value for name in where if _is_web(name)][:MAX_PLACES]


def _is_web(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(("http://", "https://"))


def _has_basic(certificate: x509.Certificate) -> bool:
    return any(isinstance(extension.value, x509.BasicConstraints) for extension in certificate.extensions)
