"""The embedded certificate authority: root, issuing authority, officials' and services' certificates, revocation lists.

It is an internal authority, not a certified one (PP 71/2019 art. 60): the caller's names must say so
("Otoritas Internal Kabupaten ... (tidak tersertifikasi)"). Source: RFC 5280; P-256 with SHA-256 throughout.
Nothing here reads a clock or keeps a key: both come in and go out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from signing import codes
from signing.certificates import is_ca
from signing.errors import KeyUnavailable, NotTrusted
from signing.keys import require_strong

# A placeholder under the enterprise number reserved for documentation (RFC 5612); an office has its own arc.
POLICY = x509.ObjectIdentifier("1.3.6.1.4.1.32473.7.1.1")

_FIELDS = (
    ("country", NameOID.COUNTRY_NAME),
    ("organization", NameOID.ORGANIZATION_NAME),
    ("organization_identifier", NameOID.ORGANIZATION_IDENTIFIER),
    ("organizational_unit", NameOID.ORGANIZATIONAL_UNIT_NAME),
    ("title", NameOID.TITLE),
    ("serial_number", NameOID.SERIAL_NUMBER),
    ("given_name", NameOID.GIVEN_NAME),
    ("common_name", NameOID.COMMON_NAME),
)
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names. Empty fields are left out; over-long ones are cut to RFC 5280's upper bounds."""

    common_name: str
    organization: str = ""
    organizational_unit: str = ""
    title: str = ""
    serial_number: str = ""
    given_name: str = ""
    organization_identifier: str = ""
    country: str = "ID"

    def name(self) -> x509.Name:
        """The X.501 name, most general part first."""
        parts = ((oid, getattr(self, field).strip()[:64].strip()) for field, oid in _FIELDS)
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


@dataclass(frozen=True)
class Access:
    """Where a reader asks about a certificate (RFC 5280, 4.2.2.1): the OCSP responder, and the issuer's certificate."""

    ocsp_url: str = ""
    issuer_url: str = ""


@dataclass(frozen=True)
class Revoked:
    """One revoked certificate: its serial number, when, and why (a name of x509.ReasonFlags: keyCompromise...)."""

    serial: int
    at: dt.datetime
    reason: str = "unspecified"


def create_root(name: Subject | str, at: dt.datetime, years: int) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """Make a self-signed root. Returns (private key, certificate DER). Keep the key off line."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(name).name()
    builder = _builder(subject, subject, key.public_key(), (at, _years_later(at, years)))
    builder = _authority(builder, path_length=1).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
    )
    return key, _der(builder.sign(key, SHA256()))


def create_issuing(
    root_key: ec.EllipticCurvePrivateKey,
    root_der: bytes,
    name: Subject | str,
    at: dt.datetime,
    years: int,
    *,
    crl_url: str = "",
    access: Access = Access(),
) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    """Make the issuing authority under a root (pathlen 0: it cannot make authorities). (private key, DER).

    Raises NotTrusted: key_mismatch, not_an_authority, bad_dates (would outlive the root).
    """
    root = _issuer(root_key, root_der)
    key = ec.generate_private_key(ec.SECP256R1())
    span = _span(root, at, min(_years_later(at, years), root.not_valid_after_utc))
    builder = _builder(_subject(name).name(), root.subject, key.public_key(), span)
    builder = _issued(_authority(builder, path_length=0), root, crl_url, access)
    return key, _der(builder.sign(root_key, SHA256()))


def issue(
    issuing_key: ec.EllipticCurvePrivateKey,
    issuing_der: bytes,
    spki: bytes,
    subject: Subject,
    not_before: dt.datetime,
    not_after: dt.datetime,
    *,
    crl_url: str,
    access: Access = Access(),
) -> bytes:
    """Certify an official's P-256 or RSA public key (DER SubjectPublicKeyInfo) for signatures only. Returns the DER.

    Only contentCommitment (nonRepudiation) is set, critical: the key is good for deliberate signatures and not
    for logging in anywhere (type A of ETSI EN 319 412-2, 4.3.2).
    Raises NotTrusted: key_mismatch, not_an_authority, bad_dates, bad_key.
    """
    issuer = _issuer(issuing_key, issuing_der)
    span = _span(issuer, not_before, not_after)
    builder = _builder(subject.name(), issuer.subject, _public_key(spki), span)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage("content_commitment"), critical=True)
    builder = builder.add_extension(x509.CertificatePolicies([x509.PolicyInformation(POLICY, None)]), critical=False)
    return _der(_issued(builder, issuer, crl_url, access).sign(issuing_key, SHA256()))


def issue_service(
    issuing_key: ec.EllipticCurvePrivateKey,
    issuing_der: bytes,
    spki: bytes,
    name: Subject,
    span: tuple[dt.datetime, dt.datetime],
    *,
    purpose: str,
    crl_url: str,
    access: Access = Access(),
) -> bytes:
    """Certify a key that the server uses by itself. It can never sign a letter: contentCommitment is not set.

    `purpose`: "ocsp" (OCSPSigning and id-pkix-ocsp-nocheck, RFC 6960 4.2.2.2), "timestamp" (timeStamping alone and
    critical, RFC 3161 2.3), anything else plain digitalSignature. Raises as issue.
    """
    issuer = _issuer(issuing_key, issuing_der)
    builder = _builder(name.name(), issuer.subject, _public_key(spki), _span(issuer, *span))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage("digital_signature"), critical=True)
    if purpose == "timestamp":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if purpose == "ocsp":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return _der(_issued(builder, issuer, crl_url, access).sign(issuing_key, SHA256()))


def crl(
    issuing_key: ec.EllipticCurvePrivateKey,
    issuing_der: bytes,
    revoked: Iterable[Revoked],
    at: dt.datetime,
    next_at: dt.datetime,
    *,
    number: int | None = None,
) -> bytes:
    """Sign a revocation list (DER), also an empty one. `number` must grow; without it the time in seconds does."""
    issuer = _issuer(issuing_key, issuing_der)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.subject)
    builder = builder.last_update(_utc(at)).next_update(_utc(next_at))
    builder = builder.add_extension(_authority_key(issuer), critical=False)
    builder = builder.add_extension(x509.CRLNumber(number or int(at.timestamp())), critical=False)
    for entry in revoked:
        builder = builder.add_revoked_certificate(_revoked(entry))
    return builder.sign(issuing_key, SHA256()).public_bytes(Encoding.DER)


def key_control_code(spki: bytes) -> str:
    """Four characters that official and registrar compare by voice before the key is certified."""
    return codes.control_code(sha256(spki).hexdigest())


def serial_of(certificate_der: bytes) -> int:
    """The serial number by which a certificate is revoked."""
    return x509.load_der_x509_certificate(certificate_der).serial_number


def ends_at(certificate_der: bytes) -> dt.datetime:
    return x509.load_der_x509_certificate(certificate_der).not_valid_after_utc


def _subject(name: Subject | str) -> Subject:
    return Subject(name) if isinstance(name, str) else name


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    span: tuple[dt.datetime, dt.datetime],
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public_key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(_utc(span[0])).not_valid_after(_utc(span[1]))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)


def _authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)


def _issued(
    builder: x509.CertificateBuilder, issuer: x509.Certificate, crl_url: str, access: Access
) -> x509.CertificateBuilder:
    builder = builder.add_extension(_authority_key(issuer), critical=False)
    places = (
        (AuthorityInformationAccessOID.OCSP, access.ocsp_url),
        (AuthorityInformationAccessOID.CA_ISSUERS, access.issuer_url),
    )
    told = [x509.AccessDescription(how, x509.UniformResourceIdentifier(url)) for how, url in places if url]
    if told:
        builder = builder.add_extension(x509.AuthorityInformationAccess(told), critical=False)
    if not crl_url:
        return builder
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
    return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)


def _authority_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _usage(*wanted: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in wanted for usage in _USAGES})


def _issuer(key: ec.EllipticCurvePrivateKey, der: bytes) -> x509.Certificate:
    certificate = x509.load_der_x509_certificate(der)
    if certificate.public_key() != key.public_key():
        raise NotTrusted("key_mismatch", "the private key is not this certificate's")
    if not is_ca(certificate):
        raise NotTrusted("not_an_authority")
    return certificate


def _public_key(spki: bytes) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    try:
        return require_strong(load_der_public_key(spki))
    except ValueError as cause:
        raise NotTrusted("bad_key", "unreadable") from cause
    except KeyUnavailable as cause:
        raise NotTrusted("bad_key", "neither P-256 nor RSA-2048 to 4096") from cause


def _span(issuer: x509.Certificate, start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    start, end = _utc(start), _utc(end)
    if not issuer.not_valid_before_utc <= start < end <= issuer.not_valid_after_utc:
        raise NotTrusted("bad_dates", "validity is not within the issuer's")
    return start, end


def _revoked(entry: Revoked) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(entry.serial).revocation_date(_utc(entry.at))
    reason = x509.ReasonFlags(entry.reason)
    if reason is not x509.ReasonFlags.unspecified:  # RFC 5280, 5.3.1: leave it out rather than say so
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    return builder.build()


def _years_later(at: dt.datetime, years: int) -> dt.datetime:
    return at + dt.timedelta(days=round(365.25 * years))


def _utc(at: dt.datetime) -> dt.datetime:
    if at.tzinfo is None:
        raise ValueError("an aware time is needed")
    return at.astimezone(dt.UTC).replace(microsecond=0)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
