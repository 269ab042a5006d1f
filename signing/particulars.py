"""What a forger would alter: the numbers, dates, names and amounts in the text of a page, each with its glyphs.

Text in, places out; nothing here knows of pictures. Patterns are those of Indonesian official letters (tata naskah
dinas): titles after names, months in words, amounts in rupiah, NIP of 18 and NIK of 16 digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from signing.names import ADDRESSED, BEFORE, PART, TITLE, bare, placed
from signing.texts import Box, _apart, lines

KINDS = ("number", "date", "name", "addressee", "amount", "id")
MOST = 60  # on one page; a list of guests has more, and is compared by its first
_COLUMN = 2.0  # heights of a line: a wider gap parts two columns
_MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date", re.compile(rf"(?<!\d)[0-3]?\d\s(?:{_MONTHS})\s(?:19|20)\d\d(?!\d)", re.IGNORECASE)),
    ("date", re.compile(r"(?<![\d./-])[0-3]?\d([-/.])[01]?\d\1(?:19|20)\d\d(?![\d/])")),
    ("amount", re.compile(r"Rp\.?\s?\d(?:[\d.]*\d)?(?:,(?:\d\d|-))?")),
    ("id", re.compile(r"(?<!\d)(?:\d{8} \d{6} \d \d{3}|\d{15,18}|\d(?: ?\d){15,17})(?!\d)")),
    ("number", re.compile(r"(?<![\w./:])(?=[^\s,]*\d[^\s,]*\d)(?:[\w.\-]+/)+[\w.\-]*\w")),
    ("name", re.compile(rf"(?<!\w){BEFORE}*{PART}(?:[ ]{PART}){{0,4}},\s{TITLE}(?:,\s{TITLE})*")),
    ("name", re.compile(rf"(?<!\w){BEFORE}+{PART}(?:[ ]{PART}){{0,4}}")),
    ("name", re.compile(r"\b(?:[Nn]ama|NAMA)(?: [A-Za-z]+)?[ ▏]*:[ ▏]*([^\n▏:]{3,60})")),
)
_ADDRESS = re.compile(r"\.(?:id|com|org|net)/|/v/|https?:", re.IGNORECASE)


@dataclass(frozen=True)
class Particular:
    """One fact as it stands on the page: its kind, its text, and the glyphs of it that are no space, in order."""

    kind: str
    text: str
    glyphs: tuple[Box, ...]


def particulars(glyphs: Iterable[Box], known: Mapping[str, Sequence[str]]) -> list[Particular]:
    """The facts on a page, top to bottom; `known` are texts by kind that the office's records name (number, signer)."""
    text, places = flow(lines(glyphs))
    found: list[Particular] = []
    taken: set[int] = set()
    for kind, start, end in _spans(text, places, known):
        own = [index for index in range(start, end) if places[index] is not None]
        if own and not taken.intersection(own):
            taken.update(own)
            found.append(Particular(kind, " ".join(text[start:end].split()), tuple(places[i] for i in own)))  # type: ignore[misc]
    return sorted(found, key=lambda one: (one.glyphs[0].y0, one.glyphs[0].x0))[:MOST]


def _spans(
    text: str, places: Sequence[Box | None], known: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, int, int]]:
    """By records, by form, by place, by how a person is addressed; then the same people wherever they are named."""
    found = [*_named(text, known), *_patterned(text), *placed(text, places)]
    found += [("name", *match.span(1)) for match in ADDRESSED.finditer(text)]
    yield from found
    people = (*known.get("name", ()), *(text[start:end] for kind, start, end in found if kind in ("name", "addressee")))
    yield from _named(text, {"name": sorted({name for name in map(bare, people) if name})})


def flow(rows: Iterable[Sequence[Box]]) -> tuple[str, list[Box | None]]:
    """The page as one text, and for each of its signs the glyph that it came from. Columns are parted by ▏."""
    text, places = "", []
    for row in rows:
        for index, glyph in enumerate(row):
            gap = "" if index == 0 else _between(row[index - 1], glyph)
            text += gap + glyph.text[:1]
            places += [None] * len(gap) + [glyph]
        text += "\n"
        places.append(None)
    return text, places


def _between(left: Box, right: Box) -> str:
    if right.x0 - left.x1 > _COLUMN * right.height:
        return "▏"
    return " " if _apart(left, right) else ""


def is_address(text: str) -> bool:
    """Whether what looks like a number is a part of a web address."""
    return bool(_ADDRESS.search(text))


def _named(text: str, known: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int, int]]:
    for kind, texts in known.items():
        for wanted in texts:
            pattern = r"\s*".join(re.escape(sign) for sign in "".join(wanted.split()))
            for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) if pattern else ():
                yield kind, *match.span()


def _patterned(text: str) -> Iterator[tuple[str, int, int]]:
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            group = pattern.groups if kind == "name" else 0
            if not (kind == "number" and is_address(match.group())):
                yield kind, *match.span(group)
