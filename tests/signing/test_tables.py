"""Uploaded tables: what reads as rows of text, and what is refused before it costs anything."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from signing.child import call
from signing.errors import BadDocument

HEAD, ROW = ["Kode", "Nama"], ["DINKES", "Dinas Kesehatan Énam"]


def tabulate(data, rows=100):
    return call("tabulate", data, {"rows": rows}).values


def refusal(data, rows=100):
    with pytest.raises(BadDocument) as caught:
        tabulate(data, rows)
    return caught.value.code, caught.value.detail


def workbook(*rows, fill=None):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if fill:
        fill(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(data, name, text):
    """The same workbook with one part put in or in place of another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_as_programs_write_it(delimiter, encoding):
    text = "".join(f"{delimiter.join(row)}\r\n" for row in (HEAD, ROW))
    assert tabulate(text.encode(encoding)) == [[1, HEAD], [2, ROW]]


def test_line_numbers_are_those_of_an_editor():
    text = 'sep=;\nKode;Nama\n\nA;"Dua\nbaris"\nB;"x;y"\n'
    assert tabulate(text.encode()) == [[2, HEAD], [4, ["A", "Dua\nbaris"]], [6, ["B", "x;y"]]]


def test_xlsx_reads_as_it_shows():
    found = tabulate(workbook(HEAD, [], ["A", 17], ["B", 1.5], ["C", True], [" D ", "000000000000000101"]))
    assert found == [[1, HEAD], [3, ["A", "17"]], [4, ["B", "1.5"]], [5, ["C", "True"]], [6, ["D", "0" * 15 + "101"]]]


def test_a_number_that_lost_its_last_digits_does_not_look_whole():
    assert tabulate(workbook(["NIP"], [197001011990031001]))[1][1] == ["1.97001E+17"]


def test_xlsx_of_another_maker(tmp_path):
    """Hand-written: inline texts, no styles, no dimension; as many exporters make them."""
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:A1"/>'
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Kode</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Nama</t></is></c></row>'
        '<row r="4"><c r="B4" t="inlineStr"><is><t>Dinas</t></is></c></row></sheetData></worksheet>'
    )
    data = with_part(workbook(["x"]), "xl/worksheets/sheet1.xml", sheet)
    assert tabulate(data) == [[1, HEAD], [4, ["", "Dinas"]]], "a lie about the size hides nothing"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0 old", "old_excel"), (b"\x89PNG\r\n\x1a\n\x00\x00", "not_table"),
        (b"PK\x03\x04 not a zip", "not_table"), (b"nama\n\x81\x8d\x8f", "encoding"),
        (b"nama\n" + b"x" * 3_000, "cell_too_long"), (b";".join([b"x"] * 60), "cell_too_long"),
        (b"a\n" * 101, "too_many_rows"), (b'nama\n"' + b"x" * 9_000, "cell_too_long"),
    ],
)  # fmt: skip
def test_what_is_no_such_table(data, code):
    assert refusal(data)[0] == code


def test_formulas_are_refused_with_their_line():
    assert refusal(workbook(HEAD, ROW, ["A", '=HYPERLINK("http://x";"y")'])) == ("formula", "3")


def test_macros_and_locked_files():
    assert refusal(with_part(workbook(HEAD), "xl/vbaProject.bin", b"x"))[0] == "macros"
    data = bytearray(workbook(HEAD))
    start = data.index(b"PK\x01\x02")
    while start >= 0:  # the flag "encrypted" of every entry of the directory
        data[start + 8] |= 1
        start = data.find(b"PK\x01\x02", start + 4)
    assert refusal(bytes(data))[0] == "locked"


def test_bombs_are_not_unpacked():
    import time

    began = time.monotonic()
    bomb = with_part(workbook(HEAD), "xl/worksheets/sheet1.xml", b"\x00" * 80_000_000)
    assert len(bomb) < 200_000
    assert refusal(bomb)[0] == "too_complex"
    assert refusal(workbook(*[[f"r{n}"] for n in range(200)]))[0] == "too_many_rows"
    far = workbook(HEAD, fill=lambda sheet: sheet.cell(1_048_576, 1, "x"))
    assert refusal(far)[0] == "too_many_rows"
    assert time.monotonic() - began < 20


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


def test_entities_are_not_expanded():
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    plain = SHEET.format(rows=row.format(text="x"))
    assert tabulate(with_part(workbook(["x"]), "xl/worksheets/sheet1.xml", plain)) == [[1, ["x"]]], "the control"
    for entity in (f'<!ENTITY l0 "lol">{lol}', '<!ENTITY l8 SYSTEM "file:///etc/hostname">', '<!ENTITY l8 "x">'):
        sheet = f"<!DOCTYPE x [{entity}]>" + SHEET.format(rows=row.format(text="&l8;"))
        assert refusal(with_part(workbook(["x"]), "xl/worksheets/sheet1.xml", sheet))[0] == "broken"


def with_shared(text, cells):
    """A workbook whose cells all show the same entry of the table of texts."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    data = workbook(["x"])
    types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml").decode().replace("</Types>", override)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, cells + 1))
    for name, part in (
        ("[Content_Types].xml", types), ("xl/worksheets/sheet1.xml", SHEET.format(rows=rows)),
        ("xl/sharedStrings.xml", f'<sst xmlns="{main}"><si><t>{text}</t></si></sst>'),
    ):  # fmt: skip
        data = with_part(data, name, part)
    return data


def test_one_long_text_shared_by_many_cells_is_refused():
    """12,000 cells that share a text of 1 MB are a small file and gigabytes of copies."""
    assert tabulate(with_shared("Solok", 3)) == [[n, ["Solok"]] for n in (1, 2, 3)], "the control"
    assert refusal(with_shared("x" * 1_000_000, 12_000), rows=20_000)[0] == "cell_too_long"
