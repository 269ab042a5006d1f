"""Inside the child: what the objects of a PDF hold that may not be signed, or should be known before it is.

Every object of the file is looked at, also those that no page uses: another reader, or the next revision, may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from signing.errors import BadDocument

# Against a cheap serialisation of each object; what is found is looked at properly. qpdf writes names canonically.
_WORTH_A_LOOK = re.compile(
    rb"/(?:JS|JavaScript|AA|OpenAction|XFA|EF|AF|EmbeddedFiles|Collection|OCProperties|OCG|Ref|OPI|Alternates|Annot|"
    rb"Subtype|S|Font|FFilter|FDecodeParms|F|AcroForm)\b"
)
_ACTIONS = {  # action types (ISO 32000-2, 12.6.4) that do more than go somewhere in the file or open a link on a click
    "/JavaScript": "script",
    "/Launch": "launch_action",
    "/GoToR": "launch_action",
    "/GoToE": "launch_action",
    "/ImportData": "launch_action",
    "/SubmitForm": "launch_action",
    "/ResetForm": "launch_action",
    "/Hide": "launch_action",
    "/SetOCGState": "optional_content",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
    "/RichMediaExecute": "media",
}
_ANNOTATIONS = {
    "/FileAttachment": "embedded_file",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/3D": "media",
    "/RichMedia": "media",
    "/Projection": "media",
}
_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/XFA": "xfa",
    "/EmbeddedFiles": "embedded_file",
    "/EF": "embedded_file",
    "/Collection": "embedded_file",
    "/OPI": "external_content",
    "/FFilter": "external_content",
    "/FDecodeParms": "external_content",
}
_HIDDEN, _PRINT, _NO_VIEW, _TOGGLE = 2, 4, 32, 256  # annotation flags, ISO 32000-2 table 167
_NOT_DRAWN = {"/Link", "/Popup", "/Widget", "/PrinterMark", "/TrapNet"}
_GRAVEST = (
    "script",
    "launch_action",
    "media",
    "xfa",
    "embedded_file",
    "external_content",
    "optional_content",
    "print_differs",
)


def check(pdf: pikepdf.Pdf) -> set[str]:
    """Look at all objects. -> warnings. Raises BadDocument with the gravest of the refusals found."""
    refusals: dict[str, str] = {}
    warnings: set[str] = set()
    for entry in pdf.objects:
        if isinstance(entry, (Dictionary, Array, Stream)) and _WORTH_A_LOOK.search(_serialised(entry)):
            for found in _dictionaries(entry):
                for code, detail in _refusals(found):
                    refusals.setdefault(code, f"{detail} in object {entry.objgen[0]}")
                warnings.update(_warnings(found))
    for code, detail in _of_root(pdf.Root):
        refusals.setdefault(code, detail)
    for code in _GRAVEST:
        if code in refusals:
            raise BadDocument(code, refusals[code])
    if "/OCProperties" in pdf.Root:
        warnings.add("optional_content")
    if any(kind not in ("", "/Sig") for kind, _ in _fields(pdf.Root)):
        warnings.add("forms")
    return warnings


def _serialised(entry: Object) -> bytes:
    return (entry.stream_dict if isinstance(entry, Stream) else entry).unparse(resolved=True)


def _dictionaries(entry: Object) -> Iterator[Object]:
    """The dictionaries in one object, without following references."""
    stack = [entry]
    while stack:
        found = stack.pop()
        if isinstance(found, Array):
            children = list(found)
        else:
            yield found
            children = [value for _, value in found.items()]
        stack += [child for child in children if isinstance(child, (Dictionary, Array)) and not child.is_indirect]


def _refusals(found: Object) -> Iterator[tuple[str, str]]:
    """What is wrong with one dictionary, where it stands does not matter."""
    for key, code in _KEYS.items():
        if key in found and not _is_nothing(found[key]):
            yield code, key
    if "/AA" in found and not _is_nothing(found["/AA"]):
        yield "launch_action", "/AA"
    if "/S" in found and found.get("/Type") in (None, Name("/Action")) and "/P" not in found:
        yield from _named(_ACTIONS, found["/S"])
    if found.get("/AF") is not None and not _is_nothing(found["/AF"]):
        yield "embedded_file", "/AF"
    if isinstance(found, Stream):
        yield from _of_stream(found)
    if "/Rect" in found and "/Subtype" in found:
        yield from _named(_ANNOTATIONS, found["/Subtype"])
        yield from _of_flags(found)
    if "/Alternates" in found:
        yield "print_differs", "/Alternates"


def _named(codes: Mapping[str, str], name: Object) -> Iterator[tuple[str, str]]:
    if isinstance(name, Name) and str(name) in codes:
        yield codes[str(name)], str(name)


def _of_stream(found: Object) -> Iterator[tuple[str, str]]:
    if "/F" in found:
        yield "external_content", "/F of a stream"
    if found.get("/Subtype") == Name("/Form") and "/Ref" in found:
        yield "external_content", "reference XObject"
    if found.get("/Subtype") == Name("/PS") or found.get("/Subtype2") == Name("/PS"):
        yield "script", "PostScript XObject"


def _of_flags(found: Object) -> Iterator[tuple[str, str]]:
    """An annotation that prints but does not show (or comes and goes) makes paper and screen differ."""
    flags = _number(found.get("/F", 0))
    if str(found["/Subtype"]) in {"/Link", "/Popup"} or flags & _HIDDEN:
        return
    if (flags & _NO_VIEW and flags & _PRINT) or flags & _TOGGLE:
        yield "print_differs", f"annotation flags {flags}"


def _warnings(found: Object) -> Iterator[str]:
    if "/Rect" in found and "/Subtype" in found and str(found["/Subtype"]) not in _NOT_DRAWN:
        yield "annotations"
    if found.get("/S") == Name("/URI") and "/URI" in found:
        yield "links"
    if found.get("/Type") == Name("/Font") and "/BaseFont" in found and _needs_file(found):
        yield "non_embedded_fonts"


def _needs_file(font: Object) -> bool:
    if font.get("/Subtype") in (Name("/Type0"), Name("/Type3")):
        return False
    descriptor = font.get("/FontDescriptor")
    return not isinstance(descriptor, Dictionary) or not any(
        key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
    )


def _of_root(root: Object) -> Iterator[tuple[str, str]]:
    action = root.get("/OpenAction")
    if isinstance(action, Dictionary) and str(action.get("/S", "/GoTo")) != "/GoTo":
        yield "launch_action", f"/OpenAction {action.get('/S')}"
    layers = root.get("/OCProperties")
    if isinstance(layers, Dictionary) and _may_change(layers):
        yield "optional_content", "layers that are hidden or differ between screen and paper"


def _may_change(layers: Object) -> bool:
    """Whether any layer is not simply on, or would be off in some event (ISO 32000-2, 8.11.4)."""
    if len(layers.get("/Configs", ())):
        return True
    config = layers.get("/D")
    if not isinstance(config, Dictionary):
        return False
    if str(config.get("/BaseState", "/ON")) != "/ON" or len(config.get("/OFF", ())):
        return True
    return any(_off_sometimes(event) for event in config.get("/AS", ()))


def _off_sometimes(event: Object) -> bool:
    for category in event.get("/Category", ()):
        for layer in event.get("/OCGs", ()):
            usage = _entry(_entry(layer, "/Usage"), str(category))
            state = str(_entry(usage, f"{category}State") or "/ON")
            if state != "/ON" or str(category) not in ("/View", "/Print", "/Export"):
                return True
    return False


def _entry(found: Any, key: str) -> Any:
    return found.get(key) if isinstance(found, Dictionary) else None


def signatures(pdf: pikepdf.Pdf) -> int:
    """Signature fields that are filled."""
    return sum(kind == "/Sig" and filled for kind, filled in _fields(pdf.Root))


def _fields(root: Object) -> Iterator[tuple[str, bool]]:
    """(type, whether it has a value) of every field, types inherited; "" for a node that only holds others."""
    form = root.get("/AcroForm")
    waiting = [(field, "") for field in form.get("/Fields", ())] if isinstance(form, Dictionary) else []
    seen = set()
    while waiting:
        field, kind = waiting.pop()
        if not isinstance(field, Dictionary) or field.objgen in seen:
            continue
        seen |= {field.objgen} if field.is_indirect else set()
        kind = str(field.get("/FT", kind))
        yield kind, not _is_nothing(field.get("/V"))
        waiting += [(child, kind) for child in field.get("/Kids", ())]


def _is_nothing(value: Any) -> bool:
    if isinstance(value, (Array, Dictionary)) and not isinstance(value, Stream):
        return not len(value)
    return value is None


def _number(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
