"""Certificates that a signer should not have, signatures made with them, and evidence put into files. By other
programs' code where there is one: pyHanko's own signer, and certificates put together by hand.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing import archive, authority, timestamps
from signing.keys import LocalKey
from tests.signing.office import NOW, Office, office, official

PURPOSES = {
    "serverAuth": ExtendedKeyUsageOID.SERVER_AUTH,
    "timeStamping": ExtendedKeyUsageOID.TIME_STAMPING,
    "emailProtection": ExtendedKeyUsageOID.EMAIL_PROTECTION,
}
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def twin_of_sari() -> LocalKey:
    """Everything is called as it is in the real office; only the keys are others."""
    start = NOW - timedelta(days=2)
    root_key, root = authority.create_root("Otoritas Internal Kabupaten Contoh (tidak tersertifikasi)", start, 10)
    key, issuing = authority.create_issuing(
        root_key, root, "Penerbit Kabupaten Contoh (tidak tersertifikasi)", start, 5
    )
    made = official(key, issuing, "Sari Wulandari, S.H., M.Si.")
    return LocalKey(made.private_key, made.certificate_der, (issuing, root))


@cache
def leaf(*, key: str = "p256", purposes: Sequence[str] = (), commits: bool = True) -> tuple[Key, bytes]:
    """A certificate under the real office's issuing authority, wrong in one respect."""
    made = office()
    return _issued(_new_key(key), made.issuing_key, made.issuing, purposes, commits)


def issuing_itself() -> tuple[Key, bytes]:
    return office().issuing_key, office().issuing


def root_itself() -> tuple[Key, bytes]:
    return office().root_key, office().root


def issued_by_an_official() -> tuple[Key, bytes]:
    signer = official(office().issuing_key, office().issuing, "Budi")
    key, der = _issued(_new_key("p256"), signer.private_key, signer.certificate_der, (), True)
    _BETWEEN[der] = signer.certificate_der
    return key, der


_BETWEEN: dict[bytes, bytes] = {}


def signed_by(
    pdf: bytes, pair: tuple[Key, bytes], *, digest: str = "sha256", field: str = "TTE", style: Any = None
) -> bytes:
    """Signed by pyHanko with this key and certificate."""
    key, der = pair
    raw = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    chain = (office().issuing, *([_BETWEEN[der]] if der in _BETWEEN else []))
    store.register_multiple(asn1.Certificate.load(entry) for entry in chain)
    signer = signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(der), signing_key=asn1_keys.PrivateKeyInfo.load(raw), cert_registry=store
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm=digest, name="Sari Wulandari")
    return signers.PdfSigner(metadata, signer, stamp_style=style).sign_pdf(writer).getvalue()


def with_store(pdf: bytes, *, crl: bytes = b"", answer: bytes = b"") -> bytes:
    """The file with a security store appended, and no time-stamp."""
    evidence = archive.Evidence((office().issuing,), (crl,) if crl else (), (answer,) if answer else ())
    with_evidence = archive._with_evidence  # the product's own writer; what it writes is another's format
    from pyhanko.pdf_utils.reader import PdfFileReader

    return with_evidence(pdf, PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1], evidence)


def time_stamped(pdf: bytes) -> bytes:
    """A document time-stamp of the office's own service and nothing else."""
    key = _new_key("p256")
    start = NOW - timedelta(days=1)
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    der = authority.issue_service(
        office().issuing_key, office().issuing, spki, authority.Subject("Stempel Waktu"),
        (start, start + timedelta(days=1000)), purpose="timestamp", crl_url="",
        access=authority.Access("http://ocsp.invalid", "http://issuing.invalid"),
    )  # fmt: skip
    stamp = LocalKey(key, der, (office().issuing,))
    return archive._with_timestamp(pdf, lambda request: timestamps.answer(request, stamp, NOW, 1), 1)


def revoking(der: bytes) -> bytes:
    entry = authority.Revoked(authority.serial_of(der), NOW - timedelta(hours=1), "keyCompromise")
    return authority.crl(office().issuing_key, office().issuing, [entry], NOW, NOW + timedelta(days=7))


def answering(der: bytes, *, revoked: bool = True, by: Office | None = None) -> bytes:
    """An OCSP answer by the issuing authority itself, or by another office's about the same certificate."""
    by = by or office()
    subject, issuer = (x509.load_der_x509_certificate(entry) for entry in (der, office().issuing))
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=subject, issuer=issuer, algorithm=SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=NOW, next_update=NOW + timedelta(days=1),
        revocation_time=NOW - timedelta(hours=1) if revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, x509.load_der_x509_certificate(by.issuing))
    return builder.sign(by.issuing_key, SHA256()).public_bytes(Encoding.DER)


def _new_key(kind: str) -> Key:
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _issued(
    key: Key, issuer_key: Key, issuer_der: bytes, purposes: Sequence[str], commits: bool
) -> tuple[Key, bytes]:  # fmt: skip
    issuer = x509.load_der_x509_certificate(issuer_der)
    name = [(NameOID.COMMON_NAME, "Sari Wulandari, S.H., M.Si."), (NameOID.ORGANIZATION_NAME, "Kabupaten Contoh")]
    usage = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
            "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    ) | {"digital_signature": True, "content_commitment": commits}  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, text) for oid, text in name]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=300))
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage([PURPOSES[name] for name in purposes]), critical=False)
    return key, builder.sign(issuer_key, SHA256()).public_bytes(Encoding.DER)
