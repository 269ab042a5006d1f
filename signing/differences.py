"""Two versions of one letter: which pages differ, in which words, and where on the page. For readers, not for proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from signing.child import Allowance, call
from signing.errors import BadDocument

KINDS = ("same", "words", "looks", "added", "removed", "unchecked")
OPS = ("=", "-", "+", "…")  # kept, taken out, put in, left out here
_MOST_PAIRS, _MOST_RUNS, _MOST_AREAS = 4_000, 600, 60

Area = tuple[float, float, float, float]  # x, y, width, height as shares of the page's width and height


@dataclass(frozen=True)
class Pair:
    """A page before and after; None where it was added or removed. Numbers from 1.

    `kind`: same; words (its text differs); looks (only its picture differs); added; removed; unchecked (its text is
    the same, its picture was not compared). `runs` are texts with an op of OPS; none where the words are too many.
    """

    before: int | None
    after: int | None
    kind: str
    runs: tuple[tuple[str, str], ...] = ()
    before_areas: tuple[Area, ...] = ()
    after_areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Difference:
    """All pages in their order. `left_out`: pages beyond what was compared, of the longer file."""

    pairs: tuple[Pair, ...]
    left_out: int = 0


def compare(before: bytes, after: bytes, *, seconds: int = 12) -> Difference:
    """Compare two files in one confined child, for `seconds` of its processor at the most.

    What there was no time for is "unchecked" or `left_out`, never "same". Raises BadDocument as signing.child.call.
    """
    arguments = {"split": len(before), "seconds": seconds * 0.6}
    allowance = Allowance(seconds=seconds, patience=2.5 * seconds)
    values = call("contrast", before + after, arguments, allowance).values
    try:
        pairs = tuple(_pair(entry) for entry in values["pairs"][:_MOST_PAIRS])
        return Difference(pairs, max(0, int(values["left_out"])))
    except (KeyError, TypeError, ValueError, IndexError) as cause:
        raise BadDocument("broken", "no sensible comparison") from cause


def _pair(entry: dict[str, Any]) -> Pair:
    """A value from the child, which a hostile file may have taken over: each part made what it should be."""
    before, after = (int(entry[side]) if entry[side] else None for side in ("before", "after"))
    if entry["kind"] not in KINDS or any(op not in OPS for op, _ in entry["runs"]):
        raise ValueError(entry["kind"])
    runs = tuple((str(op), str(text)[:20_000]) for op, text in entry["runs"][:_MOST_RUNS])
    sides = (tuple(map(_area, entry[side][:_MOST_AREAS])) for side in ("before_areas", "after_areas"))
    return Pair(before, after, str(entry["kind"]), runs, *sides)


def _area(values: list[float]) -> Area:
    x, y, width, height = (min(1.0, max(0.0, float(value))) for value in values)
    return round(x, 4), round(y, 4), round(width, 4), round(height, 4)
