"""Whether a mark added after a signature stands over text that was signed (the "sneaky signature" attack).

A later signature field is a permitted change, but its appearance is opaque and may say anything. A mark is fine on
empty paper and on a tag in the text that was put there for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from signing import appearances
from signing.places import Placement, overlap
from signing.verdicts import Problem, ProblemCode

_TAGS = re.compile(r"\$\{[^}\s]{1,40}\}|\[[^\]\s]{1,40}\]|\$\w{1,40}|[#$~^]")


def problems(pdf: bytes, signatures: Sequence[EmbeddedPdfSignature]) -> list[Problem]:
    """COVERED for each signature over whose text a later revision put a widget. Renders nothing; reads text."""
    found = []
    for signature in signatures[:-1]:
        _, _, start, rest = (int(number) for number in signature.byte_range)
        signed = pdf[: start + rest]
        for placement in _new_widgets(signed, pdf):
            covered = _TAGS.sub("", overlap(signed, placement).text).strip()
            if covered:
                found.append(
                    Problem(
                        ProblemCode.COVERED,
                        f"a later mark on page {placement.page} covers signed text",
                        signature.field_name,
                    )
                )
                break
    return found


def _new_widgets(before: bytes, after: bytes) -> Iterator[Placement]:
    known = {identity for identity, _ in _widgets(before)}
    yield from (placement for identity, placement in _widgets(after) if identity not in known)


def _widgets(pdf: bytes) -> Iterator[tuple[tuple[Any, ...], Placement]]:
    """Every visible annotation with an identity (object, page, rectangle) and where it stands as displayed."""
    with pikepdf.open(BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, 1):
            for annotation in page.obj.get("/Annots", ()):
                rect = [float(edge) for edge in annotation.get("/Rect", ())]
                if len(rect) != 4 or rect[0] == rect[2] or rect[1] == rect[3]:
                    continue
                yield (annotation.objgen, number, *rect), appearances.as_displayed(page.obj, number, rect)
