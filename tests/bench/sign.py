"""What the tap costs: the approval with its seal beside the floor (digest, one key operation), pyHanko and a peer."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

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
from tests.bench import peers
from tests.bench.papers import paper
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
    stamp = signing.Stamp(
        "HTTPS://TEKEN.EXAMPLE/V/8F3K2M9Q7XTD", ("Sari Contoh", "Sekretaris Daerah"), "Periksa.", sealed=True
    )
    papers = {
        "1 page, 53 kB": (LETTERS / "undangan.pdf").read_bytes(),
        "3 pages, 58 kB": (LETTERS / "edaran.pdf").read_bytes(),
    }
    papers |= {"10 pages, 1 MB": paper(10, 1000), "200 pages, 20 MB": paper(200, 20_000)}
    with peers.installed() as folder:
        for case, pdf in papers.items():
            measure(case, pdf, key, stamp, folder)


def measure(case: str, pdf: bytes, key: LocalKey, stamp: signing.Stamp, folder: Path) -> None:
    place, times = signing.Placement(1, 60, 60, 220, 92), 200 if len(pdf) < 5_000_000 else 20
    claim = signing.Claim(
        "000.1.5/118/UM-2026", "Undangan rapat koordinasi SPBE", "Sari Contoh, S.H.", "Sekretaris Daerah",
        "Sekretariat Daerah", AT.date(), 1, hashlib.sha256(pdf).digest(),
    )  # fmt: skip

    def prepare() -> signing.Prepared:
        return signing.prepare(pdf, stamp, place, field="Sig", name="Sari", reason="-", location="-")

    def one_shot() -> signing.SignedPdf:
        return signing.sign(prepare(), key, AT, claim=claim)

    prepared, signer = prepare(), simple_signer(key)
    for _ in range(100):  # the tables of the QR code fill with use
        signing.sign(prepared, key, AT, claim=claim)

    def floor() -> bytes:
        return key.private_key.sign(hashlib.sha256(prepared.pdf).digest(), ec.ECDSA(SHA256()))

    def approval() -> signing.SignedPdf:
        return signing.sign(prepared, key, AT, claim=claim)

    figures = {
        "floor_ms": cpu_ms(floor, times),
        "approval_ms": cpu_ms(approval, times),
        "prepare_ms": cpu_ms(prepare, times // 5),
        "stamp_and_sign_ms": cpu_ms(one_shot, times // 5),
        "pyhanko_documented_ms": cpu_ms(lambda: as_documented(pdf, signer), times // 5),
    }
    others = peers.measure(folder, pdf, key, times // 5)
    ratios = {
        "approval_to_floor": round(figures["approval_ms"] / figures["floor_ms"], 2),
        "pyhanko_to_approval": round(figures["pyhanko_documented_ms"] / figures["approval_ms"], 1),
        **{f"{name}_to_approval": round(ms / figures["approval_ms"], 1) for name, ms in others.items() if ms},
        **{
            f"{name}_to_stamp_and_sign": round(ms / figures["stamp_and_sign_ms"], 1)
            for name, ms in others.items()
            if ms
        },
    }
    line("sign", case, kilobytes=len(pdf) // 1000, **figures, **others, **ratios)


if __name__ == "__main__":
    main()
