"""Inside the child: what the objects of a PDF hold that may not be signed, or should be known before it is.

Every object of the file is looked at, also those that no page uses: another reader, or the next revision, may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from signing import layers
from signing.findings import Findings
from signing.parts import entries, text_of

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
    "/ResetForm": "actions",  # of a field that will not be one any more
    "/Hide": "actions",
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
    "/AA": "actions",
    "/EmbeddedFiles": "embedded_file",
    "/EF": "embedded_file",
    "/AF": "embedded_file",
    "/Collection": "embedded_file",
    "/OPI": "external_content",
    "/FFilter": "external_content",
    "/FDecodeParms": "external_content",
}
# A script that reaches for anything beyond its own form is no form's arithmetic: such a file is refused, not cleaned.
_REACHING = re.compile(
    rb"(?:launchURL|getURL)\s*\(\s*(?:[\"'{]|encodeURI)|submitForm|mailMsg|mailDoc|mailForm|openDoc|newDoc|importDataObject|"
    rb"exportDataObject|"
    rb"exportAs|importAn|importText|importXFA|createDataObject|addWebLink|media\.|SOAP|Net\.|ADBC|Collab\.|"
    rb"XMLHttpRequest|fetch\(|unescape\(|eval\(|fromCharCode"
)
_LONGEST_SCRIPT, _LONGEST_CHAIN = 1_000_000, 1_000
_HIDDEN, _PRINT, _NO_VIEW, _TOGGLE = 2, 4, 32, 256  # annotation flags, ISO 32000-2 table 167
_PAINTING = {
    "/FreeText", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Line", "/Stamp", "/Ink", "/Redact", "/Watermark",
}  # fmt: skip
_NOT_DRAWN = {"/Link", "/Popup", "/Widget", "/PrinterMark", "/TrapNet"}


def check(pdf: pikepdf.Pdf) -> Findings:
    """Look at all objects."""
    found = Findings(signatures=signatures(pdf))
    for entry in pdf.objects:
        if isinstance(entry, (Dictionary, Array, Stream)) and _WORTH_A_LOOK.search(_serialised(entry)):
            for part in dictionaries(entry):
                for code, detail in _refusals(part):
                    found.add(code, f"{detail} in object {entry.objgen[0]}")
                found.warnings.update(_warnings(part))
    for code, detail in _of_root(pdf.Root):
        found.add(code, detail)
    if "/OCProperties" in pdf.Root:
        found.warnings.add("optional_content")
    if _has_shadows(pdf):
        found.add("shadow", "pages or catalogues that are not shown")
    kinds = [kind for kind, filled in _fields(pdf.Root) if kind and not (kind == "/Sig" and filled)]
    # Also an empty place for a signature: whatever is put there later may cover the text.
    if kinds or _is_malformed(pdf.Root.get("/AcroForm")):
        found.add("forms", "/AcroForm")
    found.warnings |= {"forms"} if set(kinds) - {"/Sig"} else set()
    return found


def _is_malformed(form: Any) -> bool:
    """A form that readers pass over; a signature's field could not be added to it."""
    return form is not None and not (isinstance(form, Dictionary) and isinstance(form.get("/Fields", Array()), Array))


def _has_shadows(pdf: pikepdf.Pdf) -> bool:
    """Whether pages or a catalogue lie in the file that a later revision would only have to bring to light."""
    shown = {page.obj.objgen for page in pdf.pages} | {pdf.Root.objgen}
    return any(
        isinstance(entry, Dictionary)
        and entry.get("/Type") in (Name("/Page"), Name("/Catalog"))
        and entry.objgen not in shown
        for entry in pdf.objects
    )


def _serialised(entry: Object) -> bytes:
    return (entry.stream_dict if isinstance(entry, Stream) else entry).unparse(resolved=True)


def dictionaries(entry: Object) -> Iterator[Object]:
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
    if "/JS" in found and _reaches(found["/JS"]):
        yield "reaching_script", "/JS"
    if "/AA" in found and isinstance(found["/AA"], Dictionary):
        for _, action in found["/AA"].items():
            yield from _unasked(action)
    if "/S" in found and found.get("/Type") in (None, Name("/Action")) and "/P" not in found:
        yield from _named(_ACTIONS, found["/S"])
    if isinstance(found, Stream):
        yield from _of_stream(found)
    if "/Rect" in found and "/Subtype" in found:
        yield from _of_annotation(found)
    if "/Alternates" in found:
        yield "print_differs", "/Alternates"


def _of_annotation(found: Object) -> Iterator[tuple[str, str]]:
    yield from _named(_ANNOTATIONS, found["/Subtype"])
    yield from _of_flags(found)
    if found["/Subtype"] == Name("/Widget"):
        yield "forms", "/Widget"
    if draws_over(found):
        yield "annotations", text_of(found["/Subtype"])


def _reaches(script: Object) -> bool:
    """Whether a script speaks of other files, programs or addresses, or hides what it speaks of."""
    if isinstance(script, Stream):
        text = script.read_bytes()[:_LONGEST_SCRIPT]
    else:
        text = str(script).encode("utf-8", "replace") if isinstance(script, pikepdf.String) else b""
    return bool(_REACHING.search(text.replace(b"\0", b"")))


def _unasked(action: Any) -> Iterator[tuple[str, str]]:
    """An action that runs without a click and opens something, also as the next of others."""
    waiting, seen = [action], 0
    while waiting and seen < _LONGEST_CHAIN:
        action, seen = waiting.pop(), seen + 1
        if isinstance(action, Dictionary):
            if action.get("/S") == Name("/URI"):
                yield "launch_action", "/URI without a click"
            waiting.append(action.get("/Next"))
        elif isinstance(action, Array):
            waiting += list(action)


def _named(codes: Mapping[str, str], name: Object) -> Iterator[tuple[str, str]]:
    if isinstance(name, Name) and text_of(name) in codes:
        yield codes[text_of(name)], text_of(name)


def _of_stream(found: Object) -> Iterator[tuple[str, str]]:
    if "/F" in found:
        yield "external_content", "/F of a stream"
    if found.get("/Subtype") == Name("/Form") and "/Ref" in found:
        yield "external_content", "reference XObject"
    if found.get("/Subtype") == Name("/PS") or found.get("/Subtype2") == Name("/PS"):
        yield "script", "PostScript XObject"


def draws_over(annotation: Object) -> bool:
    """Whether an annotation paints over the page something of its own, which any reader could move or take away."""
    return text_of(annotation.get("/Subtype", "")) in _PAINTING and "/AP" in annotation


def _of_flags(found: Object) -> Iterator[tuple[str, str]]:
    """An annotation that prints but does not show (or comes and goes) makes paper and screen differ."""
    flags = _number(found.get("/F", 0))
    if text_of(found["/Subtype"]) in {"/Link", "/Popup"} or flags & _HIDDEN:
        return
    if (flags & _NO_VIEW and flags & _PRINT) or flags & _TOGGLE:
        yield "print_differs", f"annotation flags {flags}"


def _warnings(found: Object) -> Iterator[str]:
    if "/Rect" in found and "/Subtype" in found and text_of(found["/Subtype"]) not in _NOT_DRAWN:
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
    if isinstance(action, Dictionary) and (kind := text_of(action.get("/S", "/GoTo"))) != "/GoTo":
        yield "actions", f"/OpenAction {kind}"
    yield from _unasked(action)
    if root.get("/NeedsRendering") is True or _is_only_xfa(root.get("/AcroForm")):
        yield "xfa_only", "its pages are made by the form's program when it is opened"
    elif isinstance(root.get("/AcroForm"), Dictionary) and "/XFA" in root.AcroForm:
        yield "xfa", "/XFA beside a form that every reader can show"
    rights = root.get("/Perms")
    if isinstance(rights, Dictionary) and any(key in rights for key in ("/UR", "/UR3")):
        yield "usage_rights", "/Perms"
    if isinstance(root.get("/OCProperties"), Dictionary):
        yield layers.state(root.OCProperties)


def _is_only_xfa(form: Any) -> bool:
    return isinstance(form, Dictionary) and "/XFA" in form and not entries(form, "/Fields")


def signatures(pdf: pikepdf.Pdf) -> int:
    """Signature fields that are filled."""
    return sum(kind == "/Sig" and filled for kind, filled in _fields(pdf.Root))


def _fields(root: Object) -> Iterator[tuple[str, bool]]:
    """(type, whether it has a value) of every field, types inherited; "" for a node that only holds others."""
    waiting = [(field, "") for field in entries(root.get("/AcroForm"), "/Fields")]
    seen = set()
    while waiting:
        field, kind = waiting.pop()
        if not isinstance(field, Dictionary) or field.objgen in seen:
            continue
        seen |= {field.objgen} if field.is_indirect else set()
        kind = text_of(field.get("/FT", kind))
        yield kind, not _is_nothing(field.get("/V"))
        waiting += [(child, kind) for child in entries(field, "/Kids")]


def _is_nothing(value: Any) -> bool:
    if isinstance(value, (Array, Dictionary)) and not isinstance(value, Stream):
        return not len(value)
    return value is None


def _number(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
