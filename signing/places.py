"""Places on a page: where a mark could stand, where a tag asks for it, and what lies under it.

One system of coordinates for the whole product: points from the top left corner of the page as displayed (CropBox
and /Rotate applied). The looking itself happens in a confined child (texts.py, spaces.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from signing.child import Allowance, call
from signing.errors import BadDocument

_BEYOND = 1e6  # points; also no infinity and no NaN
_SEARCH = Allowance(seconds=20, patience=40.0)  # all pages of a long file are read


@dataclass(frozen=True)
class Placement:
    """A box on page `page` (from 1): its top left corner (x, y) and its size, in points, y downwards."""

    page: int
    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Placement:
        """From JSON. Raises KeyError, TypeError or ValueError."""
        x, y, width, height = (float(values[name]) for name in ("x", "y", "width", "height"))
        if not all(abs(value) < _BEYOND for value in (x, y, width, height)):
            raise ValueError("a place beyond any page")
        return cls(int(values["page"]), x, y, width, height)


@dataclass(frozen=True)
class Overlap:
    """What a box would cover: the text, and the share (0 to 1) of its area that is drawn upon."""

    text: str
    ink: float

    @property
    def is_empty(self) -> bool:
        """Nothing to read and, a speck of a scanner aside, nothing drawn."""
        return not self.text and self.ink < 0.001

    def __bool__(self) -> bool:
        raise TypeError("ask .is_empty")


def find_tags(pdf: bytes, tags: Sequence[str]) -> tuple[Placement, ...]:
    """Boxes of all places where one of `tags` stands in the text: last page first, then from top to bottom.

    A tag may be split over text objects. One made of signs only ("#") must stand alone as a word: the # of "#1" is
    none; one that begins or ends in a letter or digit must be alone on that side.
    Raises BadDocument: broken, encrypted, too_complex.
    """
    wanted = [tag for tag in tags if tag.strip()]
    return _places(call("find_tags", pdf, {"tags": wanted}, _SEARCH).values) if wanted else ()


def suggest(pdf: bytes, size: tuple[float, float]) -> Placement | None:
    """Free space for a mark of `size` (width, height in points), or None.

    Best between the title of office and the name or NIP of the last signature block; else free space low on the
    right of the last page with text. Never over text or drawing. Raises BadDocument as find_tags.
    """
    found = _places(call("suggest", pdf, {"size": list(size)}, _SEARCH).values)
    return found[0] if found else None


def overlap(pdf: bytes, placement: Placement, ignore_tags: Sequence[str] = ()) -> Overlap:
    """What lies under `placement`; a tag of `ignore_tags` (rules as in find_tags) does not count.

    Raises BadDocument: no_such_page, broken, encrypted, too_complex.
    """
    arguments = {"placement": asdict(placement), "ignore_tags": list(ignore_tags)}
    values = call("overlap", pdf, arguments, _SEARCH).values
    try:
        return Overlap(str(values["text"])[:2_000], float(values["ink"]))
    except (KeyError, TypeError, ValueError) as cause:
        raise BadDocument("broken", "no sensible answer") from cause


def _places(values: Any) -> tuple[Placement, ...]:
    try:
        return tuple(Placement.of(entry) for entry in values)
    except (KeyError, TypeError, ValueError) as cause:
        raise BadDocument("broken", "no sensible answer") from cause
