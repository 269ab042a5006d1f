"""Private keys for signing. A key is anything that shows its certificate and signs bytes.

vault.py keeps ours, pkcs11.py asks a hardware module, csc.py a remote provider. None of them opens a connection that
it was not handed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from signing.errors import KeyUnavailable

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_ECDSA_SHA256 = ec.ECDSA(SHA256())


class Algorithm(StrEnum):
    """What an official's key may be. P-256 unless an old verifier forces RSA: it is far cheaper, and fits a seal."""

    P256 = "P-256"
    RSA2048 = "RSA-2048"
    RSA3072 = "RSA-3072"

    @property
    def rsa_bits(self) -> int:
        """0 for an elliptic curve."""
        return 0 if self is Algorithm.P256 else int(self.removeprefix("RSA-"))


class SigningKey(Protocol):
    """What sign.py needs of a key, local or remote."""

    @property
    def certificate_der(self) -> bytes:
        """The signer's certificate (DER). Its public key says which of the algorithms `sign` uses."""

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """The certificates above it, nearest first (DER), embedded for readers without our store."""

    @property
    def can_seal(self) -> bool:
        """Whether it may also sign the claim in the QR code: P-256 (64 bytes), and a second signature costs nothing."""

    def sign(self, data: bytes) -> bytes:
        """Sign `data` (not its digest) with SHA-256.

        P-256: a DER SEQUENCE of r and s (RFC 3279). RSA: PKCS#1 v1.5 (RFC 8017, 8.2). Raises KeyUnavailable.
        """


@dataclass(frozen=True)
class LocalKey:
    """A private key in this process's memory. Never logged: its repr shows no key."""

    private_key: PrivateKey
    certificate_der: bytes
    chain_der: tuple[bytes, ...] = ()

    @property
    def can_seal(self) -> bool:
        return isinstance(self.private_key, ec.EllipticCurvePrivateKey)

    def sign(self, data: bytes) -> bytes:
        """Sign `data`; see SigningKey.sign."""
        if isinstance(self.private_key, ec.EllipticCurvePrivateKey):
            return self.private_key.sign(data, _ECDSA_SHA256)
        return self.private_key.sign(data, padding.PKCS1v15(), SHA256())

    def __repr__(self) -> str:
        return "LocalKey(...)"


def require_strong(public_key: object) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    """The key itself if it is P-256 or RSA of 2048 to 4096 bits with e = 65537. Raises KeyUnavailable(wrong_type)."""
    if isinstance(public_key, ec.EllipticCurvePublicKey) and isinstance(public_key.curve, ec.SECP256R1):
        return public_key
    is_rsa = isinstance(public_key, rsa.RSAPublicKey) and 2048 <= public_key.key_size <= 4096
    if is_rsa and public_key.public_numbers().e == 65_537:
        return public_key
    raise KeyUnavailable("wrong_type", type(public_key).__name__)
