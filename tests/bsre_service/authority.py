"""The stand-in's certificates: the shape of BSrE's chain (RSA-2048), and names that nobody can take for BSrE's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.bsre_service import revocations

NOT_VALID = "UJI COBA - TIDAK SAH"


@dataclass(frozen=True)
class Holder:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def root() -> Holder:
    return _issue(None, f"Root CA Indonesia DS G1 {NOT_VALID}", days=7000, is_ca=True)


@cache
def issuing() -> Holder:
    return _issue(root(), f"BSRE CA DS G1 {NOT_VALID}", days=3600, is_ca=True)


@cache
def timestamping() -> Holder:
    return _issue(issuing(), f"Timestamp Authority {NOT_VALID}", days=1800, usage=ExtendedKeyUsageOID.TIME_STAMPING)


@cache
def user(name: str, days: int = 730) -> Holder:
    return _issue(issuing(), name, days=days)


@cache
def user_without_places(name: str) -> Holder:
    """Somebody's whose certificate does not tell where to ask about it."""
    return _issue(issuing(), name, days=730, names_places=False)


@cache
def strange_user(name: str) -> Holder:
    """Somebody's under a root that nobody trusts."""
    return _issue(_issue(None, f"Root CA Lain {NOT_VALID}", days=7000, is_ca=True), name, days=730)


def _issue(
    issuer: Holder | None,
    name: str,
    *,
    days: int,
    is_ca: bool = False,
    usage: x509.ObjectIdentifier | None = None,
    names_places: bool = True,
) -> Holder:
    key = rsa.generate_private_key(65537, 2048)
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, NOT_VALID),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    parent_key = issuer.key if issuer else key
    parent = issuer.certificate.subject if issuer else subject
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .add_extension(_usage(is_ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(parent_key.public_key()), critical=False)
    )
    if usage is not None:
        built = built.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    for place in revocations.places(_short(issuer)) if issuer and names_places else ():
        built = built.add_extension(place, critical=False)
    made = Holder(key, built.sign(parent_key, hashes.SHA256()))
    if is_ca:
        revocations.know(_short(made), key, made.certificate)
    return made


def _short(holder: Holder) -> str:
    return f"{holder.certificate.serial_number:x}"[:12]


def _usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca, content_commitment=not is_ca, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=is_ca, crl_sign=is_ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip
