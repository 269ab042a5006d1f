"""The envelope against pyHanko's own encoding of the same certificate, attributes and chain."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.sign import attributes
from pyhanko.sign.signers.pdf_cms import CAdESSignedAttributeProviderSpec, ExternalSigner, PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.envelope import envelope
from signing.errors import NotTrusted
from signing.keys import LocalKey
from tests.signing.office import NOW, office

DIGEST = bytes(range(32))


class Fixed:
    """A key whose signature is known, so that two encodings can be compared."""

    def __init__(self, signature: bytes) -> None:
        self._signature = signature

    def sign(self, _data: bytes) -> bytes:
        return self._signature


class Attributes(CAdESSignedAttributeProviderSpec):
    def __init__(self, signer: ExternalSigner) -> None:
        super().__init__(PdfCMSSignedAttributes(), signer.signing_cert, is_pades=True, timestamper=None)
        self._mechanism = signer.get_signature_mechanism_for_digest("sha256")

    def signed_attr_providers(
        self, data_digest: bytes, digest_algorithm: str
    ) -> Iterable[attributes.CMSAttributeProvider]:
        yield from super().signed_attr_providers(data_digest, digest_algorithm)
        yield attributes.CMSAlgorithmProtectionProvider(digest_algorithm, self._mechanism)


def by_pyhanko(certificate_der: bytes, chain: tuple[bytes, ...], signature: bytes) -> bytes:
    store = SimpleCertificateStore()
    store.register_multiple(asn1_x509.Certificate.load(der) for der in chain)
    signer = ExternalSigner(asn1_x509.Certificate.load(certificate_der), store, signature_value=signature)
    signer.signed_attr_prov_spec = Attributes(signer)
    return asyncio.run(signer.async_sign(DIGEST, "sha256", use_pades=True)).dump()


def certificate(key: object, *, serial: int = 7, signed_by: object | None = None) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sari Wulandari, S.H. \u00e9" + "x" * 40)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(serial).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(signed_by or key, SHA256()).public_bytes(Encoding.DER)


EC, RSA = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    ("der", "chain"),
    [
        (office().key.certificate_der, (office().issuing,)),
        (office().key.certificate_der, (office().issuing, office().root)),
        (certificate(EC, serial=0x80), ()),
        (certificate(EC, serial=2**158), (office().root,)),
        (certificate(RSA), (office().issuing,)),
    ],
)
@pytest.mark.parametrize("signature", [bytes(64), bytes(72), bytes(384)], ids=len)
def test_it_is_what_pyhanko_would_write(der: bytes, chain: tuple[bytes, ...], signature: bytes) -> None:
    ours = envelope(der, chain).seal(DIGEST, Fixed(signature))
    theirs = by_pyhanko(der, chain, signature)
    assert _without_order(ours) == _without_order(theirs)
    assert cms.ContentInfo.load(ours, strict=True).dump(force=True) == ours  # and canonical


def _without_order(der: bytes) -> list[object]:
    """pyHanko keeps the certificates as they come; DER sorts a SET OF."""
    data = cms.ContentInfo.load(der)["content"]
    certificates = {choice.chosen.dump() for choice in data["certificates"]}
    (info,) = data["signer_infos"]
    return [certificates, info.dump(), data["digest_algorithms"].dump(), data["encap_content_info"].dump()]


def test_what_cannot_sign_a_pdf_gets_no_envelope() -> None:
    with pytest.raises(NotTrusted, match="bad_certificate"):
        envelope(b"no certificate", ())
    with pytest.raises(NotTrusted, match="bad_certificate"):
        envelope(certificate(ed25519.Ed25519PrivateKey.generate(), signed_by=EC), ())


def test_its_signature_is_the_keys() -> None:
    key = office().key
    assert isinstance(key, LocalKey)
    message = envelope(key.certificate_der, key.chain_der).seal(DIGEST, key)
    (info,) = cms.ContentInfo.load(message)["content"]["signer_infos"]
    public = x509.load_der_x509_certificate(key.certificate_der).public_key()
    public.verify(info["signature"].native, info["signed_attrs"].untag().dump(), ec.ECDSA(SHA256()))
