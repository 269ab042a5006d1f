"""What the tap costs: the approval beside the floor (digest and one key operation) and beside pyHanko's own way."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

import signing
from signing import authority
from signing.keys import LocalKey
from tests.bench.report import cpu_ms, line
from webapp.demo.office import LETTERS

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def official() -> LocalKey:
    root_key, root = authority.create_root("Bench Root (tidak tersertifikasi)", AT, 20)
    issuing_key, issuing = authority.create_issuing(root_key, root, "Bench Issuing", AT, 10)
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    subject = authority.Subject("Sari Contoh")
    der = authority.issue(
        issuing_key, issuing, spki, subject, AT, AT.replace(year=2028), crl_url="http://localhost/crl"
    )
    return LocalKey(key, der, (issuing, root))


def as_documented(pdf: bytes, key: LocalKey) -> None:
    """pyHanko's own SimpleSigner, as its documentation shows it, with the key object kept."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    meta = signers.PdfSignatureMetadata(field_name="Sig", subfilter=fields.SigSeedSubFilter.PADES)
    signers.PdfSigner(meta, signer=key).sign_pdf(writer)


def simple_signer(key: LocalKey) -> signers.SimpleSigner:
    pem = key.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    (certificate,) = load_certs_from_pemder_data(key.certificate_der)
    store = SimpleCertificateStore()
    for der in key.chain_der:
        store.register_multiple(load_certs_from_pemder_data(der))
    return signers.SimpleSigner(certificate, load_private_key_from_pemder_data(pem, None), store)


def main() -> None:
    key = official()
    stamp = signing.Stamp("HTTPS://TEKEN.EXAMPLE/V/8F3K2M9Q7XTD", ("Sari Contoh", "Sekretaris Daerah"), "Periksa.")
    for name in ("undangan", "edaran", "tugas"):
        pdf = (LETTERS / f"{name}.pdf").read_bytes()
        place = signing.Placement(1, 60, 60, 220, 92)

        def prepare(pdf: bytes = pdf, place: signing.Placement = place) -> signing.Prepared:
            return signing.prepare(pdf, stamp, place, field="Sig", name="Sari", reason="-", location="-")

        prepared, signer = prepare(), simple_signer(key)

        def floor(pdf: bytes = prepared.pdf) -> bytes:
            return key.private_key.sign(hashlib.sha256(pdf).digest(), ec.ECDSA(SHA256()))

        at_floor, approval = cpu_ms(floor), cpu_ms(lambda p=prepared: signing.sign(p, key, AT))
        documented = cpu_ms(lambda p=pdf, s=signer: as_documented(p, s), 40)
        line(
            "sign", name, kilobytes=len(pdf) // 1000, floor_ms=at_floor, approval_ms=approval,
            prepare_ms=cpu_ms(prepare, 40), pyhanko_documented_ms=documented,
            approval_to_floor=round(approval / at_floor, 2), pyhanko_to_approval=round(documented / approval, 1),
        )  # fmt: skip


if __name__ == "__main__":
    main()
