"""Inside the child: how often a page paints its form XObjects, all nesting counted.

Ten forms that each paint the next ten times are a small file and a billion drawings: no reader ever ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from signing.errors import BadDocument

_MOST = 100_000  # drawings of forms on one page; a dense map has some thousands
_DEEPEST = 50
_PAINTED = re.compile(rb"/([^\s/<>\[\](){}%]+)\s+Do\b")


def check(pdf: pikepdf.Pdf) -> None:
    """Raises BadDocument(too_complex)."""
    known: dict[tuple[int, int], int] = {}
    for page in pdf.pages:
        if _weight(page.obj, known, 0) > _MOST:
            raise BadDocument("too_complex", "forms painted within forms")


def _weight(content: Object, known: dict[tuple[int, int], int], depth: int) -> int:
    """Drawings that one painting of this page or form causes."""
    if depth > _DEEPEST:
        return _MOST + 1
    if content.objgen in known:
        return known[content.objgen]
    known[content.objgen] = 0  # a form that paints itself is painted once, as readers do
    total, forms = 1, dict(_forms(content))
    painted = Counter(_painted(content)) if forms else {}
    for name in forms.keys() & painted.keys():
        total = min(total + painted[name] * _weight(forms[name], known, depth + 1), _MOST + 1)
    known[content.objgen] = total
    return total


def _forms(content: Object) -> Iterator[tuple[bytes, Object]]:
    resources = content.get("/Resources")
    for _ in range(_DEEPEST):  # a page inherits them
        if resources is not None or not isinstance(content.get("/Parent"), Dictionary):
            break
        content = content.Parent
        resources = content.get("/Resources")
    forms = resources.get("/XObject") if isinstance(resources, Dictionary) else None
    for key, value in forms.items() if isinstance(forms, Dictionary) else ():
        if isinstance(value, Stream) and value.get("/Subtype") == Name("/Form"):
            yield key[1:].encode(), value


def _painted(content: Object) -> list[bytes]:
    """Names of what it paints, as often as it does."""
    return [name for part in _parts(content) for name in _PAINTED.findall(part)]


def _parts(content: Object) -> Iterator[bytes]:
    streams: Any = [content] if isinstance(content, Stream) else content.get("/Contents", [])
    for stream in streams if isinstance(streams, (list, Array)) else [streams]:
        if isinstance(stream, Stream):
            try:
                yield stream.read_bytes()
            except pikepdf.PdfError:  # undecodable: nothing that a reader would paint
                continue
