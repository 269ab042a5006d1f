"""What a drafter should look at before submitting: letterhead, paper, blocks; numbers and dates as written."""

from io import BytesIO

import pikepdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from signing import leaves
from signing.documents import examine
from tests.signing import papers


def page(*lines, size=A4, top=60):
    """One page with these lines from `top` points below the upper edge on."""
    output = BytesIO()
    canvas = Canvas(output, pagesize=size, invariant=1)
    for number, line in enumerate(lines):
        canvas.drawString(72, size[1] - top - 18 * number, line)
    canvas.save()
    return output.getvalue()


def together(*files):
    with pikepdf.new() as pdf:
        for file in files:
            pdf.pages.extend(pikepdf.open(BytesIO(file)).pages)
        output = BytesIO()
        pdf.save(output)
        return output.getvalue()


NEW = {"no_letterhead", "mixed_sizes", "several_blocks"}


def warnings(pdf):
    return NEW & set(examine(pdf).facts.warnings)


def test_an_ordinary_letter_has_none_of_them():
    assert warnings(papers.letter()) == set()
    assert warnings(papers.letter(pages=3, size=papers.F4)) == set()


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_pages_are_read_as_they_are_shown(angle):
    assert warnings(papers.letter(rotate=angle)) == set()


def test_a_letter_without_letterhead_is_told():
    body = ["Dengan hormat,", *[papers.BODY] * 20]
    assert warnings(page(*body)) == {"no_letterhead"}
    assert warnings(page("B U P A T I  S O L O K", *body)) == set()
    assert warnings(page("DINAS KESEHATAN", *body)) == set()
    assert warnings(page(*body, "DINAS KESEHATAN")) == {"no_letterhead"}, "low on the page it is no letterhead"


def test_a_scan_has_a_letterhead_where_anything_is_drawn():
    assert "no_letterhead" not in warnings(papers.scan())


def test_two_kinds_of_paper_are_told_and_a_page_on_its_side_is_the_same():
    head = "PEMERINTAH KABUPATEN SOLOK"
    assert warnings(together(page(head), page(head, size=papers.F4))) == {"mixed_sizes"}
    assert warnings(together(page(head), page(head, size=A4[::-1]))) == set()
    assert warnings(together(page(head), page(head, size=(A4[0] + 1, A4[1] - 1)))) == set()


def test_two_signature_blocks_are_told():
    block = papers.letter()
    assert warnings(together(block, block)) == {"several_blocks"}


def test_numbers_and_dates_are_read_as_written():
    pdf = page(
        "PEMERINTAH KABUPATEN SOLOK", "Nomor   : 000.1.5 / 118 / UM–2026", "Arosuka, 23 November 2026",
        "berdasarkan surat 800.1/7/BKD-2026 tanggal 03-02-2026 dan 31 Februari 2026, lihat http://contoh.id/v/8F3K",
    )  # fmt: skip
    found = examine(pdf).mentions
    assert found["stated"] == (leaves.normalise_number("000.1.5/118/UM-2026"),)
    assert set(found["numbers"]) >= {"800.1/7/BKD-2026"} and not any("8F3K" in text for text in found["numbers"])
    assert found["dates"] == ("2026-11-23", "2026-02-03")
    assert examine(page("NOMOR 100 TAHUN 2026")).mentions["stated"] == ("100TAHUN2026",)
    assert examine(papers.scan()).mentions == {"stated": (), "numbers": (), "dates": ()}


def test_what_is_kept_has_an_end():
    lines = [" ".join(f"{row}.{n}/{n}/X" for n in range(9)) for row in range(40)]
    found = examine(page("Nomor : " + "9/" * 200, *lines)).mentions
    assert len(found["numbers"]) == 40 and all(len(text) <= 80 for texts in found.values() for text in texts)
