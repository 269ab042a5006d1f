"""Several signers of one file: a place for each of them from the start, filled by an update of its own in his turn.

After a certifying signature with DocMDP P=2 no field may come that is seen (pyHanko's policy; ISO 32000-2, 12.8.2.2),
but one that was there may be signed. So the first preparation lays down the fields of all signers, each with an empty
appearance (PDF/A wants one), and in the structure of a tagged file, which nobody may change later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from signing import appearances, stamps, tagging
from signing.errors import BadDocument, BadPlacement
from signing.objects import numbers, stream
from signing.places import Placement
from signing.stamps import Stamp


@dataclass(frozen=True)
class Turn:
    """Where somebody signs, and what his mark says."""

    field: str
    stamp: Stamp
    placement: Placement


def reserve(writer: IncrementalPdfFileWriter, turns: Sequence[Turn]) -> None:
    """An empty field for each of these. Raises BadPlacement (as appearances.page; too_small for its mark)."""
    for turn in turns:
        page = appearances.page(writer, turn.placement)
        stamps.draw(turn.stamp, turn.placement.width, turn.placement.height)  # what will not fit is told now
        spec = SigFieldSpec(
            turn.field, on_page=turn.placement.page - 1, box=page.rect, readable_field_name=turn.stamp.text
        )
        append_signature_field(writer, spec)
        field = empty_field(writer, turn.field)
        widget = field.get_object()
        widget["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(_nothing(turn.placement))})
        widget["/Contents"] = generic.TextStringObject(turn.stamp.text)
        tagging.tag(writer, field, turn.stamp.text)


def empty_field(writer: IncrementalPdfFileWriter, name: str) -> generic.Reference:
    """The field of this name that nobody has signed. Raises BadDocument(no_such_field)."""
    for entry in writer.root["/AcroForm"]["/Fields"]:
        field = entry.get_object()
        if str(field.get("/T", "")) == name and field.get("/FT") == "/Sig" and "/V" not in field:
            return entry.reference
    raise BadDocument("no_such_field", name)


def require_apart(placements: Sequence[Placement]) -> None:
    """Raises BadPlacement(overlapping): a later mark over an earlier one would hide it."""
    for one, other in combinations(placements, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        if one.page == other.page and across > 0 and down > 0:
            raise BadPlacement("overlapping", f"page {one.page}")


def _nothing(placement: Placement) -> generic.StreamObject:
    box = numbers(0, 0, placement.width, placement.height)
    return stream(b"", {"/Type": "XObject", "/Subtype": "Form", "/BBox": box}, compressed=False)
