"""What the stand-in does to a PDF: signs it, really, and says what it thinks of a signed one."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

import signing
from signing import find_tags
from signing.received import has_timestamp
from tests.bsre_service import authority
from tests.bsre_service.authority import Holder


class TagMissing(Exception):
    """The character that marks the place stands nowhere."""


def sign(
    pdf: bytes,
    holder: Holder,
    *,
    box: tuple[float, ...] | None = None,
    page: int = 1,
    with_time: bool = True,
    rules: MDPPerm | None = None,
) -> bytes:
    """One more signature; `box` in user space (from the bottom left), None for an invisible one."""
    store = SimpleCertificateStore()
    store.register_multiple([_read(authority.issuing()), _read(authority.root())])
    signer = signers.SimpleSigner(signing_cert=_read(holder), signing_key=_key(holder), cert_registry=store)
    name = f"sig_{time.time_ns() // 1_000_000}"
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    output = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason="Dokumen telah disetujui",
            certify=rules is not None,
            docmdp_permissions=rules or MDPPerm.FILL_FORMS,
        ),
        signer,
        timestamper=_clock() if with_time else None,
        stamp_style=TextStampStyle(stamp_text=authority.NOT_VALID) if box else None,
        new_field_spec=SigFieldSpec(name, on_page=page - 1, box=box) if box else None,
    ).sign_pdf(writer)
    return output.getvalue()


def box_at_tag(pdf: bytes, tag: str, width: float, height: float) -> tuple[int, tuple[float, ...]]:
    """Page and box where the character stands."""
    found = find_tags(pdf, (tag,))
    if len(tag) != 1 or not found:
        raise TagMissing
    place = found[0]
    bottom = page_height(pdf, place.page) - place.y - height
    return place.page, (place.x, bottom, place.x + width, bottom + height)


def page_height(pdf: bytes, page: int) -> float:
    pages = PdfFileReader(BytesIO(pdf), strict=False).root["/Pages"]["/Kids"]
    return float(pages[page - 1]["/MediaBox"][3])


def examine(pdf: bytes) -> list[dict]:
    """(integrity, trusted, timestamped) of each signature, in our own words; the service puts them into BSrE's."""
    reader = PdfFileReader(BytesIO(pdf), strict=False)
    embedded = list(reader.embedded_regular_signatures)
    anchor = authority.root().certificate.public_bytes(Encoding.DER)
    verdict = signing.verify(pdf, signing.Trust((anchor,), datetime.now(UTC)))
    bad = {"not_intact", "modified", "forged_range", "covered"}
    return [
        {
            "field": entry.field, "name": entry.common_name, "certificate": entry.certificate_der,
            "intact": not any(p.code in bad for p in entry.problems) and _covers(verdict),
            "trusted": not any(p.code in ("not_trusted", "expired") for p in entry.problems),
            "timestamped": has_timestamp(signature),
        }
        for entry, signature in zip(verdict.signatures, embedded, strict=True)
    ]  # fmt: skip


def _covers(verdict) -> bool:
    return not any(problem.code == "not_whole_file" for problem in verdict.problems)


def _clock() -> DummyTimeStamper:
    holder = authority.timestamping()
    store = SimpleCertificateStore()
    store.register_multiple([_read(authority.issuing())])
    return DummyTimeStamper(tsa_cert=_read(holder), tsa_key=_key(holder), certs_to_embed=store)


def _read(holder: Holder) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(holder.certificate.public_bytes(Encoding.DER))


def _key(holder: Holder) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(holder.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
