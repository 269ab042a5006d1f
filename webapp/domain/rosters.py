"""What an uploaded table of offices, people or trainings is: columns, limits, template. What it changes: plans.py."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from signing import child
from signing.child import Allowance
from signing.errors import BadDocument
from webapp.domain.errors import N_, Invalid

MAX_BYTES, MAX_ROWS = 5_000_000, 5_000
ALLOWANCE = Allowance(seconds=20, patience=40.0, memory=768 << 20, answer=32 << 20)


class Kind(StrEnum):
    OFFICES = "offices"
    PEOPLE = "people"
    TRAININGS = "trainings"


@dataclass(frozen=True)
class Column:
    """`name` as in the database, `heading` as in the template; `others` are read as well."""

    name: str
    heading: str
    others: tuple[str, ...] = ()
    is_needed: bool = False


COLUMNS = {
    Kind.OFFICES: (
        Column("code", "kode", ("kode perangkat daerah", "kode opd", "office code", "code"), is_needed=True),
        Column("name", "nama", ("nama perangkat daerah", "nama opd", "office name", "name"), is_needed=True),
        Column("parent", "kode induk", ("induk", "parent code", "parent")),
    ),
    Kind.PEOPLE: (
        Column("name", "nama", ("nama tanpa gelar", "nama lengkap", "name"), is_needed=True),
        Column("title_before", "gelar depan", ("gelar di depan", "title before")),
        Column("title_after", "gelar belakang", ("gelar di belakang", "title after")),
        Column("email", "surel", ("email", "e mail", "alamat surel"), is_needed=True),
        Column("nip", "nip"),
        Column("rank", "pangkat", ("pangkat golongan", "golongan", "rank")),
        Column("position", "jabatan", ("position",)),
        Column("office", "kode perangkat daerah", ("kode opd", "perangkat daerah", "office code", "office")),
        Column("roles", "peran", ("roles", "role")),
    ),
    Kind.TRAININGS: (
        Column("email", "surel", ("email", "e mail", "alamat surel")),
        Column("nip", "nip"),
        Column("course", "pelatihan", ("nama pelatihan", "bimtek", "course"), is_needed=True),
        Column("completed_on", "tanggal selesai", ("tanggal", "selesai", "completed on", "date"), is_needed=True),
    ),
}

REFUSED = {
    "not_table": N_("Berkas ini bukan CSV atau XLSX."),
    "old_excel": N_("Berkas ini berformat Excel lama (.xls) atau terkunci kata sandi. Simpan sebagai .xlsx biasa."),
    "locked": N_("Berkas ini terkunci kata sandi. Simpan ulang tanpa kata sandi."),
    "macros": N_("Berkas ini memuat makro. Simpan sebagai .xlsx biasa, tanpa makro."),
    "encoding": N_("Huruf dalam berkas CSV ini tidak terbaca. Simpan ulang sebagai “CSV UTF-8”."),
    "formula": N_("Baris %(line)s memuat rumus. Salin lalu tempel kolomnya sebagai nilai."),
    "cell_too_long": N_("Baris %(line)s memuat isian yang terlalu panjang atau kolom yang terlalu banyak."),
    "too_many_rows": N_("Barisnya terlalu banyak. Paling banyak %(most)s baris; bagi menjadi beberapa berkas."),
    "too_complex": N_("Berkas ini terlalu rumit untuk dibaca. Salin isinya ke lembar kerja yang baru."),
}
BROKEN = N_("Berkas ini rusak dan tidak dapat dibaca.")


@dataclass(frozen=True)
class Roster:
    """The table of a file: known columns by name, line by line, and headings that nobody knows."""

    sha256: str
    rows: list[tuple[int, dict[str, str]]]
    unknown: list[str]


def read(kind: Kind, data: bytes) -> Roster:
    """Read an upload in a confined child: takes a second and holds no lock. Raises Invalid for the field `file`."""
    if len(data) > MAX_BYTES:
        raise Invalid(N_("Berkas ini terlalu besar. Batasnya 5 MB."), field="file")
    try:
        rows = child.call("tabulate", data, {"rows": MAX_ROWS + 1}, ALLOWANCE).values
    except BadDocument as error:
        values = {"line": error.detail, "most": f"{MAX_ROWS:,}".replace(",", ".")}
        raise Invalid(REFUSED.get(error.code, BROKEN), field="file", **values) from None
    if not rows:
        raise Invalid(N_("Berkas ini kosong."), field="file")
    places, unknown = _places(kind, rows[0][1])
    found = [(line, {name: _cell(cells, place) for name, place in places.items()}) for line, cells in rows[1:]]
    filled = [(line, values) for line, values in found if any(values.values())]
    if not filled:
        raise Invalid(N_("Berkas ini hanya memuat judul kolom."), field="file")
    return Roster(hashlib.sha256(data).hexdigest(), filled, unknown)


def _places(kind: Kind, headings: list[str]) -> tuple[dict[str, int], list[str]]:
    """Which column is where, and the headings that are none. Raises Invalid: one is missing, or there twice."""
    known = {_plain(text): column for column in COLUMNS[kind] for text in (column.heading, *column.others)}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings):
        column = known.get(_plain(heading))
        if column is None:
            unknown += [heading[:60]] if heading else []
        elif column.name in places:
            raise Invalid(N_("Kolom “%(heading)s” ada dua kali."), field="file", heading=column.heading)
        else:
            places[column.name] = place
    missing = [column.heading for column in COLUMNS[kind] if column.is_needed and column.name not in places]
    if missing:
        told = N_("Kolom “%(heading)s” tidak ada. Baris pertama harus memuat judul kolom seperti pada templat.")
        raise Invalid(told, field="file", heading=missing[0])
    return places, unknown


def _cell(cells: list[str], place: int) -> str:
    """A lone dash is how lists here say that there is nothing."""
    text = cells[place] if place < len(cells) else ""
    return "" if text in ("-", "–", "—") else text


def _plain(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def csv_template(kind: Kind) -> bytes:
    """The headings, as a spreadsheet with Indonesian settings opens them: semicolons, and UTF-8 with its mark."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(column.heading for column in COLUMNS[kind])
    return text.getvalue().encode("utf-8-sig")


def xlsx_template(kind: Kind) -> bytes:
    """The headings over columns of text: as a number, a NIP would lose its last three digits."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(kind))
    headings = []
    for place, column in enumerate(COLUMNS[kind]):
        sheet.column_dimensions["ABCDEFGHI"[place]].number_format = "@"
        sheet.column_dimensions["ABCDEFGHI"[place]].width = 24
        cell = WriteOnlyCell(sheet, column.heading)
        cell.font = Font(bold=True)
        headings.append(cell)
    sheet.append(headings)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
