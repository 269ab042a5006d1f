"""Whether a mark added after a signature stands over what was signed (the "sneaky signature" attack).

A later signature field is a permitted change, but its appearance is opaque and may say anything. A mark is fine on
empty paper, on a tag or a dotted line in the text that was put there for it. On a page that is a picture, a scan, any
drawing under it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import appearances
from signing.child import Allowance, call
from signing.parts import entries, value_of
from signing.places import Placement
from signing.verdicts import Problem, ProblemCode

_TAGS = re.compile(r"\$\{[^}\s]{1,40}\}|\[[^\]\s]{1,40}\]|\$\w{1,40}|[#$~^]|[._…\-]{3,}")
_EDGE = 0.05  # share of an earlier mark that a later one may touch
_DIRT = 0.01  # share of a box that a scanner's specks may blacken
_MOST = 200
_LOOK = Allowance(seconds=20, patience=40.0)


def problems(pdf: bytes, signatures: Sequence[EmbeddedPdfSignature]) -> list[Problem]:
    """COVERED for each signature over whose text a later revision put a widget, the first page of it named."""
    found = []
    for signature in signatures:
        _, _, start, rest = (int(number) for number in signature.byte_range)
        if start + rest >= len(pdf):
            continue
        signed = pdf[: start + rest]
        for placement in _covering(signed, list(_new_widgets(signed, pdf))):
            detail = f"a later mark on page {placement.page} covers signed text"
            found.append(Problem(ProblemCode.COVERED, detail, signature.field_name, (placement.page,)))
            break
    return found


def hides(pdf: bytes, places: Sequence[Placement]) -> bool:
    """Whether a mark put there after `pdf` was signed would count as covering what was signed."""
    return next(_covering(pdf, [(place, False) for place in places]), None) is not None


def _covering(signed: bytes, found: list[tuple[Placement, bool]]) -> Iterator[Placement]:
    places = [place for place, _ in found]
    yield from (place for place, on_a_mark in found if on_a_mark)
    if len(places) > _MOST:  # nobody signs that often; looking at each would only take time
        yield places[0]
    if not 0 < len(places) <= _MOST:
        return
    places.sort(key=lambda place: place.page)
    values = call("underneath", signed, {"places": [asdict(place) for place in places]}, _LOOK).values
    for place, under in zip(places, values, strict=False):
        has_text = bool(_TAGS.sub("", str(under["text"])).strip())
        if has_text or (under["is_picture"] and float(under["ink"]) > _DIRT):
            yield place


def _new_widgets(before: bytes, after: bytes) -> Iterator[tuple[Placement, bool]]:
    """What a later revision put on the pages, and whether it lies on a mark that was there."""
    known = dict(_widgets(before))
    for identity, placement in _widgets(after):
        if identity not in known:
            others = [there for which, there in known.items() if which[:1] != identity[:1]]
            yield placement, any(_covers(placement, there) for there in others)


def _covers(new: Placement, old: Placement) -> bool:
    """More than an edge of it."""
    across = min(new.x + new.width, old.x + old.width) - max(new.x, old.x)
    down = min(new.y + new.height, old.y + old.height) - max(new.y, old.y)
    return new.page == old.page and across > 0 < down and across * down > _EDGE * old.width * old.height


def _widgets(pdf: bytes) -> Iterator[tuple[tuple[Any, ...], Placement]]:
    """Every visible annotation with an identity (object, page, rectangle, appearance) and where it is displayed.

    The appearance, since a field may lie over text from the start and be filled with something opaque later.
    """
    with pikepdf.open(BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, 1):
            for annotation in entries(page.obj, "/Annots"):
                rect = [float(edge) for edge in entries(annotation, "/Rect")]
                if len(rect) != 4 or rect[0] == rect[2] or rect[1] == rect[3]:
                    continue
                look = value_of(annotation.get("/AP"), "/N")
                seen = look.objgen if isinstance(look, pikepdf.Object) else None
                yield (annotation.objgen, number, *rect, seen), appearances.as_displayed(page.obj, number, rect)
