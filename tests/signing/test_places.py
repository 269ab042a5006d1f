"""Tags, free space and overlaps, with Debian's poppler as the judge of where words stand."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from reportlab.lib.pagesizes import A4, landscape

from signing.errors import BadDocument
from signing.places import Overlap, Placement, find_tags, overlap, suggest
from tests.signing import papers

POPPLER = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
MARK = (190.0, 95.0)
SHAPES = {
    "plain": papers.letter(tag="${ttd}", pages=2),
    "F4": papers.letter(tag="${ttd}", size=papers.F4),
    "landscape": papers.letter(tag="${ttd}", size=landscape(A4), body_lines=8),
    "rotated-90": papers.letter(tag="${ttd}", rotate=90),
    "rotated-180": papers.letter(tag="${ttd}", rotate=180),
    "rotated-270": papers.letter(tag="${ttd}", rotate=270),
    "cropped": papers.cropped(papers.letter(tag="${ttd}")),
    "cropped-rotated-90": papers.cropped(papers.letter(tag="${ttd}", rotate=90)),
    "cropped-rotated-270": papers.cropped(papers.letter(tag="${ttd}", rotate=270, size=papers.F4)),
    "xref-stream": papers.xref_stream(papers.letter(tag="${ttd}")),
}


def poppler_words(pdf: bytes, page: int) -> list[tuple[str, float, float, float, float]]:
    """(word, x0, y0, x1, y1) by pdftotext."""
    command = ["pdftotext", "-bbox", "-cropbox", "-f", str(page), "-l", str(page), "-", "-"]
    shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    pattern = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    return [(found[4], *map(float, found[:4])) for found in re.findall(pattern, shown)]


@POPPLER
@pytest.mark.parametrize("shape", SHAPES)
def test_a_tag_is_found_where_poppler_sees_it(shape):
    (tag,) = find_tags(SHAPES[shape], ["${ttd}"])
    (word,) = [entry for entry in poppler_words(SHAPES[shape], tag.page) if entry[0] == "${ttd}"]
    assert (tag.x, tag.x + tag.width) == pytest.approx((word[1], word[3]), abs=1.5)
    assert tag.y + tag.height / 2 == pytest.approx((word[2] + word[4]) / 2, abs=3)


def _pieces(canvas):
    """`${ttd}` in three text objects, written from right to left."""
    for x, part in ((150, "d}"), (140.5, "tt"), (129.5, "${")):
        canvas.drawString(x, 300, part)


@pytest.mark.parametrize(
    "options,tags,count",
    [
        ({"tag": "#"}, ["#"], 1),
        ({"tag": "Ruang #1"}, ["#"], 0),
        ({"tag": "C# dan a#b"}, ["#"], 0),
        ({"tag": "#  #"}, ["#"], 2),
        ({"tag": "${ttd_pengirim}"}, ["${ttd}"], 0),
        ({"tag": "${ttd_pengirim}"}, ["${ttd}", "${ttd_pengirim}"], 1),
        ({"tag": "$ {ttd}"}, ["${ttd}"], 1),
        ({"tag": "oleh:${ttd}."}, ["${ttd}"], 1),
        ({"tag": "ttd"}, ["ttd"], 1),
        ({"tag": "ttdx"}, ["ttd"], 0),
        ({"extra": _pieces}, ["${ttd}"], 1),
        ({"extra": lambda c: (c.drawString(99, 99, "#"), c.drawString(99.3, 99, "#"))}, ["#"], 1),
        ({}, ["#", "${ttd}"], 0),
        ({}, ["", " "], 0),
    ],
    ids=papers.named,
)
def test_only_whole_tags_count(options, tags, count):
    assert len(find_tags(papers.letter(**options), tags)) == count


def test_the_last_page_comes_first():
    pdf = papers.letter(pages=3, extra=lambda canvas: canvas.drawString(300, 200, "#"))
    assert [tag.page for tag in find_tags(pdf, ["#"])] == [3, 2, 1]


@POPPLER
@pytest.mark.parametrize(
    "shape",
    [
        {"gap": 120.0},
        {"gap": 120.0, "centred": True, "title": ("a.n. BUPATI SOLOK", "SEKRETARIS DAERAH,")},
        {"gap": 125.0, "size": papers.F4, "title": ("CAMAT GUNUNG TALANG,",)},
        {"gap": 120.0, "rotate": 90, "title": ("Plh. KEPALA DINAS KOMINFO",)},
        {"gap": 120.0, "rotate": 270},
        {"gap": 120.0, "pages": 60},
    ],
    ids=papers.named,
)
def test_a_mark_goes_between_title_and_name(shape):
    pdf = papers.letter(**shape)
    place = suggest(pdf, MARK)
    assert place and place.page == shape.get("pages", 1) and (place.width, place.height) == MARK
    words = poppler_words(pdf, place.page)
    title = max(word[4] for word in words if word[0] in shape.get("title", ("DAERAH,",))[-1].split())
    name = min(word[2] for word in words if word[0] == "Contoh,")
    assert title - 3 < place.y and place.y + place.height < name + 3
    assert_free(pdf, place)


@pytest.mark.parametrize(
    "pdf",
    [
        papers.letter(gap=60),
        papers.letter(gap=60, centred=True),
        papers.letter(block=False),
        papers.scan(),
        papers.cropped(papers.letter(gap=100, rotate=270)),
        papers.letter(size=landscape(A4), body_lines=10),
        papers.letter(gap=120, extra=lambda canvas: canvas.rect(330, 400, 120, 60, fill=1)),
    ],
    ids=["small-gap", "small-gap-centred", "no-block", "scan", "cropped", "landscape", "drawing-in-the-gap"],
)
def test_elsewhere_it_goes_where_nothing_is(pdf):
    place = suggest(pdf, MARK)
    assert place
    assert_free(pdf, place)


def test_a_full_page_has_no_place():
    assert suggest(papers.letter(body_lines=43, block=False), MARK) is None


def assert_free(pdf: bytes, place: Placement) -> None:
    assert overlap(pdf, place).is_empty
    if shutil.which("pdftotext"):
        for word, x0, y0, x1, y1 in poppler_words(pdf, place.page):
            beside = x1 <= place.x or x0 >= place.x + place.width
            assert beside or y1 <= place.y + 3 or y0 >= place.y + place.height - 3, word


def test_overlap_reads_the_text_under_the_box():
    found = overlap(papers.letter(), Placement(1, 72, 95, 200, 20))
    assert found.text.startswith("Sehubungan dengan") and found.ink > 0.02 and not found.is_empty
    assert overlap(papers.letter(), Placement(1, 72, 700, 200, 60)) == Overlap("", 0.0)


def test_overlap_sees_drawings_and_pictures():
    drawn = papers.letter(extra=lambda canvas: canvas.rect(100, 100, 80, 40, fill=1))
    found = overlap(drawn, Placement(1, 90, A4[1] - 150, 100, 60))
    assert found.text == "" and found.ink == pytest.approx(80 * 40 / (100 * 60), abs=0.03) and not found.is_empty
    assert not overlap(papers.scan(), Placement(1, 72, 80, 200, 60)).is_empty
    assert overlap(papers.scan(), Placement(1, 72, 650, 200, 60)).is_empty  # grey paper is paper


@pytest.mark.parametrize("shape", SHAPES)
def test_the_tag_itself_does_not_count(shape):
    pdf = SHAPES[shape]
    (tag,) = find_tags(pdf, ["${ttd}"])
    assert "${ttd}" in overlap(pdf, tag).text
    assert overlap(pdf, tag, ignore_tags=["${ttd}"]).is_empty


def test_a_verdict_cannot_be_misread():
    with pytest.raises(TypeError):
        bool(Overlap("", 0.0))


@pytest.mark.parametrize("page", [0, 2, -1, 10**6])
def test_a_page_that_is_not_there_is_an_error(page):
    with pytest.raises(BadDocument, match="no_such_page"):
        overlap(papers.letter(), Placement(page, 0, 0, 10, 10))


@pytest.mark.parametrize("x,width", [(-500, 100), (5_000, 10), (0, 0), (10, -20), (float("nan"), 5), (float("inf"), 5)])
def test_odd_boxes_do_no_harm(x, width):
    try:
        assert overlap(papers.letter(), Placement(1, x, 300, width, 10)).ink <= 1
    except BadDocument as error:
        assert error.code == "broken"
