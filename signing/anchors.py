"""Root certificates that an operator configures: everything else rests on them, so weak ones are refused."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import is_ca
from signing.errors import NotTrusted

LEAST_RSA, LEAST_EC = 2048, 256  # bits (ETSI TS 119 312); roots of others may be larger than our own keys


def load(pem: bytes) -> tuple[bytes, ...]:
    """The certificates of a PEM file, as DER. Raises NotTrusted: unreadable, not_an_authority, weak_key."""
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise NotTrusted("unreadable", "not a PEM file of certificates") from None
    for certificate in found:
        _require_authority(certificate)
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in found)


def _require_authority(certificate: x509.Certificate) -> None:
    name = certificate.subject.rfc4514_string()
    if not is_ca(certificate):
        raise NotTrusted("not_an_authority", f"{name} is no authority's certificate")
    key = certificate.public_key()
    is_strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= LEAST_EC
    )
    if not is_strong:
        raise NotTrusted("weak_key", f"{name} has a key that is too weak")
