"""What the revocation lists given say of a signer, where pyHanko says too little or too much.

A certificate once listed stays revoked, so a stale list still speaks of those on it, whatever pyHanko makes of its
age. Of those not on it a stale list says nothing: pyHanko would call them untrusted, and an authority whose registrar
is on holiday would make every letter look forged. So stale lists reach pyHanko only where revocation is required.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography import x509

from signing.trust import Trust


def current(trust: Trust) -> list[bytes]:
    """The lists to give pyHanko."""
    if trust.require_revocation:
        return list(trust.crls_der)
    loaded = ((der, x509.load_der_x509_crl(der).next_update_utc) for der in trust.crls_der)
    return [der for der, until in loaded if until is None or until >= trust.at]


def is_revoked(certificate_der: bytes, others_der: Iterable[bytes], trust: Trust) -> bool:
    """Whether a certificate, or one above it, was revoked at or before `trust.at` by its own issuer's list."""
    if not trust.crls_der:
        return False
    lists = [x509.load_der_x509_crl(der) for der in trust.crls_der]
    pool = [x509.load_der_x509_certificate(der) for der in {*others_der, *trust.others_der, *trust.roots_der}]
    chain = _chain(x509.load_der_x509_certificate(certificate_der), pool)
    return any(
        entry.revocation_date_utc <= trust.at for subject, issuer in chain for entry in _entries(lists, issuer, subject)
    )


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
