"""Signature blocks in Indonesian letters: the title of office, room for the signature, then the name and the NIP.

Works on texts with their boxes alone; whether a place is really free is for spaces.py to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from signing.texts import Box

_TITLE = re.compile(
    r"(?:(?:a\.?\s?n|u\.?\s?b|plh|plt|pj|pjs)\b\.?\s*,?\s*)?"
    r"(?:wakil\s+|pelaksana\s+(?:tugas|harian)\s+)?"
    r"(?:bupati|gubernur|wali\s?kota|wali\s+nagari|camat|lurah|sekretaris|kepala|asisten|inspektur|direktur|ketua|"
    r"kabag|kabid|kasubbag|staf\s+ahli|pejabat|rektor|dekan|komandan|pimpinan|presiden|menteri|sekda|kadis)\b"
    r"|(?:a\.\s?n\.?|u\.\s?b\.?|plh\.?|plt\.?|pj\.|pjs\.)(?:\s|$)",
    re.IGNORECASE,
)
_IDENTITY = re.compile(r"\(?\s*(?:nip|nrp|nipppk|nitb)\b", re.IGNORECASE)
_NAME = re.compile(r"[\(\[]?\s*(?:[A-Z][\w.'’]*\.?,?\s*){2,8}")
_LEAST_GAP = 26.0  # points between title and name: two blank lines
_LARGEST_GAP = 170.0
_STACKED = 0.9  # of a line's height: what stands closer belongs to the same block
_CERTAIN = 6.0  # of a gap's score: a title above and an identity below
_APART = 3.0  # points kept from the texts around


@dataclass(frozen=True)
class Gap:
    """The room between the last line of a title and the name below it."""

    upper: Box
    lower: Box
    score: float

    @property
    def room(self) -> float:
        return self.lower.y0 - self.upper.y1


def may_hold(text: str) -> bool:
    """Whether a page with this text could have a signature block."""
    return any(_TITLE.match(line.strip()) or _IDENTITY.match(line.strip()) for line in text.splitlines())


def corners(segments: Sequence[Box], size: tuple[float, float], page_width: float) -> Iterator[tuple[float, float]]:
    """Top left corners for a mark of `size`, the best first: in the gap of a block, beside it, below it."""
    for gap in sorted(_gaps(segments, page_width), key=lambda entry: -entry.score):
        left, right = min(gap.upper.x0, gap.lower.x0), max(gap.upper.x1, gap.lower.x1)
        aligned = abs(gap.upper.x0 - gap.lower.x0) < 4
        middle = left if aligned else (left + right - size[0]) / 2
        y = gap.upper.y1 + (gap.room - size[1]) / 2
        if gap.room >= size[1] + _APART:
            farthest = page_width - size[0] - 24
            yield from ((min(max(24, x), farthest), y) for x in (middle, left, right - size[0], left - 30, middle + 30))
        for shift in (0, -12, 12, -24, 24, 36):
            yield left - size[0] - 12, y + shift
        yield from ((right + 12, y), (middle, _end(segments, gap) + 10))


def signed(segments: Sequence[Box], page_width: float) -> list[Box]:
    """The names of signature blocks, one a block: a title of office above the room, and a name or an identity below."""
    found: list[Box] = []
    for gap in _gaps(segments, page_width):
        if gap.score >= _CERTAIN and gap.lower not in found:
            found.append(gap.lower)
    return found


def _gaps(segments: Sequence[Box], page_width: float) -> Iterator[Gap]:
    for upper in segments:
        lower = _below(segments, upper)
        if lower is None or not _LEAST_GAP <= lower.y0 - upper.y1 <= _LARGEST_GAP:
            continue
        titled = any(_TITLE.match(box.text) for box in _stack(segments, upper, up=True))
        named = any(_IDENTITY.match(box.text) for box in _stack(segments, lower, up=False))
        if not (titled or named):
            continue
        score = 3.0 * titled + 3.0 * named + (1.0 if _NAME.fullmatch(lower.text) else 0.0)
        score += 1.0 * upper.text.rstrip().endswith(",") + 1.5 * ((upper.x0 + upper.x1) / 2 > page_width / 2)
        if score >= 4:
            yield Gap(upper, lower, score + upper.y1 / 10_000)


def _below(segments: Sequence[Box], upper: Box) -> Box | None:
    """The nearest text below in the same column."""
    found = [
        box
        for box in segments
        if box.y0 >= upper.y1 - 0.3 * upper.height
        and box is not upper
        and box.middle > upper.y1
        and _same_column(upper, box)
    ]
    return min(found, key=lambda box: box.y0, default=None)


def _same_column(one: Box, other: Box) -> bool:
    return min(one.x1, other.x1) - max(one.x0, other.x0) > 0 or abs(one.x0 - other.x0) < 12


def _stack(segments: Sequence[Box], start: Box, *, up: bool) -> list[Box]:
    """`start` and up to three lines that follow it closely in its column."""
    stack = [start]
    while len(stack) < 4:
        last = stack[-1]
        near = [
            box
            for box in segments
            if box not in stack
            and _same_column(last, box)
            and 0
            <= ((last.middle - box.middle) if up else (box.middle - last.middle)) - last.height * 0.5
            <= last.height * (0.5 + _STACKED)
        ]
        if not near:
            break
        stack.append(min(near, key=lambda box: abs(box.middle - last.middle)))
    return stack


def _end(segments: Sequence[Box], gap: Gap) -> float:
    return max(box.y1 for box in _stack(segments, gap.lower, up=False))
