"""What a revision of a file shows, as digests that two revisions can be compared by, whatever the object numbers.

Streams count as they are stored, so nothing is unpacked and no bomb goes off. What points upwards or to another page
is left out, so the walk ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf

_UPWARDS = {"/Parent", "/P", "/StructParent", "/StructParents", "/Popup", "/IRT"}
_UNSHOWN = {"/Annots", "/LastModified", "/Metadata", "/PieceInfo", "/Tabs", "/Thumb", "/B"}  # of a page
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_COMPARED_ELSEWHERE = {"/AcroForm", "/DSS", "/Pages"}
_MOST_FIELDS = 20_000
_DEPTH = 100


@dataclass(frozen=True)
class Field:
    """A form field: its kind ("/Sig", "/Tx", ...), a digest of its value, and of a signature its type."""

    kind: str
    value: str
    signature_type: str = ""


@dataclass(frozen=True)
class Mark:
    """An annotation on a page; a widget names its field. `is_seen`: it has an area and something to draw in it."""

    digest: str
    subtype: str
    field: str
    is_seen: bool


@dataclass(frozen=True)
class Snapshot:
    """One revision. Pages count from 0 here; catalogue entries as written, since pyHanko follows them."""

    pages: tuple[str, ...]
    marks: tuple[frozenset[Mark], ...]
    fields: dict[str, Field]
    catalog: dict[str, str]
    evidence: str
    xfa: str


def take(pdf: bytes) -> Snapshot:
    """Read a whole file or one cut off at the end of a revision. Raises what pikepdf raises."""
    with pikepdf.open(BytesIO(pdf)) as document:
        digests = _Digests()
        root, pages = document.Root, [page.obj for page in document.pages]
        nodes = list(_nodes(root))
        owners = {node.objgen: name for node, name in nodes if node.is_indirect}
        return Snapshot(
            pages=tuple(digests.page(page) for page in pages),
            marks=tuple(frozenset(_marks(page, owners, digests)) for page in pages),
            fields=dict(_fields(nodes, digests)),
            catalog={key: root[key].unparse() for key in dict(root.items()) if key not in _COMPARED_ELSEWHERE},
            evidence=digests.of(root.get("/DSS")),
            xfa=digests.of(root.AcroForm.get("/XFA")) if "/AcroForm" in root else "",
        )


class _Digests:
    """Digests of the objects of one document; indirect ones are looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], str] = {}

    def of(self, value: Any, depth: int = 0) -> str:
        if not isinstance(value, pikepdf.Object):
            return _hash("plain", repr(value))
        key = value.objgen if value.is_indirect else None
        if key is None:
            return self._walk(value, depth)
        if key not in self._known:
            self._known[key] = "seen before"  # a cycle ends here
            self._known[key] = self._walk(value, depth)
        return self._known[key]

    def page(self, page: Any) -> str:
        own = [(key, self.of(page[key])) for key in sorted(page.keys()) if key not in _UNSHOWN | _UPWARDS]
        return _hash("page", *own, *((key, self.of(inherited(page, key))) for key in _INHERITED))

    def _walk(self, value: Any, depth: int) -> str:
        if depth > _DEPTH:
            raise RecursionError("objects nested too deeply")
        if isinstance(value, pikepdf.Array):
            return _hash("array", *(self.of(entry, depth + 1) for entry in value))
        if isinstance(value, pikepdf.Stream):
            raw = sha256(value.read_raw_bytes()).hexdigest()
            return _hash("stream", raw, *self._entries(value, depth, {"/Length"}))
        if isinstance(value, pikepdf.Dictionary):
            is_page = value.get("/Type") == "/Page"
            return _hash("a page") if is_page else _hash("dictionary", *self._entries(value, depth, set()))
        return _hash("scalar", value.unparse())

    def _entries(self, value: Any, depth: int, without: set[str]) -> Iterator[tuple[str, str]]:
        for key in sorted(value.keys()):
            if key not in _UPWARDS and key not in without:
                yield key, self.of(value[key], depth + 1)


def inherited(node: Any, key: str) -> Any:
    """An entry of a page or a field, or of the nearest one above that has it; None where none has."""
    for _ in range(_DEPTH):
        if key in node:
            return node[key]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    return None


def _marks(page: Any, owners: dict[tuple[int, int], str], digests: _Digests) -> Iterator[Mark]:
    for annotation in page.get("/Annots", ()):
        if not isinstance(annotation, pikepdf.Dictionary):
            continue
        subtype = str(annotation.get("/Subtype", ""))
        rect = [float(edge) for edge in annotation.get("/Rect", ())]
        has_area = len(rect) == 4 and rect[0] != rect[2] and rect[1] != rect[3]
        name = owners.get(annotation.objgen, "") if subtype == "/Widget" else ""
        yield Mark(digests.of(annotation), subtype, name, has_area and "/AP" in annotation)


def _nodes(root: Any) -> Iterator[tuple[Any, str]]:
    """Every field and every widget of one, with the full name of the field; widgets need not name their parent."""
    waiting = [(entry, "") for entry in root.get("/AcroForm", {}).get("/Fields", ())]
    for _ in range(_MOST_FIELDS):
        if not waiting:
            return
        entry, above = waiting.pop()
        name = ".".join(filter(None, (above, str(entry["/T"]) if "/T" in entry else "")))
        yield entry, name
        waiting += [(kid, name) for kid in entry.get("/Kids", ())]
    raise RecursionError("too many form fields")


def _fields(nodes: list[tuple[Any, str]], digests: _Digests) -> Iterator[tuple[str, Field]]:
    for entry, name in nodes:
        if "/FT" in entry or "/V" in entry:
            value, kind = entry.get("/V"), str(inherited(entry, "/FT"))
            filled = kind == "/Sig" and isinstance(value, pikepdf.Dictionary)
            yield name, Field(kind, digests.of(value), str(value.get("/Type", "/Sig")) if filled else "")


def _hash(*parts: Any) -> str:
    return sha256(repr(parts).encode()).hexdigest()


NO_VALUE = _hash("plain", repr(None))
