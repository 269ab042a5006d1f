"""Inside the child: two versions of a file compared page by page, by their words and by their pictures.

Words tell what was rewritten wherever the text moved to; pictures tell what no text tells. On a page whose text
differs the pictures are compared where no word moved; elsewhere whole.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from signing import pairing, texts
from signing.pictures import draw, load, opened
from signing.texts import Box

_MOST_PAGES = 300  # of each file
_MOST_LETTERS = 20_000  # bytes of a page's text
_MOST_WORDS = 3_000  # of a page, compared one by one
_SCALE = 1.2  # pixels a point: 86 dpi, where a changed digit is some thirty pixels
_LIGHTER = 60  # of 255: less is no difference to an eye
_CELL = 8  # pixels
_STILL = 1.0  # points: a word that moved less stands where it stood
_MARGIN = 1.5  # points around a word
_MOST_AREAS = 24
_FEW_LETTERS = 20  # of a scan: then its picture tells pages apart
_THUMB = 96  # pixels wide

Grid = np.ndarray[Any, Any]


class Clock:
    """The processor time that may be spent, so that what is left undone can be said."""

    def __init__(self, seconds: float) -> None:
        self.end = time.process_time() + seconds

    def is_over(self) -> bool:
        return time.process_time() > self.end


def compare(pdf: bytes, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Verb `contrast`: the first `split` bytes are the file before."""
    split, clock = int(arguments["split"]), Clock(float(arguments["seconds"]))
    with opened(pdf[:split]) as before, opened(pdf[split:]) as after:
        keys = [_keys(document, clock) for document in (before, after)]
        left_out = max(len(document) - len(read) for document, read in zip((before, after), keys, strict=True))
        couples = pairing.couples(*keys)
        while left_out and couples and None in couples[-1]:
            couples.pop()  # its other half may be among the pages that were not read
        pairs = [_entry(couple, keys) for couple in couples]
        for entry in sorted(pairs, key=lambda one: one["kind"] != "words"):
            if entry["before"] and entry["after"] and not clock.is_over():
                _look(entry, load(before, entry["before"]), load(after, entry["after"]))
    return {"pairs": pairs, "left_out": left_out}


def _keys(document: pdfium.PdfDocument, clock: Clock) -> list[str]:
    """What tells the pages apart: the text; of a scan, a digest of a small picture."""
    found: list[str] = []
    for number in range(1, min(len(document), _MOST_PAGES) + 1):
        if clock.is_over():
            break
        page = load(document, number)
        whole = texts.whole(page).encode("utf-8", "replace")
        text = " ".join(whole[:_MOST_LETTERS].decode("utf-8", "ignore").split())
        if len(text) < _FEW_LETTERS:
            small = draw(page, _THUMB / page.get_size()[0], grey=True).point([value >> 5 for value in range(256)])
            text = f"{text}\n{sha256(small.tobytes()).hexdigest()}"
        elif len(whole) > _MOST_LETTERS:
            text = f"{text} {sha256(whole).hexdigest()}"
        found.append(text)
        page.close()
    return found


def _entry(couple: pairing.Couple, keys: Sequence[Sequence[str]]) -> dict[str, Any]:
    before, after = couple
    kind = "removed" if after is None else "added"
    if before is not None and after is not None:
        one, other = (side[index].partition("\n")[0] for side, index in zip(keys, (before, after), strict=True))
        kind = "unchecked" if one == other else "words"
    numbers = [None if index is None else index + 1 for index in couple]
    return {
        "before": numbers[0], "after": numbers[1], "kind": kind, "runs": [], "before_areas": [], "after_areas": []
    }  # fmt: skip


def _look(entry: dict[str, Any], before: pdfium.PdfPage, after: pdfium.PdfPage) -> None:
    """Fill in what differs on two pages that belong together."""
    pages = (before, after)
    spelt: list[list[str]] = []
    moved: tuple[list[Box], list[Box]] = ([], [])
    if entry["kind"] == "words":
        words = [texts.words(texts.lines(texts.glyphs(page)))[:_MOST_WORDS] for page in pages]
        spelt = [[word.text for word in side] for side in words]
        opcodes = pairing.changes(*spelt)
        entry["runs"] = pairing.runs(opcodes, *spelt)
        moved = _moved(opcodes, *words)
        changed = [op for op in opcodes if op[0] != "equal"]
        entry["before_areas"] = _areas([words[0][op[1] : op[2]] for op in changed], before)
        entry["after_areas"] = _areas([words[1][op[3] : op[4]] for op in changed], after)
    drawn = _drawn(before, after, moved)
    entry["before_areas"] += drawn
    entry["after_areas"] += drawn
    is_cut = any(len(side) == _MOST_WORDS for side in spelt)
    if not entry["runs"] and not is_cut:
        entry["kind"] = "looks" if drawn else "same"
    for page in pages:
        page.close()


def _moved(opcodes: Sequence[tuple], before: Sequence[Box], after: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The words of either side that do not stand, the same, where they stood."""
    found: tuple[list[Box], list[Box]] = ([], [])
    for op, i1, i2, j1, j2 in opcodes:
        one, other = before[i1:i2], after[j1:j2]
        if op == "equal":
            pairs = [pair for pair in zip(one, other, strict=True) if not _is_still(*pair)]
            one, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        found[0].extend(one)
        found[1].extend(other)
    return found


def _is_still(one: Box, other: Box) -> bool:
    return abs(one.x0 - other.x0) < _STILL and abs(one.y0 - other.y0) < _STILL and abs(one.x1 - other.x1) < _STILL


def _joined(run: Sequence[Box]) -> list[Box]:
    """One box for neighbours in a line."""
    found: list[Box] = []
    for word in run:
        last = found[-1] if found else None
        if last and abs(last.middle - word.middle) < last.height / 2 and 0 <= word.x0 - last.x1 < 2 * last.height:
            found[-1] = Box("", last.x0, min(last.y0, word.y0), word.x1, max(last.y1, word.y1))
        else:
            found.append(word)
    return found


def _areas(runs: Sequence[Sequence[Box]], page: pdfium.PdfPage) -> list[list[float]]:
    return [_share(area, page) for run in runs for area in _joined(run)][:_MOST_AREAS]


def _share(box: Box, page: pdfium.PdfPage) -> list[float]:
    across, down = page.get_size()
    x, y = box.x0 - _MARGIN, box.y0 - _MARGIN
    return [x / across, y / down, (box.x1 + _MARGIN - x) / across, (box.y1 + _MARGIN - y) / down]


def _drawn(before: pdfium.PdfPage, after: pdfium.PdfPage, moved: tuple[list[Box], list[Box]]) -> list[list[float]]:
    """Where the pictures differ, as shares of the page; all of it where the paper is another."""
    one, other = (np.asarray(draw(page, _SCALE, grey=True), dtype=np.int16) for page in (before, after))
    if max(abs(a - b) for a, b in zip(one.shape, other.shape, strict=True)) > _CELL:
        return [[0.0, 0.0, 1.0, 1.0]]
    down, across = (min(a, b) for a, b in zip(one.shape, other.shape, strict=True))
    apart = np.abs(one[:down, :across] - other[:down, :across]) > _LIGHTER
    rows, columns = -(-down // _CELL), -(-across // _CELL)
    padded = np.zeros((rows * _CELL, columns * _CELL), dtype=bool)
    padded[:down, :across] = apart
    cells = padded.reshape(rows, _CELL, columns, _CELL).any(axis=(1, 3))
    for box in (*moved[0], *moved[1]):
        x0, y0, x1, y1 = (int(value * _SCALE // _CELL) for value in (box.x0, box.y0, box.x1, box.y1))
        cells[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1] = False
    found = _islands(cells)
    return [[x / columns, y / rows, width / columns, height / rows] for x, y, width, height in found]


def _islands(cells: Grid) -> list[tuple[int, int, int, int]]:
    """The boxes (x, y, width, height) of cells that touch or nearly touch; one around all where they are many."""
    left = set(zip(*map(np.ndarray.tolist, np.nonzero(cells)), strict=True))
    found: list[tuple[int, int, int, int]] = []
    while left:
        island, edge = [], [left.pop()]
        while edge:
            y, x = edge.pop()
            island.append((y, x))
            near = {(y + dy, x + dx) for dy in (-2, -1, 0, 1, 2) for dx in (-2, -1, 0, 1, 2)} & left
            left -= near
            edge += near
        found.append(_bounds(island))
    if len(found) > _MOST_AREAS:
        corners = [corner for x, y, width, height in found for corner in ((y, x), (y + height - 1, x + width - 1))]
        return [_bounds(corners)]
    return sorted(found, key=lambda box: (box[1], box[0]))


def _bounds(cells: Sequence[tuple[int, int]]) -> tuple[int, int, int, int]:
    rows, columns = [y for y, _ in cells], [x for _, x in cells]
    return min(columns), min(rows), max(columns) - min(columns) + 1, max(rows) - min(rows) + 1
