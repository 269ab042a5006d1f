"""What stands in a certificate (DER), for those who only read it."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import NameOID


def is_ca(certificate: x509.Certificate) -> bool:
    """Whether it may issue others: basicConstraints with cA (RFC 5280, 4.2.1.9). What cannot be read says no."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False


def common_name_of(certificate_der: bytes) -> str:
    """The subject's common name; empty where there is none."""
    named = x509.load_der_x509_certificate(certificate_der).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(named[0].value) if named else ""


def is_issued_by(certificate_der: bytes, issuer_der: bytes) -> bool:
    """Whether the issuer's key signed this certificate; no date or purpose is asked. What cannot be read says no."""
    try:
        certificate = x509.load_der_x509_certificate(certificate_der)
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(issuer_der))
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
