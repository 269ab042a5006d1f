import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from signing import fonts, qr, stamps
from signing.errors import BadMark, BadPlacement
from signing.places import Placement
from signing.stamps import Stamp
from tests import scanner
from tests.signing.office import ADDRESS, STAMP, letter, prepared, program

LONG = Stamp(
    ADDRESS,
    (
        "Dr. Ir. H. Muhammad Fadhlurrahman Nasution, S.T., M.Eng., Ph.D.",
        "Kepala Badan Kepegawaian dan Pengembangan Sumber Daya Manusia Kabupaten Contoh",
        "Pembina Utama Madya (IV/d)",
        "NIP 00000000 000000 0 001",
    ),
    STAMP.footer,
)


def _code_side(content: bytes, count: int) -> float:
    return float(re.search(rb"q ([\d.]+) 0 0 [\d.]+ [\d.]+ [\d.]+ cm", content).group(1)) * count


def _grey_page(pdf: bytes, tmp_path: Path) -> Any:
    image = pytest.importorskip("PIL.Image")
    (tmp_path / "s.pdf").write_bytes(pdf)
    subprocess.run(
        [program("pdftoppm"), "-r", "150", "-gray", "-png", str(tmp_path / "s.pdf"), str(tmp_path / "s")], check=True
    )
    return image.open(next(tmp_path.glob("s-*1.png"))).convert("L")


@pytest.mark.parametrize("stamp", [STAMP, LONG, replace(STAMP, footer=""), replace(STAMP, lines=("Sari",))])
def test_the_natural_size_holds_a_code_of_twenty_millimetres(stamp: Stamp) -> None:
    width, height = stamp.size
    drawing = stamps.draw(stamp, width, height)
    assert _code_side(drawing.content, len(qr.modules(stamp.address))) >= 57
    assert 150 < width < 290 and 70 < height < 150


@pytest.mark.parametrize("stamp", [replace(STAMP, sealed=True), replace(LONG, sealed=True)])
def test_a_sealed_code_is_never_under_twenty_five_millimetres(stamp: Stamp) -> None:
    width, height = stamp.size
    assert _code_side(stamps.draw(stamp, width, height).content, stamp.modules) >= 25 / 25.4 * 72
    assert _code_side(stamps.draw(stamp, 220, 92).content, stamp.modules) >= 25 / 25.4 * 72
    with pytest.raises(BadPlacement):
        stamps.draw(stamp, width, 75)


@pytest.mark.parametrize("size", [(170, 90), (194, 96), (320, 140), (600, 400), (175, 250)])
@pytest.mark.parametrize("stamp", [STAMP, LONG])
def test_text_stays_inside_any_box_that_is_accepted(stamp: Stamp, size: tuple[float, float]) -> None:
    try:
        drawing = stamps.draw(stamp, *size)
    except BadPlacement:
        assert size == (170, 90) and stamp is LONG
        return
    assert stamps.LEAST_CODE <= _code_side(drawing.content, len(qr.modules(stamp.address))) <= 110.01
    faces = {face.name: face for face in (fonts.regular(), fonts.semibold())}
    row = re.compile(rb"/(\S+) ([\d.]+) Tf ([\d.]+) ([\d.]+) Td \[(.*)\] TJ")
    for face, points, x, y, shown in row.findall(drawing.content):
        glyphs = [
            int(number, 16) for part in re.findall(rb"<([0-9A-F]+)>", shown) for number in re.findall(rb"....", part)
        ]
        font = faces[face.decode()]
        length = sum(font.advance(glyph) for glyph in glyphs) * float(points) / 1000
        assert float(x) + length <= size[0] + 0.5
        assert 0 <= float(y) <= size[1] - float(points) * 0.7


def test_a_box_too_small_is_refused_and_never_shrinks_the_code() -> None:
    for size in ((60, 60), (300, 60), (100, 300), (90, 90)):
        with pytest.raises(BadPlacement) as error:
            stamps.draw(STAMP, *size)
        assert error.value.code == "too_small"


def test_an_upper_case_address_makes_a_coarser_code() -> None:
    address = "HTTPS://TANDATANGAN.CONTOHKAB.GO.ID/V/8F3K2M9Q7XTD"
    assert len(qr.modules(ADDRESS)) == len(qr.modules(address)) == 29
    assert len(qr.modules(address.lower())) > 29


def test_what_cannot_be_a_mark() -> None:
    with pytest.raises(BadMark, match="no_address"):
        Stamp("", ("Sari",), "")
    with pytest.raises(BadMark, match="no_lines"):
        Stamp(ADDRESS, (" ",), "")
    for length in (700, 20_000):
        with pytest.raises(BadMark, match="address_too_long"):
            qr.modules("HTTPS://X/" + "A" * length)


@pytest.mark.parametrize(
    ("rotate", "place"),
    [
        (0, Placement(1, 300, 545, *STAMP.size)),
        (90, Placement(1, 600, 400, *STAMP.size)),
        (180, Placement(1, 300, 545, *STAMP.size)),
        (270, Placement(1, 600, 400, *STAMP.size)),
    ],
)
@pytest.mark.parametrize("crop", [None, (20, 30, 590, 830)])
def test_a_grey_print_at_150_dpi_is_read_by_another_reader(
    tmp_path: Path, rotate: int, place: Placement, crop: tuple[float, ...] | None
) -> None:
    pdf = prepared(letter(rotate=rotate, crop=crop), place=replace(place, width=171, height=92)).pdf
    if crop is not None:
        pdf = _as_cropped(pdf)
    (found,) = scanner.codes(_grey_page(pdf, tmp_path))
    assert found.text == ADDRESS and abs(found.orientation) <= 2  # upright for the reader
    corner = found.position.top_left
    quiet = 57 / 29 * 4
    assert corner.x * 72 / 150 == pytest.approx(place.x + quiet, abs=3)
    assert place.y + quiet - 2 <= corner.y * 72 / 150 <= place.y + quiet + 12


def _as_cropped(pdf: bytes) -> bytes:
    """pdftoppm draws the media box: make the crop box that, as a viewer shows it."""
    document = pikepdf.open(io.BytesIO(pdf))
    document.pages[0].obj.MediaBox = document.pages[0].obj.CropBox
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def test_the_quiet_zone_is_white_even_on_a_dark_page(tmp_path: Path) -> None:
    document = pikepdf.open(io.BytesIO(letter()))
    document.pages[0].contents_add(b"0.2 g 0 0 595 842 re f", prepend=False)
    output = io.BytesIO()
    document.save(output)
    place = Placement(1, 300, 545, *STAMP.size)
    image = _grey_page(prepared(output.getvalue(), place=place).pdf, tmp_path)
    (found,) = scanner.codes(image)
    assert found.text == ADDRESS
    pixel = 150 / 72
    left, top = int(place.x * pixel) + 2, int(place.y * pixel) + 2
    zone = image.crop((left, top, left + int(6.5 * pixel), top + int(70 * pixel)))
    assert zone.getextrema()[0] >= 250


def test_the_text_can_be_read_out_and_copied(tmp_path: Path) -> None:
    (tmp_path / "s.pdf").write_bytes(prepared(stamp=replace(STAMP, lines=("Nuraini C\u0327elik, \u0160.H.",))).pdf)
    shown = subprocess.run([program("pdftotext"), str(tmp_path / "s.pdf"), "-"], capture_output=True, text=True).stdout
    assert "Nuraini \u00c7elik, \u0160.H." in shown and "8F3K-2M9Q-7XTD" in shown


def test_every_character_is_embedded_and_unknown_ones_fall_back() -> None:
    font = fonts.regular()
    assert all(font.glyphs(chr(code))[0] for code in [*range(0x20, 0x7F), *range(0xC0, 0x17F)])
    assert font.glyphs("\u1ea0") == font.glyphs("A")
    assert font.glyphs("\u6f22") == font.glyphs("?")
    assert font.character(font.glyphs("\u1ea0")[0]) == "A"
    assert len(font.subset(font.glyphs("Sari"))) < 4000
