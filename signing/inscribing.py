"""Inside the child: tags taken out of pages and texts put in their place; the result is looked at before it is used.

PDFium says where a tag stands, as people see it; shows.py finds the codes that put it there. A tag whose codes are not
found there, or that is still found afterwards, is a refusal: nothing is ever painted over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import count, product
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pikepdf import Dictionary, Name

from signing import repair, shows, structure, texts
from signing.errors import BadDocument
from signing.fonts.setting import Face
from signing.pictures import Frame, frame, load, opened
from signing.spaces import Sheet
from signing.texts import Box

SMALLEST = 0.75  # of the tag's own size; below that the drafter makes room
_STEPS = (1.0, 0.95, 0.9, 0.85, 0.8, SMALLEST)
_LEAST_POINTS = 6.0
_MOST = 60  # tags in one file
_EDGE = 28.0  # points of paper kept free on the right
_GAP = 0.25  # of the text's height, to what stands after it
_SLACK = 0.12  # of a line's height: how exactly two readers agree where a sign begins
_MOVED = 0.5  # points: more than that, and something moved
_AROUND = tuple(product((0, -1, 1), repeat=2))
_face = cache(Face)


@dataclass(frozen=True)
class _Tag:
    """A tag on a page, and the text that is to stand there."""

    box: Box
    text: str


@dataclass(frozen=True)
class _Sheet:
    """A page with tags, as it is shown: `glyphs` and `rest` without them."""

    number: int
    frame: Frame
    tags: tuple[_Tag, ...]
    glyphs: list[Box]
    rest: Sheet

    def other(self, tag: _Tag) -> Iterator[Box]:
        """What text may not run into."""
        yield from self.rest.glyphs
        yield from (one.box for one in self.tags if one is not tag)


def inscribe(pdf: bytes, arguments: Mapping[str, Any]) -> tuple[None, list[bytes]]:
    """Verb `inscribe`; no part where there is no tag."""
    wanted = [(tuple(one["tags"]), one["text"]) for one in arguments["inscriptions"]]
    with opened(pdf) as document:
        sheets = [sheet for number in range(1, len(document) + 1) if (sheet := _sheet(document, number, wanted))]
    if not sheets:
        return None, []
    if sum(len(sheet.tags) for sheet in sheets) > _MOST:
        raise BadDocument("too_complex", "tags")
    with pikepdf.open(BytesIO(pdf)) as document:
        if structure.signatures(document) or repair.is_signed(document):
            raise BadDocument("tag_signed")
        _require_unspoken(document, [tag for tags, _ in wanted for tag in tags])
        setter = _Setter(document, "".join(text for _, text in wanted))
        places = {sheet.number: setter.rewrite(sheet) for sheet in sheets}
        made = BytesIO()
        document.save(made, deterministic_id=True, fix_metadata_version=False)
    with opened(made.getvalue()) as document:
        for sheet in sheets:
            _require_done(load(document, sheet.number), sheet, places[sheet.number])
    return None, [made.getvalue()]


def _sheet(document: pdfium.PdfDocument, number: int, wanted: Sequence[tuple[tuple[str, ...], str]]) -> _Sheet | None:
    page = load(document, number)
    try:
        everything = [tag for tags, _ in wanted for tag in tags]
        if not texts.may_hold(texts.whole(page), everything):
            return None
        glyphs = texts.glyphs(page)
        rows = texts.lines(glyphs)
        tags = tuple(_Tag(box, text) for known, text in wanted for box in texts.tags(rows, known))
        left = [glyph for glyph in glyphs if not any(_holds(tag.box, glyph) for tag in tags)]
        return _Sheet(number, frame(page), tags, left, Sheet(page, everything)) if tags else None
    finally:
        page.close()


def _require_unspoken(document: pikepdf.Pdf, tags: Sequence[str]) -> None:
    """A text that is read out in place of what is shown would go on naming the tag."""
    for entry in document.objects:
        if isinstance(entry, Dictionary) and any(tag in str(entry.get("/ActualText", "")) for tag in tags):
            raise BadDocument("tag_unreadable", "ActualText")


class _Setter:
    """Writes texts into the pages of one file. Each face comes along once, with the signs of all texts."""

    def __init__(self, document: pikepdf.Pdf, signs: str) -> None:
        self._document, self._signs = document, signs
        self._fonts: dict[str, pikepdf.Object] = {}
        self._is_pdfa_1 = document.open_metadata().pdfa_status.startswith("1")  # read, and nothing written by it

    def rewrite(self, sheet: _Sheet) -> list[Box]:
        """Of one page. -> the boxes of what was written. Raises BadDocument, tag_too_narrow among others."""
        page = self._document.pages[sheet.number - 1]
        instructions = pikepdf.parse_content_stream(page)
        shown = shows.read(instructions, page.resources)
        words: dict[int, dict[int, shows.Word | None]] = {}
        boxes = []
        for tag in sheet.tags:
            codes = [(one, number) for one in shown for number in _within(one, tag.box, sheet.frame)]
            _require_plain(codes, sheet.number)
            first, start = codes[0]
            face = _face(first.font.face)
            share, box = _fitted(sheet, tag, face.length(tag.text) * first.em, first.em)
            boxes.append(box)
            for one, number in codes:
                words.setdefault(one.index, {})[number] = None
            signs = b"".join(number.to_bytes(2) for number in face.numbers(tag.text))
            font = self._font(page, first.font.face)
            words[first.index][start] = shows.Word(font, signs, face.length(tag.text), share)
        cut = [one for one in shown if one.index in words]
        anew = {one.index: shows.written(instructions[one.index], one, words[one.index]) for one in cut}
        flat = [part for index, one in enumerate(instructions) for part in anew.get(index, [one])]
        page.obj.Contents = self._document.make_stream(pikepdf.unparse_content_stream(flat))
        return boxes

    def _font(self, page: pikepdf.Page, face: str) -> Name:
        if face not in self._fonts:
            self._fonts[face] = _face(face).embed(self._document, self._signs, lists_glyphs=self._is_pdfa_1)
        known = page.resources.get("/Font", {})
        free = next(name for number in count(1) if (name := f"/Teken{number}") not in known)
        return page.add_resource(self._fonts[face], Name.Font, Name(free))


def _require_plain(codes: Sequence[tuple[shows.Shown, int]], number: int) -> None:
    if not codes or any(one.is_replaced for one, _ in codes):
        raise BadDocument("tag_unreadable", str(number))
    if any(one.mode >= shows.UNSEEN for one, _ in codes):
        raise BadDocument("tag_hidden", str(number))


def _within(shown: shows.Shown, box: Box, where: Frame) -> Iterator[int]:
    """Which codes begin in the box: all that a tag consists of, also a shadow printed beside it."""
    slack = _SLACK * box.height
    for number, piece in enumerate(shown.pieces):
        if piece.code:
            x, y, _, _ = where.shown(*piece.at, *piece.at)
            if box.x0 - slack <= x < box.x1 - slack and box.y0 - slack <= y <= box.y1 + slack:
                yield number


def _holds(box: Box, glyph: Box) -> bool:
    return box.x0 <= (glyph.x0 + glyph.x1) / 2 <= box.x1 and box.y0 <= glyph.middle <= box.y1


def _fitted(sheet: _Sheet, tag: _Tag, length: float, em: float) -> tuple[float, Box]:
    """The largest share of the tag's size in which the text, `length` points long, hides nothing. -> share, its box"""
    for share in _STEPS:
        box = Box(tag.text, tag.box.x0, tag.box.y0, tag.box.x0 + length * share, tag.box.y1)
        if (share == 1 or em * share >= _LEAST_POINTS) and _is_free(sheet, tag, box):
            return share, box
    raise BadDocument("tag_too_narrow", f"{sheet.number}: {tag.box.text}")


def _is_free(sheet: _Sheet, tag: _Tag, box: Box) -> bool:
    """Whether the text ends where the tag did, or what is beyond is empty paper."""
    if box.x1 <= tag.box.x1:
        return True
    inset = 0.15 * box.height  # lines above and below come close
    beyond = Box("", tag.box.x1, box.y0 + inset, box.x1 + _GAP * box.height, box.y1 - inset)
    if beyond.x1 > sheet.rest.width - _EDGE or any(one.touches(beyond) for one in sheet.other(tag)):
        return False
    return not sheet.rest.ink(beyond)


def _require_done(page: pdfium.PdfPage, sheet: _Sheet, boxes: Sequence[Box]) -> None:
    """PDFium reads the texts where the tags were, sees them, and finds everything else where it was."""
    glyphs, seen = texts.glyphs(page), Sheet(page)
    left = [glyph for glyph in glyphs if not any(_holds(box, glyph) for box in boxes)]
    for box in boxes:
        inside = sorted((glyph for glyph in glyphs if _holds(box, glyph)), key=lambda glyph: glyph.x0)
        if "".join(glyph.text for glyph in inside) != "".join(box.text.split()):
            raise BadDocument("tag_unreadable", str(sheet.number))
        if not seen.ink(box):
            raise BadDocument("tag_hidden", str(sheet.number))
    # Both ways: of a line that is printed twice PDFium reads one, as long as the two are alike.
    if any(_lacking(left, sheet.glyphs)) or any(_lacking(sheet.glyphs, left)):
        raise BadDocument("tag_unreadable", f"{sheet.number}: something else moved")


def _lacking(found: Iterable[Box], wanted: Iterable[Box]) -> Iterator[Box]:
    """Those wanted that are not found in their place."""
    places = defaultdict(list)
    for glyph in found:
        places[glyph.text, round(glyph.x0), round(glyph.y1)].append(glyph)
    for glyph in wanted:
        x, y = round(glyph.x0), round(glyph.y1)
        near = (one for dx, dy in _AROUND for one in places.get((glyph.text, x + dx, y + dy), ()))
        if not any(max(abs(one.x0 - glyph.x0), abs(one.y1 - glyph.y1)) < _MOVED for one in near):
            yield glyph
