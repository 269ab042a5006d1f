"""Whom a verification trusts and at what moment. Values only; verify.py does the work."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import is_ca
from signing.errors import NotTrusted, foreign

_MOST_ANCHORS = 2_000  # in one file: the largest public lists have some hundreds
_PARTS = ("roots_der", "timestamp_roots_der", "others_der", "crls_der", "ocsps_der")


@dataclass(frozen=True)
class Trust:
    """The only anchors (never the system's), helping certificates, revocation data and the moment to judge at.

    All certificates, lists and OCSP answers are DER. `at` is aware: now, or the time at which the signature is known
    from elsewhere to have existed. Stale revocation data still revokes what it names. With `require_revocation` every
    certificate below a root needs a current list or answer. `timestamp_roots_der` vouch for time-stamps alone: an
    authority for time certifies people that we know nothing of, and none of those may sign letters.
    """

    roots_der: tuple[bytes, ...]
    at: datetime
    others_der: tuple[bytes, ...] = ()
    crls_der: tuple[bytes, ...] = ()
    timestamp_roots_der: tuple[bytes, ...] = ()
    require_revocation: bool = False
    ocsps_der: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("an aware time is needed")

    def for_time(self) -> Trust:
        """The same for judging a time-stamp."""
        return replace(self, roots_der=(*self.roots_der, *self.timestamp_roots_der))

    def to_json(self) -> dict[str, Any]:
        """For the confined child."""
        parts = {name: [b64encode(der).decode() for der in getattr(self, name)] for name in _PARTS}
        return parts | {"at": self.at.isoformat(), "require_revocation": self.require_revocation}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Trust:
        """What to_json wrote."""
        parts = {name: tuple(b64decode(text) for text in values[name]) for name in _PARTS}
        return cls(at=datetime.fromisoformat(values["at"]), require_revocation=values["require_revocation"], **parts)


def certificates(data: bytes) -> tuple[bytes, ...]:
    """The certificates (DER, each once) of a file: a PEM bundle with any text around, or one in DER.

    Raises NotTrusted: bad_certificate, where there is none or one cannot be read.
    """
    with foreign(NotTrusted, "bad_certificate"):
        if b"-----BEGIN" in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
    if len(found) > _MOST_ANCHORS:
        raise NotTrusted("bad_certificate", f"{len(found)} certificates")
    return tuple(dict.fromkeys(certificate.public_bytes(Encoding.DER) for certificate in found))


@dataclass(frozen=True)
class Anchor:
    """What a certificate says of itself, for those who decide whether to trust it."""

    name: str
    issuer: str
    ends_at: datetime
    is_authority: bool


def described(der: bytes) -> Anchor:
    """Raises NotTrusted: bad_certificate."""
    with foreign(NotTrusted, "bad_certificate"):
        certificate = x509.load_der_x509_certificate(der)
        return Anchor(
            certificate.subject.rfc4514_string(),
            certificate.issuer.rfc4514_string(),
            certificate.not_valid_after_utc,
            is_ca(certificate),
        )
