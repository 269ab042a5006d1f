"""Tables as files for a spreadsheet program, written while they are sent. Knows nothing of letters."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | date | datetime | None

# A cell that begins so is a formula to spreadsheet programs (OWASP, CSV injection), full-width signs included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ROWS = 1_048_576  # of an XLSX sheet
PIECE = 64 << 10
KINDS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def csv_file(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with its mark, as spreadsheet programs expect (RFC 4180 otherwise), some rows at a time."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
        if out.tell() >= PIECE:
            yield _emptied(out)
    yield _emptied(out)


def xlsx_file(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Rows go to a file on disk as they come: memory does not grow with them. Texts are texts, never formulas."""
    book = Workbook(write_only=True)
    sheet = _sheet(book, headings)
    for number, row in enumerate(rows):
        if number and number % (ROWS - 1) == 0:  # one row is the headings
            sheet = _sheet(book, headings)
        sheet.append([_cell(sheet, value) for value in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: Workbook, headings: Sequence[str]):  # noqa: ANN202
    sheet = book.create_sheet()
    sheet.append(list(headings))
    return sheet


def _cell(sheet, value: Cell):  # noqa: ANN001, ANN202
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", value))
        cell.data_type = "s"  # whatever it begins with
        return cell
    return value


def _harmless(value: Cell) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.lstrip(" ").startswith(FORMULA) else text


def _emptied(out: io.StringIO) -> bytes:
    told = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return told
