"""Page images: right pages, right size, small, and everything drawn that a print would show."""

from __future__ import annotations

import io
import shutil
import subprocess
import time

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageChops, ImageStat
from reportlab.lib.pagesizes import A4, landscape

from signing import Placement, Stamp, prepare
from signing.errors import BadDocument
from signing.pages import render
from tests.signing import papers

MARK = Stamp("HTTPS://TEKEN.EXAMPLE/V/8F3K2M9Q7XTD", ("Nama Contoh, S.H.", "Sekretaris Daerah"), "Periksa keasliannya.")


def picture(webp: bytes) -> Image.Image:
    return Image.open(io.BytesIO(webp)).convert("L")


def poppler(pdf: bytes, page: int, width: int) -> Image.Image:
    with pdfium.PdfDocument(pdf) as document:
        dots = 72 * width / document[page - 1].get_width()
    command = ["pdftoppm", "-cropbox", "-png", "-f", str(page), "-l", str(page), "-r", f"{dots:.4f}", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(drawn)).convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of tone, 0 to 255, at a size at which the renderers' own smoothing plays no part."""
    size = (120, round(120 * one.height / one.width))
    return ImageStat.Stat(ImageChops.difference(one.resize(size), other.resize(size))).mean[0]


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils is not installed")
@pytest.mark.parametrize(
    "pdf",
    [
        papers.letter(),
        papers.letter(size=papers.F4),
        papers.letter(size=landscape(A4)),
        papers.letter(rotate=90),
        papers.cropped(papers.letter(rotate=270)),
        papers.scan(),
        papers.letter(
            extra=lambda canvas: (canvas.setFillColorRGB(0.8, 0.1, 0.1), canvas.circle(300, 200, 90, fill=1))
        ),
    ],
    ids=["A4", "F4", "landscape", "rotated", "cropped-rotated", "scan", "colour"],
)
def test_a_page_looks_as_poppler_draws_it(pdf):
    (webp,) = render(pdf, [1], 720)
    assert picture(webp).width == 720
    assert difference(picture(webp), poppler(pdf, 1, 720)) < 6.5  # 16 greys: a scan's paper is a tone off


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils is not installed")
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_mark_is_drawn_where_it_was_placed(rotate):
    pdf = papers.cropped(papers.letter(rotate=rotate, block=False))
    place = Placement(1, 330, 500, *MARK.size)
    ready = prepare(pdf, MARK, place, field="Teken", name="Sari", reason="", location="").pdf
    before, after = (picture(render(version, [1], 720)[0]) for version in (pdf, ready))
    changed = ImageChops.difference(before, after).point(lambda value: 255 if value > 60 else 0).getbbox()
    scale = 720 / A4[0]
    inside = [edge / scale for edge in changed]
    assert place.x <= inside[0] and inside[2] <= place.x + place.width + 1
    assert place.y <= inside[1] and inside[3] <= place.y + place.height + 1
    assert difference(after, poppler(ready, 1, 720)) < 4


def test_pages_come_in_the_order_asked_for():
    pdf = papers.letter(pages=3, body_lines=5)
    first, last, again = render(pdf, [1, 3, 1], 400)
    assert first == again != last
    assert render(pdf, []) == []


def test_a_text_page_is_small_and_quick():
    pdf = papers.letter(pages=14, body_lines=30)
    started = time.monotonic()
    images = render(pdf, range(1, 15))
    assert time.monotonic() - started < 14
    assert len(images) == 14 and max(map(len, images)) < 60_000


def test_pale_colours_survive():
    def marks(canvas):
        for row, tone in enumerate(((1, 1, 0.6), (0.8, 0.9, 1), (0.93, 0.93, 0.93), (1, 0.85, 0.85))):
            canvas.setFillColorRGB(*tone)
            canvas.rect(100, 100 + 60 * row, 200, 40, fill=1, stroke=0)

    shown = Image.open(io.BytesIO(render(papers.letter(extra=marks), [1], 595)[0])).convert("RGB")
    tones = {shown.getpixel((200, 842 - 120 - 60 * row)) for row in range(4)}
    assert len(tones) == 4 and (255, 255, 255) not in tones


def test_a_giant_page_costs_no_giant_picture():
    image = picture(render(papers.letter(size=(200, 14_000), body_lines=2, block=False), [1])[0])
    assert image.width * image.height <= 12_100_000


@pytest.mark.parametrize(
    "pdf,pages,code",
    [
        (papers.letter(), [2], "no_such_page"),
        (papers.letter(), [0], "no_such_page"),
        (b"no pdf", [1], "broken"),
        (papers.encrypted(papers.letter(), user="rahasia"), [1], "encrypted"),
    ],
    ids=papers.named,
)
def test_what_cannot_be_drawn_is_an_error(pdf, pages, code):
    with pytest.raises(BadDocument) as caught:
        render(pdf, pages)
    assert caught.value.code == code
