"""LATIHAN on every page: seen, hiding nothing, however the page is turned; other readers still open the file."""

import io
import subprocess

import pikepdf
import pytest
from PIL import Image

import signing
from signing.errors import BadDocument
from webapp.demo.office import LETTERS

LETTER, LONG = (LETTERS / "undangan.pdf").read_bytes(), (LETTERS / "edaran.pdf").read_bytes()


def picture(pdf, number=1, width=400):
    return Image.open(io.BytesIO(signing.render(pdf, [number], width)[0])).convert("L")


def turned(pdf, degrees):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.obj.Rotate = degrees
        made = io.BytesIO()
        document.save(made)
    return made.getvalue()


def grey_share(image):
    """The share of the page that has the word's own tone."""
    histogram = image.histogram()
    return sum(histogram[212:224]) / (image.width * image.height)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_the_word_is_on_every_page_however_it_is_turned(degrees):
    marked = signing.watermark(turned(LONG, degrees))
    for number in range(1, 4):
        image = picture(marked, number)
        assert grey_share(image) > 0.03, f"page {number}"
        # It runs from the lower left to the upper right as the page is read.
        corners = [(0, 0.75, 0.3, 1.0), (0.7, 0.0, 1.0, 0.25)]
        boxes = [tuple(round(s * v) for s, v in zip(c, image.size * 2, strict=True)) for c in corners]
        assert all(grey_share(image.crop(box)) > 0.01 for box in boxes), f"page {number}"
    assert grey_share(picture(LONG)) < 0.01


def test_it_hides_no_text_and_adds_none():
    """Black stays black under it, and nothing of it is found or read aloud."""
    before, after = picture(LETTER), picture(signing.watermark(LETTER))
    dark = [(a, b) for a, b in zip(before.get_flattened_data(), after.get_flattened_data(), strict=True) if a < 60]
    assert dark and all(b <= a + 17 for a, b in dark)
    assert signing.read_text(signing.watermark(LETTER)) == signing.read_text(LETTER)


def test_space_for_the_mark_is_found_as_before_and_nothing_is_reported_under_it():
    marked = signing.watermark(LETTER)
    place = signing.suggest(LETTER, (220, 92))
    assert signing.suggest(marked, (220, 92)) == place
    assert signing.overlap(marked, place).is_empty


def test_other_readers_find_the_file_sound(tmp_path):
    path = tmp_path / "marked.pdf"
    path.write_bytes(signing.watermark(LONG))
    assert "No syntax or stream encoding errors" in subprocess.run(
        ["qpdf", "--check", path], capture_output=True, text=True, check=True
    ).stdout  # fmt: skip


@pytest.mark.parametrize("hostile", [b"", b"no pdf at all", b"%PDF-1.7\n" + b"[" * 100_000])
def test_what_is_no_pdf_is_refused(hostile):
    with pytest.raises(BadDocument):
        signing.watermark(hostile)
