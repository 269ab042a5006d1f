"""Private keys for signing. A key is anything that shows its certificate and signs bytes; vault.py keeps ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_ECDSA_SHA256 = ec.ECDSA(SHA256())


class SigningKey(Protocol):
    """What sign.py needs of a key, local or remote."""

    @property
    def certificate_der(self) -> bytes:
        """The signer's certificate (DER)."""

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """The certificates above it, nearest first (DER), embedded for readers without our store."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA P-256 with SHA-256 over `data` (the library hashes): a DER SEQUENCE of r and s (RFC 3279)."""


@dataclass(frozen=True)
class LocalKey:
    """A private key in this process's memory. Never logged: its repr shows no key."""

    private_key: ec.EllipticCurvePrivateKey
    certificate_der: bytes
    chain_der: tuple[bytes, ...] = ()

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; see SigningKey.sign."""
        return self.private_key.sign(data, _ECDSA_SHA256)

    def __repr__(self) -> str:
        return "LocalKey(...)"
