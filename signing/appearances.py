"""Where a mark comes to stand in a PDF page's own coordinates, and its drawing as a widget's appearance stream.

Source: ISO 32000-2, 12.5.5 (appearance streams: BBox and Matrix onto Rect), 7.7.3.3 (page boxes, Rotate).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing import fonts
from signing.errors import BadPlacement
from signing.fonts.embedding import embed
from signing.objects import dictionary, numbers, stream
from signing.places import Placement
from signing.stamps import Drawing

_LETTER = (0.0, 0.0, 612.0, 792.0)
_TOLERANCE = 1.0
_INHERITED_DEPTH = 64


@dataclass(frozen=True)
class Page:
    """The placement on its page: rectangle in default user space and the page's clockwise rotation in degrees."""

    rect: tuple[float, float, float, float]
    rotation: int


def page(writer: IncrementalPdfFileWriter, placement: Placement) -> Page:
    """Turn a placement (top-left of the page as displayed) into user space.

    Raises BadPlacement: no_such_page, outside_page.
    """
    count = int(writer.root["/Pages"]["/Count"])
    if not 1 <= placement.page <= count:
        raise BadPlacement("no_such_page", f"page {placement.page} of {count}")
    entry = writer.find_page_for_modification(placement.page - 1)[0].get_object()
    rotation = _rotation(entry)
    return Page(_user_rect(_visible_box(entry), rotation, placement), rotation)


def as_displayed(entry: Any, number: int, rect: Sequence[float]) -> Placement:
    """The other way: a rectangle in user space as a placement. `entry` is a page dictionary of either library."""
    left, bottom, right, top = _visible_box(entry)
    x0, x1, y0, y1 = min(rect[0], rect[2]), max(rect[0], rect[2]), min(rect[1], rect[3]), max(rect[1], rect[3])
    across, up = x1 - x0, y1 - y0
    return {
        0: Placement(number, x0 - left, top - y1, across, up),
        90: Placement(number, y0 - bottom, x0 - left, up, across),
        180: Placement(number, right - x1, y0 - bottom, across, up),
        270: Placement(number, top - y1, right - x1, up, across),
    }[_rotation(entry)]


def attach(writer: IncrementalPdfFileWriter, widget: Any, drawing: Drawing, where: Page) -> None:
    """Give a widget its appearance: the drawing as a form XObject, upright for the reader on a rotated page."""
    named = {font.name: font for font in (fonts.regular(), fonts.semibold())}
    faces = {name: embed(writer, named[name], used) for name, used in sorted(drawing.used.items())}
    matrix = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[where.rotation]
    form = stream(
        drawing.content,
        {
            "/Type": "XObject",
            "/Subtype": "Form",
            "/BBox": numbers(0, 0, drawing.width, drawing.height),
            "/Matrix": numbers(*matrix, 0, 0),
            "/Resources": dictionary(Font=dictionary(**faces)),
        },
        compressed=not drawing.has_hole,
    )
    widget["/AP"] = dictionary(N=writer.add_object(form))
    if where.rotation:
        widget["/MK"] = dictionary(R=where.rotation)


def _user_rect(
    box: tuple[float, float, float, float], rotation: int, place: Placement
) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    across, down = (right - left, top - bottom) if rotation in (0, 180) else (top - bottom, right - left)
    x, y, width, height = place.x, place.y, place.width, place.height
    if min(x, y) < -_TOLERANCE or x + width > across + _TOLERANCE or y + height > down + _TOLERANCE:
        raise BadPlacement("outside_page", f"page is {across:.0f} x {down:.0f} pt")
    if rotation == 90:
        return left + y, bottom + x, left + y + height, bottom + x + width
    if rotation == 180:
        return right - x - width, bottom + y, right - x, bottom + y + height
    if rotation == 270:
        return right - y - height, top - x - width, right - y, top - x
    return left + x, top - y - height, left + x + width, top - y


def _rotation(entry: Any) -> int:
    rotation = int(_inherited(entry, "/Rotate", 0)) % 360
    return rotation if rotation in (90, 180, 270) else 0


def _visible_box(entry: Any) -> tuple[float, float, float, float]:
    """CropBox within MediaBox, as viewers show it; a letter-size page where neither makes sense."""
    media = _box(_inherited(entry, "/MediaBox", None)) or _LETTER
    crop = _box(_inherited(entry, "/CropBox", None)) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def _box(value: Any) -> tuple[float, float, float, float] | None:
    if value is None or len(value) != 4:
        return None
    x0, y0, x1, y1 = (float(number) for number in value)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _inherited(entry: Any, key: str, default: Any) -> Any:
    for _ in range(_INHERITED_DEPTH):
        if key in entry:
            return entry[key]
        if "/Parent" not in entry:
            break
        entry = entry["/Parent"]
    return default
