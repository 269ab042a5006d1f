"""The CMS SignedData of a PAdES signature (RFC 5652), written once per certificate with two holes.

pyHanko builds the same bytes (tests/signing/test_envelope.py compares them) in 11 ms, each time: too much for fifty
officials at once. PAdES baseline B-B (ETSI EN 319 142-1, 6.3): content-type, message-digest, signing-certificate-v2
(RFC 5035), CMS algorithm protection (RFC 6211) against algorithm substitution, and no signing-time: that is /M.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.errors import NotTrusted, foreign
from signing.keys import SigningKey

_INTEGER, _OCTETS, _NULL, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
_CONTEXT_0, _CONTEXT_1 = 0xA0, 0xA1
_GENERAL_NAME_DIRECTORY = 0xA4


def _der(tag: int, *parts: bytes) -> bytes:
    """One DER value (ITU-T X.690) around its contents."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


@cache
def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytearray([40 * first + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content += bytes(reversed(groups))
    return _der(_OID, bytes(content))


_SIGNED_DATA, _DATA = _oid("1.2.840.113549.1.7.2"), _oid("1.2.840.113549.1.7.1")
_SHA256 = _der(_SEQUENCE, _oid("2.16.840.1.101.3.4.2.1"), _der(_NULL))
_ECDSA_SHA256 = _oid("1.2.840.10045.4.3.2")
_RSA_SHA256 = _oid("1.2.840.113549.1.1.11") + _der(_NULL)
_CONTENT_TYPE, _MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE_V2, _ALGORITHM_PROTECTION = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.52"


@dataclass(frozen=True)
class Envelope:
    """A SignedData for one certificate, cut where the digest and the signature go. All parts are DER."""

    attributes: tuple[bytes, bytes]  # the signed attributes' contents, before and after the 32 bytes of digest
    head: bytes  # SignedData before signerInfos
    signer: bytes  # SignerInfo before signedAttrs
    algorithm: bytes  # signatureAlgorithm

    def seal(self, digest: bytes, key: SigningKey) -> bytes:
        """Have `key` sign the attributes with this digest; returns the DER ContentInfo."""
        content = digest.join(self.attributes)
        signature = key.sign(_der(_SET, content))
        info = _der(_SEQUENCE, self.signer, _der(_CONTEXT_0, content), self.algorithm, _der(_OCTETS, signature))
        data = _der(_SEQUENCE, self.head, _der(_SET, info))
        return _der(_SEQUENCE, _SIGNED_DATA, _der(_CONTEXT_0, data))


@lru_cache(maxsize=256)
def envelope(certificate_der: bytes, chain_der: tuple[bytes, ...]) -> Envelope:
    """The envelope for a certificate of an elliptic curve or RSA key, SHA-256. Holds nothing secret.

    Raises NotTrusted(bad_certificate).
    """
    with foreign(NotTrusted, "bad_certificate"):
        certificate = x509.load_der_x509_certificate(certificate_der)
        issuer, serial = certificate.issuer.public_bytes(), _integer(certificate.serial_number)
        algorithm = _algorithm(certificate)
        before, after = _attributes(certificate_der, issuer, serial, algorithm)
        known = dict.fromkeys((certificate_der, *chain_der))
        head = b"".join((_integer(1), _der(_SET, _SHA256), _der(_SEQUENCE, _DATA), _der(_CONTEXT_0, *sorted(known))))
        signer = _integer(1) + _der(_SEQUENCE, issuer, serial) + _SHA256
        return Envelope((before, after), head, signer, _der(_SEQUENCE, algorithm))


def _attributes(certificate_der: bytes, issuer: bytes, serial: bytes, algorithm: bytes) -> tuple[bytes, bytes]:
    """The four signed attributes, in the order that DER asks of a SET OF, cut around the digest."""
    digest = sha256(certificate_der).digest()  # any 32 bytes that stand nowhere else in what follows but one place
    stand_in = sha256(b"message digest" + digest).digest()
    names = _der(_SEQUENCE, _der(_GENERAL_NAME_DIRECTORY, issuer))
    identifier = _der(_SEQUENCE, _der(_OCTETS, digest), _der(_SEQUENCE, names, serial))
    protection = _der(_SEQUENCE, _SHA256, _der(_CONTEXT_1, algorithm))
    attributes = (
        _attribute(_CONTENT_TYPE, _DATA),
        _attribute(_MESSAGE_DIGEST, _der(_OCTETS, stand_in)),
        _attribute(_SIGNING_CERTIFICATE_V2, _der(_SEQUENCE, _der(_SEQUENCE, identifier))),
        _attribute(_ALGORITHM_PROTECTION, protection),
    )
    before, _, after = b"".join(sorted(attributes)).partition(stand_in)
    return before, after


def _attribute(kind: str, value: bytes) -> bytes:
    return _der(_SEQUENCE, _oid(kind), _der(_SET, value))


def _algorithm(certificate: x509.Certificate) -> bytes:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return _RSA_SHA256
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _ECDSA_SHA256
    raise NotTrusted("bad_certificate", type(key).__name__)


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))
