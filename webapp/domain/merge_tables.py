"""The table of a mail-merge: which of its columns is what, and what is wrong in a line, told before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from signing import child, merging, writing
from signing.child import Allowance
from signing.errors import BadDocument
from webapp.domain.errors import N_, Invalid
from webapp.domain.letter_types import LINE, TYPES
from webapp.domain.rosters import BROKEN, REFUSED

PDF = "pdf"  # the kind whose page is an uploaded form
MAX_BYTES, MAX_ROWS = 5_000_000, 1_000
_ALLOWANCE = Allowance(seconds=20, patience=40.0, memory=768 << 20, answer=32 << 20)
# Facts of a letter that a column may hold, and as what. `dated_on` is the same for all, and only shown.
FACTS = {
    "number": ("nomor", ("nomor surat", "no", "number"), 80),
    "addressee": ("kepada", ("yth", "tujuan", "addressee"), LINE),
    "subject": ("perihal", ("hal", "subject"), LINE),
}
DATE = ("tanggal", "tanggal surat", "date")


@dataclass(frozen=True)
class Column:
    """`key`: "fact:number", or "field:" with a field's name. `heading` as people write it above the column."""

    key: str
    heading: str
    others: tuple[str, ...] = ()
    most: int = LINE
    is_needed: bool = False


@dataclass(frozen=True)
class Table:
    rows: list[tuple[int, dict[str, str]]]  # line, {key: text}
    keys: list[str]  # the columns that there are
    unknown: list[str]  # headings that nobody knows


def columns(kind: str, fields: Sequence[merging.FormField] = ()) -> list[Column]:
    """What a table may give: facts, and the fields of the type or (kind PDF) of the template."""
    facts = [Column(f"fact:{name}", heading, others, most) for name, (heading, others, most) in FACTS.items()]
    if kind == PDF:
        own = [one for one in fields if fact_of(one.name) is None]
        return facts + [Column(f"field:{one.name}", one.name, (), one.longest or LINE) for one in own]
    wanted = TYPES[kind].fields
    return facts + [
        Column(f"field:{one.name}", one.label, (one.name,), one.most, one.is_needed and not one.default)
        for one in wanted
    ]


def fact_of(field: str) -> str | None:
    """The fact that a template's field shows by its name: nomor, kepada, perihal, tanggal."""
    known = {plain(text): name for name, (heading, others, _) in FACTS.items() for text in (heading, *others)}
    return known.get(plain(field)) or ("dated_on" if plain(field) in DATE else None)


def read(data: bytes, known: Iterable[Column]) -> Table:
    """Read an upload in a confined child; holds no lock. Raises Invalid for the field `table`."""
    if len(data) > MAX_BYTES:
        raise Invalid(N_("Berkas ini terlalu besar. Batasnya 5 MB."), field="table")
    try:
        rows = child.call("tabulate", data, {"rows": MAX_ROWS + 1}, _ALLOWANCE).values
    except BadDocument as error:
        values = {"line": error.detail, "most": f"{MAX_ROWS:,}".replace(",", ".")}
        raise Invalid(REFUSED.get(error.code, BROKEN), field="table", **values) from None
    if len(rows) < 2:
        raise Invalid(N_("Tabel ini tidak memuat baris. Baris pertamanya judul kolom."), field="table")
    places, unknown = _places(rows[0][1], known)
    if not places:
        raise Invalid(N_("Tidak ada judul kolom yang dikenal di baris pertama tabel ini."), field="table")
    found = [(line, {key: _cell(cells, place) for key, place in places.items()}) for line, cells in rows[1:]]
    filled = [(line, values) for line, values in found if any(values.values())]
    return Table(filled, list(places), unknown)


def faults(values: dict[str, str], common: dict[str, str], known: Iterable[Column], *, numbered: bool) -> list[Invalid]:
    """What is wrong with one line. common: what all letters share; numbered: each must bring its own number."""
    wrong = []
    for column in known:
        text = values.get(column.key, "") or common.get(column.key, "")
        named = {"heading": column.heading}
        is_needed = column.is_needed or column.key == "fact:addressee" or (column.key == "fact:number" and numbered)
        if is_needed and not text:
            wrong.append(Invalid(N_("“%(heading)s” kosong."), **named))
        if len(text) > column.most:
            wrong.append(Invalid(N_("“%(heading)s” terlalu panjang."), **named))
        if signs := writing.unwritable(text):
            wrong.append(
                Invalid(
                    N_("“%(heading)s” memuat huruf yang tidak dapat dicetak: %(signs)s."), signs=signs[:10], **named
                )
            )
    return wrong


def plain(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", heading.casefold()).split())


def _places(headings: list[str], known: Iterable[Column]) -> tuple[dict[str, int], list[str]]:
    names = {plain(text): column.key for column in known for text in (column.heading, *column.others)}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings):
        key = names.get(plain(heading))
        if key is None:
            unknown += [heading[:60]] if heading else []
        elif key in places:
            raise Invalid(N_("Kolom “%(heading)s” ada dua kali."), field="table", heading=heading[:60])
        else:
            places[key] = place
    return places, unknown


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""
