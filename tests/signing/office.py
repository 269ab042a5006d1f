"""A made-up office for the signing tests: an authority, Sari's key, letters and a mark. All names are invented."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import authority
from signing.keys import LocalKey
from signing.places import Placement
from signing.prepare import Prepared, prepare
from signing.sign import sign
from signing.stamps import Stamp
from signing.trust import Trust

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
# The real time, since pdfsig judges at no other; WIB.
NOW = datetime.now(timezone(timedelta(hours=7))).replace(microsecond=0)
ADDRESS = "HTTPS://TTE.CONTOH.GO.ID/V/8F3K2M9Q7XTD"
STAMP = Stamp(
    ADDRESS,
    ("Sari Wulandari, S.H., M.Si.", "Sekretaris Daerah", "Pembina Utama Madya (IV/d)", "NIP 00000000 000000 0 001"),
    "Dokumen ini ditandatangani secara elektronik. Periksa keasliannya di tte.contoh.go.id/v/8F3K-2M9Q-7XTD.",
)
PLACE = Placement(1, 300, 545, *STAMP.size)
BODY = (
    "PEMERINTAH KABUPATEN CONTOH",
    "SEKRETARIAT DAERAH",
    "",
    "Nomor : 800/123/2026",
    "Hal : Undangan rapat",
    "",
    "Dengan hormat, kami mengundang Saudara untuk hadir pada rapat koordinasi.",
)


@dataclass(frozen=True)
class Office:
    """Root, issuing authority and Sari's key under it."""

    root_key: ec.EllipticCurvePrivateKey
    root: bytes
    issuing_key: ec.EllipticCurvePrivateKey
    issuing: bytes
    key: LocalKey

    def trust(self, **more: object) -> Trust:
        return Trust(**{"roots_der": (self.root,), "at": NOW} | more)


@cache
def office(name: str = "Contoh") -> Office:
    start = NOW - timedelta(days=30)
    root_key, root = authority.create_root(f"Otoritas Internal Kabupaten {name} (tidak tersertifikasi)", start, 10)
    issuing_key, issuing = authority.create_issuing(
        root_key, root, f"Penerbit Kabupaten {name} (tidak tersertifikasi)", start, 5, crl_url="http://crl.invalid/root"
    )
    return Office(root_key, root, issuing_key, issuing, official(issuing_key, issuing, "Sari Wulandari, S.H., M.Si."))


def official(issuing_key: ec.EllipticCurvePrivateKey, issuing: bytes, name: str, days: int = 700) -> LocalKey:
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    subject = authority.Subject(
        name,
        organization="Pemerintah Kabupaten Contoh",
        organizational_unit="Sekretariat Daerah",
        title="Sekretaris Daerah",
        serial_number="P-0001",
    )
    start = NOW - timedelta(days=1)
    certificate = authority.issue(
        issuing_key, issuing, spki, subject, start, start + timedelta(days=days), crl_url="http://crl.invalid/issuing"
    )
    return LocalKey(key, certificate, (issuing,))


def letter(
    *,
    pages: int = 1,
    rotate: int = 0,
    media: tuple[float, ...] = (0, 0, 595.28, 841.89),
    crop: tuple[float, ...] | None = None,
    object_streams: bool = False,
    more: str = "",
) -> bytes:
    """A letter with real text on each page, with the page attributes asked for."""
    document = pikepdf.new()
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Helvetica"))
    )
    lines = " ".join(f"({line}) Tj T*" for line in BODY)
    text = f"BT /F1 11 Tf 15 TL {media[0] + 72:g} {media[3] - 80:g} Td {lines} ET {more}".encode()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(10, 10))
        page.obj.MediaBox = pikepdf.Array(media)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = document.make_stream(text)
        if rotate:
            page.obj.Rotate = rotate
        if crop:
            page.obj.CropBox = pikepdf.Array(crop)
    output = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if object_streams else pikepdf.ObjectStreamMode.disable
    document.save(output, object_stream_mode=mode, static_id=True)
    return output.getvalue()


def prepared(pdf: bytes | None = None, *, place: Placement = PLACE, field: str = "TTE", **more: object) -> Prepared:
    pdf = letter() if pdf is None else pdf
    words = {"name": "Sari Wulandari", "reason": "Menyetujui surat ini", "location": "Contoh"}
    return prepare(pdf, more.pop("stamp", STAMP), place, field=field, **words, **more)


def signed(pdf: bytes | None = None, **more: object) -> bytes:
    key = more.pop("key", office().key)
    return sign(prepared(pdf, **more), key, NOW).pdf


_open_files: list[pikepdf.Pdf] = []  # pikepdf's objects die with their file


def catalog(pdf: bytes) -> Any:
    """The document catalogue as another library reads it."""
    _open_files.append(pikepdf.open(io.BytesIO(pdf)))
    return _open_files[-1].Root


def widget(pdf: bytes) -> Any:
    """The last field of the form: our signature."""
    return catalog(pdf).AcroForm.Fields[-1]


def program(name: str) -> str:
    """The path of an outside witness; the test is skipped where the machine lacks it."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed here")
    return path


def corpus(name: str) -> bytes:
    """A file of the shared corpus, which a plain checkout does not have."""
    path = Path(os.environ.get("CORPUS", CORPUS)) / name
    if not path.is_file():
        pytest.skip("the shared corpus is not beside this checkout")
    return path.read_bytes()
