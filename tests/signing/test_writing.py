"""Letters written here: what comes out is a plain PDF/A of the office, whatever somebody typed."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from weasyprint.urls import FatalURLFetchingError

from signing import child, documents, fonts
from signing.child import call
from signing.composing import Block, Nothing, blocks
from signing.errors import BadDocument
from signing.prepare import prepare
from signing.sign import sign
from signing.verify import verify
from signing.writing import _UNWRITABLE, Letterhead, compose, emblem
from tests.signing.judges import require_valid
from tests.signing.office import NOW, STAMP, office, program

KOP = Letterhead(
    "Pemerintah Kabupaten Contoh", "Dinas Komunikasi dan Informatika",
    ("Jalan Contoh Nomor 1, Arosuka 27364", "Telepon (0755) 00000, laman diskominfo.contoh.go.id"), "Arosuka",
)  # fmt: skip
FIELDS = {
    "surat": {"enclosure": "1 (satu) berkas", "at": "Tempat", "text": "Bersama ini kami sampaikan:\n1. satu;\n2. dua."},
    "undangan": {
        "enclosure": "", "at": "Arosuka", "text": "Kami mengundang Saudara pada:", "day": "Senin, 30 November 2026",
        "time": "09.00 WIB", "venue": "Ruang rapat", "event": "Rapat koordinasi",
    },
    "edaran": {"background": "Latar. " * 60, "purpose": "Maksud.", "basis": "1. UU.", "text": "1. Isi.\n" * 60},
    "tugas": {"basis": "1. DPA.", "people": "Nama: Budi\nJabatan: Pranata Komputer", "text": "1. Mengikuti pelatihan."},
    "keterangan": {"people": "Nama: Budi\nAlamat: Jorong Contoh", "text": "adalah benar pegawai kami."},
    "nota_dinas": {"enclosure": "", "text": "Dilaporkan hal berikut."},
    "sertifikat": {"title": "", "recipient": "Dewi", "institution": "", "capacity": "Guru", "text": "di bimtek"},
}  # fmt: skip


def letter(kind="surat", **fields):
    signer = {
        "position": "Sekretaris Daerah", "name": "Sari Wulandari, S.H., M.Si.", "rank": "Pembina Utama Madya (IV/d)",
        "nip": "000000000000000001",
    }  # fmt: skip
    return {
        "number": "000.1.5/118/UM-2026", "dated_on": "2026-11-23", "subject": "Rapat koordinasi", "nature": "Biasa",
        "addressee": "Kepala Perangkat Daerah", "signer": signer,
        "fields": {"closing": "Demikian disampaikan.", "copies": ""} | FIELDS[kind] | fields,
    }  # fmt: skip


def made(kind="surat", **fields):
    (pdf,) = compose(kind, [letter(kind, **fields)], KOP)
    return pdf


def text(pdf):
    command = [program("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def require_archival(pdf, folder):
    """ISO 19005-2 as far as other programs and the file's own objects tell: fonts, intent, metadata, nothing unseen."""
    path = folder / "archival.pdf"
    path.write_bytes(pdf)
    assert subprocess.run([program("qpdf"), "--check", path], capture_output=True).returncode == 0
    listed = subprocess.run([program("pdffonts"), path], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows and all(row[-5] == "yes" and row[-3] == "yes" for row in rows), listed  # embedded, and with Unicode
    with pikepdf.open(BytesIO(pdf)) as document:
        with document.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "U")
        (intent,) = document.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1" and int(intent.DestOutputProfile.N) == 3
        assert "/Encrypt" not in document.trailer and len(document.trailer.ID) == 2
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                assert "/SMask" not in thing or thing.SMask == "/None"
                assert thing.get("/S") != "/JavaScript" and thing.get("/ca", 1) == thing.get("/CA", 1) == 1
                if thing.get("/Subtype") == "/Widget":
                    assert int(thing.F) & 0b110 == 0b100 and "/N" in thing.AP


@pytest.mark.parametrize("kind", FIELDS)
def test_every_type_is_taken_as_it_is_and_signed_in_its_block(kind, tmp_path):
    pdf = made(kind)
    require_archival(pdf, tmp_path)
    told = subprocess.run([program("pdfinfo"), "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "Tagged:          yes" in told
    found = documents.examine(pdf, size=(220.0, 92.0))
    assert (found.repairs, found.facts.warnings, found.pdf) == ((), (), pdf)
    assert found.mentions["stated"] == ("000.1.5/118/UM-2026",) and "2026-11-23" in found.mentions["dates"]
    place = found.suggestion
    box = {
        "-f": place.page,
        "-l": place.page,
        "-x": int(place.x),
        "-y": int(place.y + place.height),
        "-W": 240,
        "-H": 24,
    }
    where = [str(part) for pair in box.items() for part in pair]
    command = [program("pdftotext"), *where, "-", "-"]
    below = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    assert below.startswith("Sari Wulandari"), below
    ready = prepare(pdf, STAMP, place, field="S", name="Sari", reason="uji", location="uji")
    signed = sign(ready, office().key, NOW).pdf
    assert signed.startswith(pdf)
    require_archival(signed, tmp_path)
    require_valid(signed, [office().issuing, office().root], tmp_path, has_responder=False)
    assert verify(signed, office().trust()).is_valid


def test_what_is_typed_is_printed_and_never_run(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("RAHASIA")
    typed = (
        f"{{{{ 7*191 }}}} {{% include 'parts.html' %}} <img src='file://{secret}'> <script>alert(1)</script>\n\n"
        "<style>@import 'http://127.0.0.1/x.css'; p { display: none }</style> &lt; {{ ''.__class__.__mro__ }}"
    )
    shown = " ".join(text(made(text=typed)).split())
    assert "{{ 7*191 }} {% include 'parts.html' %} <img src='file://" in shown and "<script>alert(1)</script>" in shown
    assert "&lt; {{ ''.__class__.__mro__ }}" in shown and "@import" in shown
    assert "1337" not in shown and "RAHASIA" not in shown


@pytest.mark.parametrize(
    "url", ["file:///etc/hostname", "http://127.0.0.1/", "data:text/plain,x", "ftp://x/", "emblem:"]
)
def test_nothing_is_fetched(url):
    with pytest.raises(FatalURLFetchingError):
        Nothing(b"").fetch(url)
    with pytest.raises(FatalURLFetchingError):
        Nothing(b"png").fetch(f"{url}x")


def test_signs_that_the_typeface_lacks_are_named_and_not_left_out():
    with pytest.raises(BadDocument) as caught:
        made(text="Salam \u4f60\u597d")
    assert (caught.value.code, caught.value.detail) == ("unwritable", "\u4f60\u597d")


def test_unseen_signs_are_not_printed():
    assert "Nomor satu dua" in text(made(text="Nomor\u200b sa\u202etu\u00a0dua"))


def test_all_faces_hold_what_may_be_written():
    allowed = {chr(code) for code in range(0x20, 0x3000) if not _UNWRITABLE.match(chr(code))} - {"\u00ad"}
    for face in ("Regular", "Bold", "Italic", "BoldItalic"):
        held = TTFont(Path(fonts.__file__).parent / f"TekenSurat-{face}.ttf").getBestCmap()
        assert sorted(sign for sign in allowed if ord(sign) not in held) == []


def test_no_font_of_the_machine_is_used():
    with pikepdf.open(BytesIO(made("edaran"))) as document:
        used = {
            str(thing.BaseFont)
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and "/BaseFont" in thing
        }
    assert used and all("Teken-Surat" in name for name in used)


def test_the_same_texts_make_the_same_file():
    assert made() == made()


def test_many_at_once_are_one_by_one():
    pdfs = compose("sertifikat", [letter("sertifikat", recipient=name) for name in ("Budi", "Dewi", "Rudi")], KOP)
    assert [name in text(pdf) for pdf, name in zip(pdfs, ("Budi", "Dewi", "Rudi"), strict=True)] == [True] * 3
    assert "Budi" not in text(pdfs[1])


def test_the_longest_text_is_made_and_a_longer_one_refused_at_once():
    assert documents.inspect(made(text="Butir yang panjang sekali.\n\n" * 6_500)).pages > 100
    with pytest.raises(BadDocument) as caught:
        made(text="Butir yang panjang sekali.\n\n" * 100_000)
    assert caught.value.code == "too_complex"


def test_text_is_cut_into_paragraphs_items_and_facts():
    assert blocks("Satu\nbaris dua\n\n1. butir\nlanjut\na. rincian\n- garis\n\nNama: Budi\nNIP: 1") == [
        Block("text", "Satu\nbaris dua"), Block("item", "butir\nlanjut", "1.", 1), Block("item", "rincian", "a.", 2),
        Block("item", "garis", "-", 1), Block("facts", rows=(("Nama", "Budi"), ("NIP", "1"))),
    ]  # fmt: skip


def test_an_emblem_is_flat_small_and_without_what_the_file_said_besides():
    picture, out = Image.new("RGBA", (2000, 1000), (10, 20, 30, 0)), BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    picture.save(out, "PNG", exif=exif)
    png = emblem(out.getvalue())
    with Image.open(BytesIO(png)) as shown:
        assert (shown.size, shown.mode, shown.getpixel((0, 0))) == ((600, 300), "RGB", (255, 255, 255))
    assert b"rahasia" not in png
    (pdf,) = compose("surat", [letter()], KOP, png)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(list(document.pages[0].get_images())) == 1


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg onload='x'/>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_what_is_no_emblem_is_refused(data):
    with pytest.raises(BadDocument) as caught:
        emblem(data)
    assert caught.value.code == "not_picture"


def test_a_picture_that_unpacks_to_gigabytes_is_refused():
    out = BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(BadDocument) as caught:
        emblem(out.getvalue())
    assert caught.value.code in ("too_large", "not_picture")


def test_only_types_that_there_are_can_be_named():
    arguments = {"kind": "../fonts/fonts", "letters": [], "letterhead": {"paper": "F4"}}
    with pytest.raises(BadDocument):
        call("compose", b"", arguments)


def test_a_machine_without_pango_says_so(tmp_path, monkeypatch):
    """As where the library is missing: the child's own import fails before it gives up its rights."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')")
    start = child._START.replace("import sys, types;", f"import sys, types; sys.path.insert(0, {str(tmp_path)!r});")
    monkeypatch.setattr(child, "_START", start)
    with pytest.raises(BadDocument) as caught:
        made()
    assert caught.value.code == "no_writer"
