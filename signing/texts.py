"""Inside the child: the text of a page with its places, in lines as one reads them, and tags in it.

Built from single glyphs and their boxes, so it does not matter in which order or in how many text objects a
program wrote them. Coordinates as in places.py.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from signing.pictures import Frame, frame, load, opened

_MOST_GLYPHS = 200_000  # a page; a newspaper has 40 000
MOST_TEXT = 400_000  # characters of a whole file that are kept to be searched: 150 full pages
# Gaps between neighbours, in heights of the line:
_WORD, _SPLIT, _SEGMENT = 0.16, 0.7, 2.0


@dataclass(frozen=True)
class Box:
    """A text with its box (x0, y0, x1, y1) on the page as displayed, y downwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    def touches(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


def whole(page: pdfium.PdfPage) -> str:
    """All text of a page in file order: cheap, for a first look."""
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()


def gather(found: list[str], page: pdfium.PdfPage) -> None:
    """Add the text of a page to that of the pages before, as long as all of it stays below MOST_TEXT."""
    left = MOST_TEXT - sum(map(len, found))
    if left > 0:
        # PDFium hands out halves of surrogate pairs; no file and no database takes them.
        found.append(whole(page)[:left].encode("utf-8", "replace").decode())


def read(pdf: bytes, _arguments: Mapping[str, Any]) -> str:
    """Verb `read_text`."""
    found: list[str] = []
    with opened(pdf) as document:
        for number in range(1, len(document) + 1):
            page = load(document, number)
            gather(found, page)
            page.close()
    return "\n".join(found)


def glyphs(page: pdfium.PdfPage) -> list[Box]:
    """Every visible or invisible glyph of the page's content that is no space."""
    text, where = page.get_textpage(), frame(page)
    try:
        count = min(raw.FPDFText_CountChars(text.raw), _MOST_GLYPHS)
        return [glyph for index in range(count) if (glyph := _glyph(text.raw, index, where))]
    finally:
        text.close()


def _glyph(text: Any, index: int, where: Frame) -> Box | None:
    code = raw.FPDFText_GetUnicode(text, index)
    if code <= 32 or code > 0x10FFFF or raw.FPDFText_IsGenerated(text, index) == 1 or chr(code).isspace():
        return None
    loose = raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(text, index, loose) and loose.top > loose.bottom and loose.right > loose.left:
        return Box(chr(code), *where.shown(loose.left, loose.bottom, loose.right, loose.top))
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if not raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
        return None
    return Box(chr(code), *where.shown(left.value, bottom.value, right.value, top.value))


def lines(found: Iterable[Box]) -> list[list[Box]]:
    """Glyphs sorted into lines, top to bottom, each from left to right; glyphs printed twice (false bold) once."""
    rows: list[list[Box]] = []
    for glyph in sorted(found, key=lambda entry: entry.middle):
        if rows and abs(glyph.middle - rows[-1][0].middle) <= 0.4 * min(glyph.height, rows[-1][0].height):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [list(_once(sorted(row, key=lambda entry: entry.x0))) for row in rows]


def _once(row: list[Box]) -> Iterator[Box]:
    previous: Box | None = None
    for glyph in row:
        if previous and glyph.text == previous.text and abs(glyph.x0 - previous.x0) < 0.1 * previous.height:
            continue
        previous = glyph
        yield glyph


def segments(rows: Iterable[Sequence[Box]]) -> list[Box]:
    """Lines cut where columns part, as texts with their boxes, top to bottom."""
    found = []
    for row in rows:
        start = 0
        for index in range(1, len(row) + 1):
            if index == len(row) or row[index].x0 - row[index - 1].x1 > _SEGMENT * row[index].height:
                found.append(_join(row[start:index]))
                start = index
    return found


def words(rows: Iterable[Sequence[Box]]) -> list[Box]:
    """Lines cut at every gap, in the order of reading."""
    found = []
    for row in rows:
        start = 0
        for index in range(1, len(row) + 1):
            if index == len(row) or _apart(row[index - 1], row[index]):
                found.append(_join(row[start:index]))
                start = index
    return found


def _join(row: Sequence[Box]) -> Box:
    text = row[0].text
    for previous, glyph in pairwise(row):
        text += (" " if _apart(previous, glyph) else "") + glyph.text
    return Box(text, *_around(row))


def _around(boxes: Sequence[Box]) -> tuple[float, float, float, float]:
    return (
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _apart(left: Box, right: Box) -> bool:
    return right.x0 - left.x1 > _WORD * max(left.height, right.height)


def under(found: Iterable[Box], area: Box) -> str:
    """The text of the glyphs that `area` touches."""
    return " ".join(segment.text for segment in segments(lines(box for box in found if box.touches(area))))


def tags(rows: Iterable[Sequence[Box]], wanted: Sequence[str]) -> list[Box]:
    """Where the tags stand in these lines: one box for each."""
    spelt = ["".join(tag.split()) for tag in wanted]
    found = []
    for row in rows:
        for start in range(len(row)):
            for tag in spelt:
                if row[start].text == tag[:1] and _is_tag(row, start, tag):
                    found.append(Box(tag, *_around(row[start : start + len(tag)])))
    return found


def counts(document: pdfium.PdfDocument, wanted: Mapping[str, Sequence[str]], text: str) -> dict[str, int]:
    """How often each of the named groups of tags stands in a file with this text; those that do not are left out."""
    is_cut = len(text) >= MOST_TEXT
    known = {name: tags for name, tags in wanted.items() if is_cut or may_hold(text, tags)}
    return {name: count for name, tags in known.items() if (count := len(places(document, tags)))}


def _is_tag(row: Sequence[Box], start: int, tag: str) -> bool:
    end = start + len(tag)
    letters = row[start:end]
    if "".join(glyph.text for glyph in letters) != tag:
        return False
    if any(right.x0 - left.x1 > _SPLIT * right.height for left, right in pairwise(letters)):
        return False
    signs_only = not any(letter.isalnum() for letter in tag)
    alone_left = start == 0 or _apart(row[start - 1], row[start])
    alone_right = end == len(row) or _apart(row[end - 1], row[end])
    return (alone_left or not (signs_only or tag[0].isalnum())) and (
        alone_right or not (signs_only or tag[-1].isalnum())
    )


def may_hold(text: str, wanted: Sequence[str]) -> bool:
    """Whether a page with this text could hold one of the tags, however its letters are ordered."""
    letters = set(text)
    return any(set("".join(tag.split())) <= letters for tag in wanted)


def places(document: pdfium.PdfDocument, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """All places of tags as placements in JSON, last page first."""
    found = []
    for number in range(len(document), 0, -1) if wanted else ():
        page = load(document, number)
        if may_hold(whole(page), wanted):
            boxes = sorted(tags(lines(glyphs(page)), wanted), key=lambda box: (box.y0, box.x0))
            found += [as_placement(number, box) for box in boxes]
        page.close()
    return found


def as_placement(number: int, box: Box) -> dict[str, Any]:
    """JSON of a places.Placement."""
    return {"page": number, "x": box.x0, "y": box.y0, "width": box.x1 - box.x0, "height": box.height}


def find_tags(pdf: bytes, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Verb `find_tags`."""
    with opened(pdf) as document:
        return places(document, arguments["tags"])
