"""Number and date at their tags, judged by other programs: tag gone, text in its place, nothing else moved."""

from __future__ import annotations

import re
import subprocess
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from signing import conversion, documents
from signing.errors import BadDocument
from signing.inscriptions import Inscription, inscribe
from signing.places import suggest
from signing.prepare import prepare
from signing.sign import sign
from signing.writing import compose
from tests.signing import papers
from tests.signing.judges import require_valid
from tests.signing.office import NOW, PLACE, STAMP, office, program, signed
from tests.signing.office_files import odt
from tests.signing.papers import change
from tests.signing.test_writing import KOP, require_archival
from tests.signing.test_writing import letter as written

NUMBER, DATE = "000.1.5/20001/UM", "26 November 2026"
WANTED = (
    Inscription(("${nomor_naskah}", "${nomor_surat}", "${nomor}"), NUMBER),
    Inscription(("${tanggal_naskah}", "${tanggal_surat}"), DATE),
)
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


def page(content, **options):
    """A letter with more content below its body; F1 is Helvetica, which brings no widths along."""

    def put(pdf):
        resources = pdf.pages[0].obj.Resources
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
        resources.Font.F9 = pdf.make_indirect(font)
        pdf.pages[0].contents_add(content.encode())

    return change(papers.letter(body_lines=4, block=False, **options), put)


def text(pdf):
    command = [program("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def words(pdf):
    """(text, left, baseline's box bottom) of each word, as poppler finds it."""
    command = [program("pdftotext"), "-bbox", "-", "-"]
    shown = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return [(one[5], float(one[1]), float(one[4])) for one in WORD.finditer(shown)]


def picture(pdf, folder, name):
    (folder / f"{name}.pdf").write_bytes(pdf)
    command = [program("pdftoppm"), "-r", "100", "-singlefile", "-gray", "-png", folder / f"{name}.pdf", folder / name]
    subprocess.run(command, check=True)
    return Image.open(folder / f"{name}.png")


def refusal(pdf, *wanted):
    with pytest.raises(BadDocument) as caught:
        inscribe(pdf, wanted or WANTED)
    return caught.value.code


def require_sound(pdf, folder):
    path = folder / "sound.pdf"
    path.write_bytes(pdf)
    told = subprocess.run([program("qpdf"), "--check", path], capture_output=True, text=True)
    assert "No syntax or stream encoding errors" in told.stdout, told


def contents(pdf):
    """All that the file says, unpacked."""
    with pikepdf.open(BytesIO(pdf)) as document:
        streams = [thing.read_bytes() for thing in document.objects if isinstance(thing, pikepdf.Stream)]
        return b"\n".join([*streams, *(repr(thing).encode() for thing in document.objects)])


LINE = "BT /F9 11 Tf 72 600 Td (Nomor : ${nomor_naskah}) Tj 0 -16 Td (Arosuka, ${tanggal_naskah} ini) Tj ET"
SPELT = {
    "one_string": LINE,
    "kerned": "BT /F9 11 Tf 72 600 Td [(No) 20 (mor : ${no) -15 (mor_nas) 8 (kah}) 30 ( ekor)] TJ ET",
    "piece_by_piece": "BT /F9 11 Tf 72 600 Td (Nomor : ) Tj (${nomor) Tj (_naskah}) Tj ( ekor) Tj ET",
    "spaced": "BT /F9 11 Tf 0.4 Tc 2 Tw 80 Tz 72 600 Td (Nomor : ${nomor_naskah} ekor surat) Tj ET",
    "scaled": "q 0.5 0 0 0.5 10 10 cm BT /F9 1 Tf 22 0 0 22 124 1180 Tm (Nomor : ${nomor_naskah} ekor) Tj ET Q",
    "next_line": "BT /F9 11 Tf 14 TL 72 614 Td (Nomor : ${nomor_naskah} ekor) ' (lagi) ' ET",
    "next_line_spaced": 'BT /F9 11 Tf 14 TL 72 614 Td 1 0.5 (Nomor : ${nomor_naskah} ekor) " (lagi) Tj ET',
    "risen": "BT /F9 11 Tf 4 Ts 72 600 Td (Nomor : ${nomor_naskah} ekor) Tj ET",
    "printed_twice": "BT /F9 11 Tf 72 600 Td (Nomor : ${nomor_naskah} ekor) Tj ET "
    "BT /F9 11 Tf 72.3 600 Td (Nomor : ${nomor_naskah} ekor) Tj ET",
    "in_colour": "0.5 0 0 rg BT /F9 11 Tf 72 600 Td (Nomor : ${nomor_naskah}) Tj ET",
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELT)
def test_the_text_stands_where_the_tag_stood_and_nothing_else_moves(spelling, tmp_path):
    before = page(SPELT[spelling])
    after = inscribe(before, WANTED)
    require_sound(after, tmp_path)
    assert NUMBER in text(after) and "${" not in text(after) and b"nomor_naskah" not in contents(after)
    was, now = words(before), words(after)
    assert {one[0] for one in now} - {one[0] for one in was} <= {NUMBER, *DATE.split()}
    left = [one for one in was if "$" not in one[0]]
    kept = [one for one in now if one[0] not in (NUMBER, *DATE.split()) or one in was]
    assert len(left) == len(kept)
    for one, other in zip(sorted(left), sorted(kept), strict=True):
        assert one[0] == other[0] and one[1:] == pytest.approx(other[1:], abs=0.02)
    tag, number = next(one for one in was if "$" in one[0]), next(one for one in now if one[0] == NUMBER)
    assert number[1] == pytest.approx(tag[1], abs=0.1)
    _, _, _, dropped = ImageChops.difference(picture(before, tmp_path, "a"), picture(after, tmp_path, "b")).getbbox()
    assert dropped < picture(before, tmp_path, "a").height * 0.4  # all that differs is on the lines of the tags


def test_only_the_tags_own_place_looks_different(tmp_path):
    before, after = page(LINE), inscribe(page(LINE), WANTED)
    was, now = picture(before, tmp_path, "a"), picture(after, tmp_path, "b")
    left, top, right, bottom = (edge * 72 / 100 for edge in ImageChops.difference(was, now).getbbox())
    height = papers.A4[1]
    assert left >= 72 + 35 and right < 240 and top > height - 600 - 11 and bottom < height - 584 + 5


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_page_and_one_that_begins_elsewhere(angle, tmp_path):
    def tag(canvas: Canvas) -> None:
        canvas.drawString(72, 400, "Nomor : ${nomor_naskah}")

    for before in (papers.letter(extra=tag, rotate=angle), papers.cropped(papers.letter(extra=tag))):
        after = inscribe(before, WANTED)
        require_sound(after, tmp_path)
        assert NUMBER in text(after) and "${" not in text(after)


def test_every_page_and_every_tag(tmp_path):
    def tag(canvas: Canvas) -> None:
        canvas.drawString(72, 300, "Lampiran surat nomor ${nomor_surat}")
        canvas.drawString(72, 280, "Tanggal ${tanggal_surat}")

    for before in (papers.letter(pages=3, extra=tag), papers.xref_stream(papers.letter(pages=3, extra=tag))):
        after = inscribe(before, WANTED)
        assert text(after).count(NUMBER) == text(after).count(DATE) == 3 and "${" not in text(after)
        assert after == inscribe(before, WANTED)  # the same question, the same bytes
        with pikepdf.open(BytesIO(after)) as document:
            fonts = {str(font.BaseFont) for page in document.pages for font in page.Resources.Font.values()}
        assert len([name for name in fonts if "Teken" in name]) == 1


def test_the_typeface_is_that_of_the_tag_as_near_as_we_have_one():
    fonts = {"Times-Bold": "TekenSerif-Bold", "Helvetica-Oblique": "TekenSurat-Italic", "Courier": "TekenSurat-Regular"}
    for name, ours in fonts.items():

        def tag(canvas: Canvas, name: str = name) -> None:
            canvas.setFont(name, 12)
            canvas.drawString(72, 300, "${nomor_surat}")

        listed = subprocess.run(
            [program("pdffonts"), "-"], input=inscribe(papers.letter(extra=tag), WANTED), capture_output=True
        ).stdout.decode()
        (row,) = [line.split() for line in listed.splitlines() if "Teken" in line]
        assert row[0].partition("+")[2] == ours and row[-5:-2] == ["yes", "yes", "yes"]


def tagged(tmp_path):
    (pdf,) = compose("surat", [written() | {"number": "${nomor_naskah}", "dated_on": "2026-11-26"}], KOP)
    require_archival(pdf, tmp_path)
    return pdf


def test_a_pdf_a_stays_one_tagged_and_can_be_signed(tmp_path):
    before = tagged(tmp_path)
    after = inscribe(before, WANTED)
    require_archival(after, tmp_path)
    (tmp_path / "a.pdf").write_bytes(before)
    (tmp_path / "b.pdf").write_bytes(after)
    spoken = [
        subprocess.run([program("pdfinfo"), "-struct-text", tmp_path / name], capture_output=True, text=True).stdout
        for name in ("a.pdf", "b.pdf")
    ]
    assert "${nomor_naskah}" in spoken[0]
    assert "".join(spoken[1].split()) == "".join(spoken[0].replace("${nomor_naskah}", NUMBER).split())
    found = documents.examine(after, size=(220.0, 92.0))
    assert (found.repairs, found.facts.warnings, found.pdf) == ((), (), after)
    assert found.mentions["stated"] == (NUMBER.upper(),)
    ready = prepare(after, STAMP, suggest(after, STAMP.size), field="S", name="Sari", reason="uji", location="uji")
    require_valid(sign(ready, office().key, NOW).pdf, [office().issuing, office().root], tmp_path, has_responder=False)


def test_a_file_for_pdf_a_1_lists_its_glyphs():
    def archive(pdf):
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about["pdfaid:part"], about["pdfaid:conformance"] = "1", "B"

    with pikepdf.open(BytesIO(inscribe(change(page(LINE), archive), WANTED))) as document:
        fonts = [font for font in document.pages[0].Resources.Font.values() if "Teken" in str(font.BaseFont)]
        bits = fonts[0].DescendantFonts[0].FontDescriptor.CIDSet.read_bytes()
        widths = fonts[0].DescendantFonts[0].W
    listed = {number for number in range(8 * len(bits)) if bits[number // 8] & 128 >> number % 8}
    assert listed == {0, *(int(number) for number in list(widths)[::2])}


@pytest.mark.skipif(conversion.program() is None, reason="LibreOffice is not installed here")
def test_what_libreoffice_made(tmp_path):
    lines = ("PEMERINTAH KABUPATEN CONTOH", "Nomor : ${nomor_naskah}", "Arosuka, ${tanggal_naskah}", "SEKRETARIS,")
    after = inscribe(conversion.convert(odt(*lines)), WANTED)
    require_sound(after, tmp_path)
    assert f"Nomor : {NUMBER}" in text(after) and f"Arosuka, {DATE}" in text(after)
    with pikepdf.open(BytesIO(after)) as document, document.open_metadata() as about:
        assert about.pdfa_status == "2B"


def test_a_long_number_grows_over_free_paper_else_it_shrinks_and_then_it_is_refused():
    longer = Inscription(("${nomor_naskah}",), "B-400.3.12/1234/Disdikbud-PAUD/XI/2026")
    alone = "BT /F9 11 Tf 72 600 Td (${nomor_naskah}) Tj ET"
    assert longer.text in text(inscribe(page(alone), [longer]))
    followed = "BT /F9 11 Tf 72 600 Td (${nomor_naskah} tanggal 1 Mei) Tj ET"
    little = Inscription(longer.tags, "000.1.5/20001/UM-26")
    small = inscribe(page(followed), [little])
    assert little.text in text(small)
    sizes = {float(size) for size in re.findall(rb"/Teken1 ([\d.]+) Tf", contents(small))}
    assert len(sizes) == 1 and 11 * 0.75 <= sizes.pop() < 11
    assert refusal(page(followed), longer) == "tag_too_narrow"
    ruled = page(alone + " 170 590 m 170 620 l S")  # the edge of a table's cell
    assert refusal(ruled, longer) == "tag_too_narrow"
    assert refusal(page("BT /F9 11 Tf 430 600 Td (${nomor_naskah}) Tj ET"), longer) == "tag_too_narrow"  # off the paper


def in_a_form(pdf):
    form = pdf.make_stream(b"BT /F9 11 Tf 72 600 Td (${nomor_naskah}) Tj ET")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [0, 0, 600, 800]
    form.Resources = Dictionary(Font=Dictionary(F9=pdf.pages[0].Resources.Font.F9))
    pdf.pages[0].Resources.XObject = Dictionary(X=form)
    pdf.pages[0].contents_add(b"/X Do")


def add(pdf, thing):
    pdf.Root["/X"] = pdf.make_indirect(thing)


HOPELESS = {
    "below_a_scan": (page("BT /F9 11 Tf 3 Tr 72 600 Td (${nomor_naskah}) Tj ET"), "tag_hidden"),
    "white_on_white": (page("1 g BT /F9 11 Tf 72 600 Td (${nomor_naskah}) Tj ET"), "tag_hidden"),
    "spoken_otherwise": (
        page("/Span <</ActualText (${nomor_naskah})>> BDC BT /F9 11 Tf 72 600 Td (${nomor_naskah}) Tj ET EMC"),
        "tag_unreadable",
    ),
    "spoken_by_an_element": (
        change(page(LINE), lambda pdf: add(pdf, Dictionary(ActualText="${nomor_naskah}"))),
        "tag_unreadable",
    ),
    "in_a_form": (change(page(""), in_a_form), "tag_unreadable"),
    "too_many": (
        page(" ".join(f"BT /F9 5 Tf 72 {600 - 6 * row} Td (${{nomor}}) Tj ET" for row in range(70))), "too_complex",
    ),
    "nothing": (b"", "broken"),
    "nested": (b"%PDF-1.7\n" + b"[" * 100_000, "broken"),
    "locked": (papers.encrypted(page(LINE), user="rahasia"), "encrypted"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOPELESS)
def test_what_cannot_be_replaced_cleanly_is_refused(kind):
    pdf, code = HOPELESS[kind]
    assert refusal(pdf) == code


def test_a_signed_file_is_never_rewritten():
    assert refusal(signed(page(LINE), place=PLACE)) == "tag_signed"


def test_signs_that_cannot_be_printed_are_named():
    assert refusal(page(LINE), Inscription(("${nomor_naskah}",), "\u4f60/1")) == "unwritable"


def test_without_a_tag_the_file_stays_as_it_is():
    pdf = page("BT /F9 11 Tf 72 600 Td (Nomor : {nomor} $nomor) Tj ET")
    assert inscribe(pdf, WANTED) == pdf
    assert inscribe(page(LINE), [Inscription(("${nomor_naskah}",), " ")]) == page(LINE)
