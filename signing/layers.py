"""Inside the child: optional content (ISO 32000-2, 8.11), judged, and flattened to what a reader shows on opening.

A layer can be switched by anybody at any time, so no signed letter has any: what is shown becomes plain content, what
is hidden leaves the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Object, Operator, Stream

from signing.parts import entries, value_of

_DEPTH = 20  # of a visibility expression
_AFTER = {"'": "T*", '"': "T*"}  # what such an operator does besides painting
_PAINTS = {"Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"}
_PATHS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"}


def state(properties: Object) -> tuple[str, str]:
    """(code, detail): layers (all on, always), optional_content (some hidden), or print_differs."""
    config = properties.get("/D")
    for event in entries(config, "/AS"):
        for category in entries(event, "/Category"):
            if str(category) not in ("/View", "/Print", "/Export"):
                return "print_differs", f"layers that follow {category}"
    if hidden(properties, "View") != hidden(properties, "Print"):
        return "print_differs", "layers that differ between screen and paper"
    if hidden(properties, "View") or entries(properties, "/Configs"):
        return "optional_content", "hidden layers"
    return "layers", "layers"


def hidden(properties: Object, category: str) -> set[tuple[int, int]]:
    """Object numbers of the groups that are off when a file is opened for View or Print."""
    config = properties.get("/D")
    groups = [group for group in entries(properties, "/OCGs") if isinstance(group, Dictionary)]
    off = {group.objgen for group in entries(config, "/OFF")}
    if str(value_of(config, "/BaseState") or "/ON") == "/OFF":
        off |= {group.objgen for group in groups} - {group.objgen for group in entries(config, "/ON")}
    for event in entries(config, "/AS"):
        if f"/{category}" in {str(name) for name in entries(event, "/Category")}:
            for group in entries(event, "/OCGs"):
                wanted = value_of(value_of(value_of(group, "/Usage"), f"/{category}"), f"/{category}State")
                off = off - {group.objgen} if str(wanted or "") == "/ON" else off
                off = off | {group.objgen} if str(wanted or "") == "/OFF" else off
    return off


def flatten(pdf: pikepdf.Pdf) -> bool:
    """Make what is shown plain content and remove what is hidden. -> whether anything had to be done"""
    if "/OCProperties" not in pdf.Root:
        return False
    off = hidden(pdf.Root.OCProperties, "View")
    for page in pdf.pages:
        _flatten_annotations(page.obj, off)
        if _mentions(page.obj):
            page.obj.Contents = pdf.make_stream(_rewritten(page.obj, page.obj.get("/Resources"), off))
    for entry in list(pdf.objects):
        if isinstance(entry, Stream):
            _flatten_stream(entry, off)
    del pdf.Root["/OCProperties"]
    return True


def _flatten_stream(entry: Object, off: set[tuple[int, int]]) -> None:
    """A form, pattern or image: emptied where it is hidden, else without its membership."""
    if "/OC" in entry and not _is_shown(entry["/OC"], off):
        if entry.get("/Subtype") == Name("/Image"):
            entry.write(b"\xff")
            for key in set(entry.keys()) - {"/Type", "/Subtype", "/Length"}:
                del entry[key]
            entry.Width, entry.Height, entry.ImageMask, entry.BitsPerComponent = 1, 1, True, 1
            entry.Decode = Array([0, 1])  # 1: nothing is painted
        else:
            entry.write(b"")
    elif _is_content(entry) and b"/OC" in entry.read_bytes():
        entry.write(_rewritten(entry, entry.get("/Resources"), off))
    if "/OC" in entry:
        del entry["/OC"]


def _is_content(entry: Object) -> bool:
    return entry.get("/Subtype") == Name("/Form") or entry.get("/PatternType") == 1


def _mentions(page: Object) -> bool:
    contents = page.get("/Contents")
    parts = list(contents) if isinstance(contents, Array) else [contents]
    return any(isinstance(part, Stream) and b"/OC" in part.read_bytes() for part in parts)


def _flatten_annotations(page: Object, off: set[tuple[int, int]]) -> None:
    if not isinstance(page.get("/Annots"), Array):
        return
    kept = [entry for entry in page.Annots if "/OC" not in entry or _is_shown(entry["/OC"], off)]
    for entry in kept:
        if "/OC" in entry:
            del entry["/OC"]
    page.Annots = Array(kept)


def _rewritten(content: Object, resources: Any, off: set[tuple[int, int]]) -> bytes:
    """The content without marks of membership and without what hidden ones paint; the graphics state goes on."""
    known = value_of(resources, "/Properties")
    marks: list[str] = []  # of each open mark: "other", "shown" or "hidden"
    kept = []
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            marks.append(_mark(instruction, known, off))
        if operator in ("BDC", "BMC", "EMC"):
            is_ours = bool(marks) and marks[-1] != "other"
            if operator == "EMC" and marks:
                marks.pop()
            kept += [] if is_ours else [instruction]
        else:
            kept += list(_unpainted(instruction, operator)) if "hidden" in marks else [instruction]
    return pikepdf.unparse_content_stream(kept)


def _mark(instruction: Any, known: Any, off: set[tuple[int, int]]) -> str:
    operands = instruction.operands
    if len(operands) != 2 or operands[0] != Name("/OC"):
        return "other"
    membership = value_of(known, operands[1]) if isinstance(operands[1], Name) else operands[1]
    return "shown" if _is_shown(membership, off) else "hidden"


def _unpainted(instruction: Any, operator: str) -> Iterator[Any]:
    """What is left of an instruction that must paint nothing."""
    if operator in _PATHS:
        yield ContentStreamInstruction([], Operator("n"))
    elif operator in _AFTER:
        yield ContentStreamInstruction([], Operator(_AFTER[operator]))
    elif operator not in _PAINTS:
        yield instruction


def _is_shown(membership: Any, off: set[tuple[int, int]]) -> bool:
    """Whether a group is on, or a membership dictionary says shown (8.11.2.2)."""
    if not isinstance(membership, Dictionary):
        return True
    if membership.get("/Type") != Name("/OCMD"):
        return membership.objgen not in off
    if isinstance(membership.get("/VE"), Array):
        return _holds(membership.VE, off, _DEPTH)
    groups = membership.get("/OCGs")
    on = [group.objgen not in off for group in (groups if isinstance(groups, Array) else [groups]) if group is not None]
    policy = str(membership.get("/P", "/AnyOn"))
    answers = {"/AllOn": all(on), "/AnyOff": not all(on), "/AllOff": not any(on)}
    return answers.get(policy, any(on)) if on else True


def _holds(expression: Any, off: set[tuple[int, int]], depth: int) -> bool:
    """A visibility expression: [/And ...], [/Or ...], [/Not ...] or a group."""
    if not isinstance(expression, Array):
        return _is_shown(expression, off)
    if depth == 0 or not len(expression):
        return True
    values = [_holds(entry, off, depth - 1) for entry in list(expression)[1:]]
    return {"/And": all(values), "/Or": any(values), "/Not": not any(values)}.get(str(expression[0]), True)
