"""Inside the child: takes out of a PDF what acts or lies hidden in it. What is left is judged anew by structure.py.

Only what may be taken away without changing what the pages show; the rest is refused there and never comes here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from signing import structure
from signing.parts import text_of

_REMOVABLE = {"/JavaScript", "/ResetForm", "/Hide", "/SetOCGState"}
_HARMLESS = {"/GoTo", "/URI", "/Named", "/Thread"}
_FILES = ("/EF", "/AF", "/Collection")


def neutralise(pdf: pikepdf.Pdf) -> set[str]:
    """Remove scripts, actions, embedded files, XFA and usage rights. -> what was found, codes of structure"""
    found = _of_root(pdf.Root)
    for entry in list(pdf.objects):
        if isinstance(entry, (Dictionary, Array)):
            for part in structure.dictionaries(entry):
                found |= set(_actions(part)) | set(_embedded(part))
    return found


def _of_root(root: Object) -> set[str]:
    found = set()
    names, form, rights = root.get("/Names"), root.get("/AcroForm"), root.get("/Perms")
    if isinstance(names, Dictionary):
        for key, code in (("/JavaScript", "script"), ("/EmbeddedFiles", "embedded_file")):
            if key in names:
                del names[key]
                found.add(code)
    if isinstance(form, Dictionary) and "/XFA" in form:
        del form["/XFA"]
        found.add("xfa")
    if isinstance(rights, Dictionary) and any(key in rights for key in ("/UR", "/UR3")):
        del root["/Perms"]  # an Adobe reader's licence, void as soon as anything is signed
        found.add("usage_rights")
    if isinstance(root.get("/OpenAction"), Dictionary) and _kind(root.OpenAction) != "/GoTo":
        found.add("script" if _kind(root.OpenAction) == "/JavaScript" else "actions")
        del root["/OpenAction"]
    return found


def _actions(part: Object) -> Iterator[str]:
    if "/AA" in part:
        del part["/AA"]
        yield "actions"
    for key in [key for key, value in part.items() if _kind(value) in _REMOVABLE]:
        yield "script" if _kind(part[key]) == "/JavaScript" else "actions"
        del part[key]
    if _kind(part) in _HARMLESS | _REMOVABLE and "/Next" in part:  # also of what is no longer reached
        del part["/Next"]
        yield "actions"
    if "/JS" in part:
        del part["/JS"]
        yield "script"


def _kind(value: Any) -> str:
    return text_of(value.get("/S", "/GoTo")) if isinstance(value, Dictionary) and _is_action(value) else ""


def _is_action(value: Object) -> bool:
    return isinstance(value.get("/S"), Name) and value.get("/Type") in (None, Name("/Action")) and "/P" not in value


def _embedded(part: Object) -> Iterator[str]:
    for key in _FILES:
        if key in part:
            del part[key]
            yield "embedded_file"
    annotations = part.get("/Annots")
    if isinstance(annotations, Array):
        kept = [entry for entry in annotations if not _holds_file(entry)]
        if len(kept) < len(annotations):
            part.Annots = Array(kept)
            yield "embedded_file"


def _holds_file(annotation: Any) -> bool:
    return isinstance(annotation, Dictionary) and annotation.get("/Subtype") == Name("/FileAttachment")
