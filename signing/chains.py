"""Certificate chains under a trust: pyHanko's contexts for them, how they are shown, and what proves them unrevoked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InvalidCertificateError
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from signing import revocation
from signing.archive import Evidence
from signing.errors import NotTrusted, foreign
from signing.trust import Trust

# Only a certificate for deliberate signatures signs letters: the server's own keys, under the same root, have
# digitalSignature alone, and a thief of database and configuration could use those.
SIGNER_USAGE = KeyUsageConstraints(key_usage={"non_repudiation"})
# Where a certificate names purposes, one must be people's documents: a web server's or a programmer's is not. The last
# three: RFC 9336, Adobe, Microsoft. clientAuth is on many officials' cards, beside one of these or alone.
_PURPOSES = {
    "any_extended_key_usage",
    "email_protection",
    "client_auth",
    "1.3.6.1.5.5.7.3.36",
    "adobe_authentic_documents_trust",
    "microsoft_document_signing",
}
# What makes B-LT: the signer's state is proven in any case, an authority's where it says where to ask.
_PROVEN = CertRevTrustPolicy(
    RevocationCheckingPolicy(
        RevocationCheckingRule.CRL_OR_OCSP_REQUIRED, RevocationCheckingRule.CHECK_IF_DECLARED
    ),
    retroactive_revinfo=True,
)  # fmt: skip


@dataclass(frozen=True)
class Link:
    """A certificate of a chain, the signer's first."""

    subject: str
    issuer: str
    serial: str  # hexadecimal
    not_before: datetime
    not_after: datetime


def context(trust: Trust, policy: CertRevTrustPolicy | None = None) -> ValidationContext:
    """Only the given anchors: an explicit list, for pyHanko falls back to the system's where it is None."""
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in trust.roots_der],
        other_certs=[x509.Certificate.load(der) for der in trust.others_der],
        crls=revocation.current(trust),
        ocsps=revocation.current_answers(trust),
        moment=trust.at,
        allow_fetching=False,
        retroactive_revinfo=True,
        revocation_mode="require" if trust.require_revocation else "soft-fail",
        revinfo_policy=policy,
    )


def with_evidence(trust: Trust, evidence: Evidence, at: datetime | None = None) -> Trust:
    """The same anchors, helped by what a file carries."""
    return replace(
        trust,
        at=at or trust.at,
        others_der=(*trust.others_der, *evidence.certificates),
        crls_der=(*trust.crls_der, *evidence.crls),
        ocsps_der=(*trust.ocsps_der, *evidence.ocsps),
    )


def is_proven(certificate: x509.Certificate, others: Iterable[x509.Certificate], evidence: Evidence, to: Trust) -> bool:
    """Whether `evidence` alone proves the whole chain, as of `to.at`, up to an anchor: valid, and not revoked."""
    if not (evidence.crls or evidence.ocsps):
        return False
    alone = with_evidence(replace(to, crls_der=(), ocsps_der=(), require_revocation=True), evidence)
    validator = CertificateValidator(certificate, list(others), context(alone, _PROVEN))
    try:
        with foreign(NotTrusted, "chain"):
            asyncio.run(validator.async_validate_path())
    except NotTrusted:
        return False
    return True


def has_purpose(certificate: x509.Certificate) -> bool:
    """Whether the certificate is one for signing documents, whatever its place in the chain.

    pyHanko asks nothing of a certificate that is itself an anchor, and nothing of extended usages.
    """
    purposes = certificate.extended_key_usage_value
    if purposes is not None and not _PURPOSES & set(purposes.native):
        return False
    try:
        SIGNER_USAGE.validate(certificate)
    except InvalidCertificateError:
        return certificate.key_usage_value is None
    return True


def anchor(path: Any) -> bytes:
    """The trusted certificate (DER) that a validated path ends at."""
    return next(path.iter_certs(include_root=True)).dump()


def links(path: Any, certificate: x509.Certificate) -> tuple[Link, ...]:
    """A validation path as people read it; of one that was not found, the signer alone."""
    found = list(path.iter_certs(include_root=True)) if path is not None else [certificate]
    return tuple(_link(entry) for entry in (found if found[0] == certificate else reversed(found)))


def _link(certificate: x509.Certificate) -> Link:
    return Link(
        subject=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
    )
