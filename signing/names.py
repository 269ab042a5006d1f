"""People's names that a page marks as such by where they stand: above a NIP, after "Yth.", in a column headed "Nama".

Text and places in, places in the text out. A name without any such sign is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signing.texts import Box

BEFORE = r"(?:(?:Prof|Dr|dr|drg|drh|Drs|Dra|Ir|H|Hj|Ns|Apt|apt)\.[ ]?)"
PART = r"[A-Z][A-Za-z'’\-]*\.?"
TITLE = r"(?:[A-Z][A-Za-z]{0,4}\.(?:[A-Z][A-Za-z]{0,4}\.?)*)"
_JOINED = rf"{BEFORE}*{PART}(?:[ ](?:{PART}|bin|binti)){{0,5}}"
_NAME = re.compile(rf"{_JOINED}(?:,\s{TITLE})*")
_BARE = re.compile(rf"{BEFORE}*({PART}(?:[ ](?:{PART}|bin|binti)){{1,5}})(?:,|$)")
_POLITE = r"(?:(?:Bapak|Bpk\.?|Ibu|Sdr\.?|Sdri\.?|Saudara|Saudari)(?:[/ ]+|(?=\n)))"
_LABEL = r"(?:NIP|NIK|NRP|Nama|Jabatan|Pangkat|Alamat|Tempat|Tanggal|Di)\b"
ADDRESSED = re.compile(
    rf"(?:\b{_POLITE}|\b[Aa]tas nama\s|\ba\.n\.\s){_POLITE}*\s?"
    rf"({BEFORE}*{PART}(?:[ \n](?!{_LABEL})(?:{PART}|bin|binti)){{0,5}})"
)
_TO = re.compile(rf"(?:Kepada\s+)?Yth\.?[\s:]*{_POLITE}*|Kepada\s*:?\s*(?=Yth|$)")
_ITEM = re.compile(r"\s*\d{1,2}[.)]?\s+")
_RANK = re.compile(r"(?:Pembina|Penata|Pengatur|Juru|Golongan|Pangkat)\b|.*\b[IV]{1,3}/[a-e]\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?(?:NIP|NRP)\b")
_HEADING = re.compile(r"nama\b[^:▏]{0,30}$", re.IGNORECASE)
_GAP, _NEXT, _FAR = 0.8, 2.2, 4.0  # heights: a wider gap parts two cells; to the line above; to a table's next row
_MOST = 60

Span = tuple[int, int]


@dataclass(frozen=True)
class Cell(Box):
    """A piece of a line between wide gaps, and where its text begins in the flow of the page."""

    start: int

    def spans(self, found: re.Match[str] | None, skipped: int = 0) -> Iterator[Span]:
        if found and sum(sign.isalpha() for sign in found.group()) >= 3:
            yield self.start + skipped + found.start(), self.start + skipped + found.end()


def bare(name: str) -> str:
    """A name of two words or more without titles; empty for others."""
    found = _BARE.match(" ".join(name.split()))
    return found.group(1) if found else ""


def placed(text: str, places: Sequence[Box | None]) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of names in the flow of a page: its text, and for each sign the glyph that it came from."""
    rows = _rows(text, places)
    for kind, spans in (("name", _above_numbers(rows)), ("addressee", _addressed(rows)), ("name", _listed(rows))):
        for span in spans:
            yield kind, *span


def _rows(text: str, places: Sequence[Box | None]) -> list[list[Cell]]:
    rows, at = [], 0
    for line in text.split("\n"):
        row = list(_cells(line, places[at : at + len(line)], at))
        rows += [row] if row else []
        at += len(line) + 1
    return rows


def _cells(line: str, places: Sequence[Box | None], at: int) -> Iterator[Cell]:
    own = [(index, glyph) for index, glyph in enumerate(places) if glyph]
    first = 0
    for last in range(1, len(own) + 1):
        if last < len(own) and own[last][1].x0 - own[last - 1][1].x1 <= _GAP * own[last][1].height:
            continue
        start, end = own[first][0], own[last - 1][0] + 1
        inside = [glyph for _, glyph in own[first:last]]
        edges = inside[0].x0, min(g.y0 for g in inside), inside[-1].x1, max(g.y1 for g in inside)
        yield Cell(line[start:end], *edges, at + start)
        first = last


def _above_numbers(rows: Sequence[Sequence[Cell]]) -> Iterator[Span]:
    """The name over a NIP, or over the rank that stands over it."""
    for index, row in enumerate(rows):
        for below in (cell for cell in row if _NUMBERED.match(cell.text)):
            for above in (_over(rows[:index], below), _over(rows[: index - 1], below, 2 * _NEXT)):
                if above and not _RANK.match(above.text):
                    yield from above.spans(_NAME.fullmatch(above.text))
                    break


def _over(rows: Sequence[Sequence[Cell]], below: Cell, reach: float = _NEXT) -> Cell | None:
    near = (cell for row in rows[-1:] for cell in row if cell.x0 < below.x1 and below.x0 < cell.x1)
    return next((cell for cell in near if below.middle - cell.middle <= reach * below.height), None)


def _addressed(rows: Sequence[Sequence[Cell]]) -> Iterator[Span]:
    """What follows "Yth." on its line; where nothing does, the line below; and a numbered list below."""
    for index, row in enumerate(rows):
        for cell in row:
            if not (found := _TO.match(cell.text)):
                continue
            if rest := cell.text[found.end() :]:
                yield from cell.spans(re.match(r".*[^\s,.;]", rest), found.end())
            elif index + 1 < len(rows) and not _TO.match(rows[index + 1][0].text):
                yield from rows[index + 1][0].spans(_NAME.fullmatch(rows[index + 1][0].text))
            if not rest or _ITEM.match(rest):
                yield from _items(rows[index + 1 :])


def _items(rows: Sequence[Sequence[Cell]]) -> Iterator[Span]:
    for row in rows:
        if not (number := _ITEM.match(row[0].text)):
            return
        yield from row[0].spans(_NAME.match(row[0].text, number.end()))


def _listed(rows: Sequence[Sequence[Cell]]) -> Iterator[Span]:
    """Names in the column under a heading "Nama"."""
    for index, row in enumerate(rows):
        for place, heading in enumerate(row):
            if len(row) > 1 and _HEADING.match(heading.text):
                left = row[place - 1].x1 if place else heading.x0 - 2 * heading.height
                right = row[place + 1].x0 if place + 1 < len(row) else heading.x1 + 200
                yield from _column(rows[index + 1 : index + _MOST], heading, (left, right))


def _column(rows: Sequence[Sequence[Cell]], heading: Cell, zone: tuple[float, float]) -> Iterator[Span]:
    last = heading
    for row in rows:
        if row[0].middle - last.middle > _FAR * heading.height or any(
            cell.x0 < zone[0] and cell.x1 > zone[1] for cell in row
        ):
            return
        last = row[0]
        for cell in row:
            if zone[0] <= (cell.x0 + min(cell.x1, zone[1])) / 2 <= zone[1]:
                number = _ITEM.match(cell.text)
                skipped = number.end() if number else 0
                yield from cell.spans(_NAME.fullmatch(cell.text[skipped:]), skipped)
