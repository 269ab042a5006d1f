"""Inside the child: an uploaded table, CSV or XLSX, as rows of text. What the columns mean is the caller's.

Here because a spreadsheet of a stranger is as hostile as his PDF, and this is where such files are opened.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from signing.errors import BadDocument

MOST_COLUMNS, LONGEST_CELL = 40, 2_000  # what no list of people needs; a cell of Excel holds 32,767
MOST_PARTS, MOST_UNPACKED = 300, 60_000_000  # of the zip; bytes
MOST_EMPTY = 20_000  # rows that are only formatted
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"  # .xls, or a workbook that is locked with a password
EXACT = 10**15  # a cell's number has 15 digits: an 18-digit one has lost its last three
DELIMITERS = ";,\t"

Row = tuple[int, list[str]]


def read(data: bytes, arguments: Mapping[str, Any]) -> list[Row]:
    """-> [line number, cells] of every row that is not empty; `arguments`: {"rows": how many there may be}.

    Line numbers are those that a spreadsheet or an editor shows. Raises BadDocument: not_table, old_excel, locked,
    encoding, macros, formula (detail: the line), too_many_rows, cell_too_long (detail: the line), too_complex.
    """
    if data.startswith(OLD_EXCEL):
        raise BadDocument("old_excel")
    rows = _xlsx(data) if data.startswith(ZIP) else _csv(data)
    kept: list[Row] = []
    for number, cells in rows:
        if any(cells):
            if len(kept) >= arguments["rows"]:
                raise BadDocument("too_many_rows")
            kept.append((number, _checked(number, cells)))
    return kept


def _checked(number: int, cells: list[str]) -> list[str]:
    if any(len(cell) > LONGEST_CELL for cell in cells) or any(cells[MOST_COLUMNS:]):
        raise BadDocument("cell_too_long", str(number))
    return cells[:MOST_COLUMNS]


def _csv(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    first, _, rest = text.partition("\n")
    if hint := re.fullmatch(r"sep=(.)", first.strip()):  # a line that Excel understands and nobody else
        delimiter, text, before = hint[1], rest, 1
    else:
        heading = next((line for line in text.splitlines() if line.strip()), "")
        delimiter, before = max(DELIMITERS, key=heading.count), 0
    csv.field_size_limit(LONGEST_CELL * 4)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = before + 1
    try:
        for cells in reader:
            yield begins, [cell.strip() for cell in cells]
            begins = before + reader.line_num + 1
    except csv.Error as cause:
        raise BadDocument("cell_too_long", str(begins)) from cause


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it (Excel's "Unicode text"), else Windows-1252 (Excel's CSV)."""
    has_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if has_mark else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f]", text):  # a picture, a program
            raise BadDocument("not_table")
        return text
    raise BadDocument("encoding")


def _xlsx(data: bytes) -> Iterator[Row]:
    _require_small(data)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    if not book.worksheets:
        raise BadDocument("not_table")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says of its own size may be a lie
    empty = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_text(number, cell) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > MOST_EMPTY:  # the last row of a sheet is the 1,048,576th
            raise BadDocument("too_many_rows")
        yield number, cells


def _require_small(data: bytes) -> None:
    """Before anything is unpacked; zipfile reads no part beyond the size that the directory declares."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as cause:
        raise BadDocument("not_table") from cause
    names = {part.filename.lower() for part in parts}
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or len(names) < len(parts):
        raise BadDocument("too_complex")
    if any(part.flag_bits & 1 for part in parts):
        raise BadDocument("locked")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BadDocument("macros")
    if "[content_types].xml" not in names:
        raise BadDocument("not_table")


def _text(number: int, cell: Any) -> str:
    """A cell as it reads. A formula is refused: its shown value is whatever the file claims that it was."""
    value = cell.value
    if cell.data_type == "f" or (isinstance(value, str) and len(value) > LONGEST_CELL):
        raise BadDocument("formula" if cell.data_type == "f" else "cell_too_long", str(number))
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()


def _number(value: float) -> str:
    """Digits as typed; of a number that a cell cannot hold exactly its lossy form, so that it is noticed."""
    if abs(value) >= EXACT or value != int(value):
        return f"{value:.5E}" if abs(value) >= EXACT else repr(value)
    return str(int(value))
