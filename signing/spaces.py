"""Inside the child: free space on a page, by its text and by what is drawn; coordinates as in places.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

from signing import blocks, texts
from signing.pictures import draw, frame, load, opened
from signing.texts import Box

_SCALE = 2.0  # pixels a point when looking for ink
_CONTRAST = 40  # of 255: less than that from the paper's own tone is paper
_EDGE = 18.0  # points that a printer may not reach
_CELL = 4.0  # points: grid for the search of free space
_CLEAR = 2.0  # points kept between a mark and what stands around it


class Sheet:
    """One page looked at for free space. Tags count neither as text nor as ink."""

    def __init__(self, page: pdfium.PdfPage, ignored: Sequence[str] = ()) -> None:
        self.width, self.height = frame(page).size
        rows = texts.lines(texts.glyphs(page))
        tags = texts.tags(rows, ignored)
        rows = [[glyph for glyph in row if not any(_within(glyph, tag) for tag in tags)] for row in rows]
        self.glyphs = [glyph for row in rows for glyph in row]
        self.segments = texts.segments(row for row in rows if row)
        self._ink = _inked(draw(page, _SCALE, grey=True))
        for tag in tags:
            self._ink.paste(0, self._pixels(tag, 1))

    def ink(self, area: Box) -> float:
        """The share of the area that is drawn upon, 0 to 1."""
        part = self._ink.crop(self._pixels(area))
        return part.histogram()[255] / max(1, part.width * part.height)

    def is_free(self, x: float, y: float, size: tuple[float, float]) -> bool:
        """Whether a mark may stand here: on the page, over no text and over nothing drawn."""
        width, height = size
        if x < _EDGE or y < _EDGE or x + width > self.width - _EDGE or y + height > self.height - _EDGE:
            return False
        area = Box("", x, y, x + width, y + height)
        if any(segment.touches(area) for segment in self.segments):
            return False
        return self._ink.crop(self._pixels(area)).getbbox() is None

    def low_right(self, size: tuple[float, float]) -> tuple[float, float] | None:
        """The top left corner of a place for `size` in the tallest free column on the right; on the left if need be."""
        right = min(max((box.x1 for box in self.segments), default=self.width), self.width - _EDGE - _CELL)
        right = max(right, self.width * 0.75)
        rows = self._rows()
        for x in (right - size[0], self.width / 2, self.width - _EDGE - size[0], (self.width - size[0]) / 2, _EDGE * 3):
            for share in (0.5, 0.25, 0.0):  # low on the page first
                y = self._column(rows, x, size, self.height * share)
                if y is not None:
                    return x, y
        return None

    def _column(self, rows: list[int], x: float, size: tuple[float, float], least: float) -> float | None:
        """The place for `size` at `x`: 12 points below the top of the tallest free run that ends below `least`."""
        columns = range(int((x - _CLEAR) / _CELL), int((x + size[0] + _CLEAR) / _CELL) + 1)
        band = sum(1 << column for column in columns if column >= 0)
        best, start = (0, 0), 0
        for index, row in enumerate([*rows, -1]):
            if row & band:
                best = max(best, (index - start, start)) if index * _CELL > least else best
                start = index + 1
        top, room = best[1] * _CELL, best[0] * _CELL
        y = max(top + min(12.0, max(0.0, (room - size[1]) / 2)), least if room > size[1] + least - top else 0, _EDGE)
        return y if self.is_free(x, y, size) else None

    def _rows(self) -> list[int]:
        """The page in cells of _CELL points: a bit is set where there is ink or text."""
        columns, count = int(self.width / _CELL) + 1, int(self.height / _CELL) + 1
        small = self._ink.resize((columns, count), Image.Resampling.BOX).point(lambda value: 255 if value else 0)
        cells = small.tobytes()
        return [sum(1 << column for column in range(columns) if cells[row * columns + column]) for row in range(count)]

    def _pixels(self, area: Box, more: int = 0) -> tuple[int, int, int, int]:
        """The area in pixels of the drawn page, cut to it."""
        across, down = self._ink.width / self.width, self._ink.height / self.height
        left, top = max(0, int(area.x0 * across) - more), max(0, int(area.y0 * down) - more)
        right = min(self._ink.width, int(area.x1 * across) + 1 + more)
        bottom = min(self._ink.height, int(area.y1 * down) + 1 + more)
        return min(left, right), min(top, bottom), right, bottom


def _within(glyph: Box, tag: Box) -> bool:
    return tag.x0 <= (glyph.x0 + glyph.x1) / 2 <= tag.x1 and tag.y0 <= glyph.middle <= tag.y1


def _inked(image: Image.Image) -> Image.Image:
    """255 where the page differs from its paper, whose tone is the commonest one; else 0."""
    histogram = image.histogram()
    paper = max(range(256), key=histogram.__getitem__)
    return image.point([255 if abs(value - paper) > _CONTRAST else 0 for value in range(256)])


def overlap(pdf: bytes, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Verb `overlap`: {text, ink} under `placement`, leaving out `ignore_tags`."""
    place = arguments["placement"]
    area = Box("", place["x"], place["y"], place["x"] + place["width"], place["y"] + place["height"])
    with opened(pdf) as document:
        sheet = Sheet(load(document, place["page"]), arguments["ignore_tags"])
    return {"text": texts.under(sheet.glyphs, area), "ink": sheet.ink(area)}


def suggest(pdf: bytes, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Verb `suggest`: no or one placement for `size`."""
    with opened(pdf) as document:
        return suggestion(document, tuple(arguments["size"]), ())


def suggestion(document: pdfium.PdfDocument, size: tuple[float, float], ignored: Sequence[str]) -> list[dict[str, Any]]:
    """By the last signature block of the file, else low on the right of the last page with text.

    Where that has no room, and in a file of scans, which has no text: of the last page.
    """
    last = 0
    for number in range(len(document), 0, -1):
        page = load(document, number)
        text = texts.whole(page)
        last = last or (number if text.strip() else 0)
        if blocks.may_hold(text):
            sheet = Sheet(page, ignored)
            for x, y in blocks.corners(sheet.segments, size, sheet.width):
                if sheet.is_free(x - _CLEAR, y - _CLEAR, (size[0] + 2 * _CLEAR, size[1] + 2 * _CLEAR)):
                    return [_placed(number, (x, y), size)]
        page.close()
    for number in dict.fromkeys((last or len(document), len(document))):
        corner = Sheet(load(document, number), ignored).low_right(size)
        if corner:
            return [_placed(number, corner, size)]
    return []


def _placed(number: int, corner: tuple[float, float], size: tuple[float, float]) -> dict[str, Any]:
    return {"page": number, "x": corner[0], "y": corner[1], "width": size[0], "height": size[1]}
