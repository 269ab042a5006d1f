"""How an office writes its letter numbers: patterns of plain pieces, checked, written, and read again.

Pieces: {klasifikasi} {urut} {urut:3} {kode_kantor} {bulan_romawi} {bulan} {tahun}. All else stands as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from signing.leaves import normalise_number
from webapp.domain import audit, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import NumberPattern, Office, Role

PIECES = ("klasifikasi", "urut", "kode_kantor", "bulan_romawi", "bulan", "tahun")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
LONGEST = 80  # characters, as a letter's number
_PIECE = re.compile(r"\{([^{}]*)\}")
_NAMED = re.compile(r"([a-z_]+)(?::([1-9]))?")
_LITERAL = re.compile(r"[\w .,/()\-]*")


def parts(pattern: str) -> Iterator[tuple[str, str, int]]:
    """(literal, piece, width) in order, literal or piece empty. Raises Invalid: a piece that there is not."""
    end = 0
    for found in _PIECE.finditer(pattern):
        yield pattern[end : found.start()], "", 0
        named = _NAMED.fullmatch(found[1])
        if named is None or named[1] not in PIECES or (named[2] and named[1] != "urut"):
            raise Invalid(N_("Bagian %(piece)s tidak dikenal."), field="pattern", piece=found[0])
        yield "", named[1], int(named[2] or 1)
        end = found.end()
    yield pattern[end:], "", 0


def check(pattern: str) -> None:
    """Raises Invalid with what is wrong with a pattern."""
    found = list(parts(pattern))
    if not all(_LITERAL.fullmatch(literal) for literal, _, _ in found):
        raise Invalid(
            N_("Selain bagian dalam kurung kurawal, pakai huruf, angka, titik, garis miring, atau tanda hubung saja."),
            field="pattern",
        )
    if [piece for _, piece, _ in found].count("urut") != 1:
        raise Invalid(N_("Pola harus memuat {urut} tepat satu kali."), field="pattern")
    if len(render(pattern, 99_999, code="X" * 20, classification="000.0.00.00", dated_on=date(2026, 8, 1))) > LONGEST:
        raise Invalid(N_("Nomor menurut pola ini terlalu panjang."), field="pattern")


def render(pattern: str, sequence: int, *, code: str, classification: str, dated_on: date) -> str:
    """The number. Raises Invalid where the pattern needs a classification that the letter has not."""
    values = {
        "klasifikasi": classification, "kode_kantor": code, "bulan": f"{dated_on.month:02}",
        "bulan_romawi": ROMAN[dated_on.month - 1], "tahun": str(dated_on.year),
    }  # fmt: skip
    text = ""
    for literal, piece, width in parts(pattern):
        if piece == "klasifikasi" and not classification:
            raise Invalid(N_("Isi kode klasifikasinya; nomor surat ini memuatnya."), field="classification")
        text += literal if not piece else f"{sequence:0{width}}" if piece == "urut" else values[piece]
    return " ".join(text.split())


def sequence_in(pattern: str, text: str, *, code: str, year: int) -> int | None:
    """The running number in a number that somebody typed, where it is one of this pattern; else None."""
    shapes = {
        "urut": r"0*(\d{1,9})", "klasifikasi": r"[^/]+", "bulan": r"\d\d", "bulan_romawi": "[IVX]{1,4}",
        "kode_kantor": re.escape(normalise_number(code)), "tahun": str(year),
    }  # fmt: skip
    shape = "".join(
        re.escape(normalise_number(literal)) + shapes.get(piece, "") for literal, piece, _ in parts(pattern)
    )
    match = re.fullmatch(shape, normalise_number(text))
    return int(match[1]) if match else None


def of(work: Work, office: Office) -> list[NumberPattern]:
    query = select(NumberPattern).where(NumberPattern.office_id == office.id)
    return list(work.session.scalars(query.order_by(NumberPattern.name, NumberPattern.id)))


def find(work: Work, office: Office, pattern_id: int) -> NumberPattern | None:
    """A pattern of this office; another office's is none."""
    found = work.session.get(NumberPattern, pattern_id)
    return found if found is not None and found.office_id == office.id else None


def get(work: Work, office: Office, pattern_id: int) -> NumberPattern:
    found = find(work, office, pattern_id)
    if found is None:
        raise NotFound
    return found


def create(work: Work, office: Office, *, name: str, pattern: str) -> NumberPattern:
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    check(pattern)
    made = NumberPattern(office_id=office.id, name=name, pattern=pattern)
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.PATTERN_SET, office_id=office.id, pattern_id=made.id, pattern=pattern)
    return made


def update(work: Work, office: Office, found: NumberPattern, *, name: str, pattern: str) -> None:
    """For numbers that are taken from now on; those given stay."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    check(pattern)
    found.name, found.pattern = name, pattern
    audit.record(work, Event.PATTERN_SET, office_id=office.id, pattern_id=found.id, pattern=pattern)


def destroy(work: Work, office: Office, found: NumberPattern) -> None:
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    work.session.delete(found)
    audit.record(work, Event.PATTERN_REMOVED, office_id=office.id, pattern_id=found.id)
