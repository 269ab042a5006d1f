"""What an incremental update may have changed when it is to add one invisible signature and nothing that can be seen.

Object by object: whatever the earlier file defined must stay as it was, but for the few places where a signature field
is entered. More tolerant than pyHanko's policy where producers differ (default fonts of the form), and as strict about
pages: contents, resources and annotations are the same objects with the same bytes.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.errors import NotTrusted

_CATALOG = {"/AcroForm", "/DSS", "/Extensions", "/Perms", "/Metadata", "/Version"}
_FORM = {"/Fields", "/SigFlags", "/DR", "/DA"}
_OWN = {"/XRef", "/ObjStm"}


def require_only_a_field(before: PdfFileReader, after: PdfFileReader, field: str) -> None:
    """Raise NotTrusted("changed", where) unless `after` adds to `before` only this field and evidence."""
    for number, generation in _changed(before, after):
        old = before.get_object(generic.Reference(number, generation, before))
        new = after.get_object(generic.Reference(number, generation, after))
        if not _is_allowed(before, number, old, new):
            raise NotTrusted("changed", f"object {number}")
    _require_same_keys(before.root, after.root, _CATALOG, "catalog")
    _require_form(_value(before.root, "/AcroForm"), _value(after.root, "/AcroForm"))
    for old_page, new_page in zip(_pages(before), _pages(after), strict=True):
        _require_same_keys(old_page, new_page, {"/Annots"}, "page")
        _require_annotations(old_page, new_page, field)


def _changed(before: PdfFileReader, after: PdfFileReader) -> set[tuple[int, int]]:
    """Objects of the earlier file that a later revision defines again or drops."""
    known = {(r.idnum, r.generation) for n in range(before.xrefs.total_revisions)
             for r in before.xrefs.explicit_refs_in_revision(n)}  # fmt: skip
    later = range(before.xrefs.total_revisions, after.xrefs.total_revisions)
    return {(r.idnum, r.generation) for n in later for r in after.xrefs.explicit_refs_in_revision(n)} & known


def _is_allowed(before: PdfFileReader, number: int, old: Any, new: Any) -> bool:
    """Whether this object may differ; what the pages and the form show is looked at whole, below."""
    if _same(old, new) or number == before.root_ref.idnum or number in _numbers(before.trailer, "/Info"):
        return True
    if number in _numbers(before.root, "/Metadata") | _numbers(before.root, "/AcroForm", "/DSS"):
        return True
    if isinstance(old, generic.ArrayObject) and isinstance(new, generic.ArrayObject):
        return [_bytes(entry) for entry in new][: len(old)] == [_bytes(entry) for entry in old]
    kind = old.get("/Type") if isinstance(old, generic.DictionaryObject) else None
    return kind == "/Page" or kind in _OWN


def _require_form(old: Any, new: Any) -> None:
    """Fields are added at the end; nothing makes viewers draw fields anew."""
    old = old if old is not None else generic.DictionaryObject()
    if new is None or new.get("/NeedAppearances") or "/XFA" in new:
        raise NotTrusted("changed", "form")
    _require_same_keys(old, new, _FORM, "form")
    fields = [_bytes(entry) for entry in _value(old, "/Fields") or ()]
    if [_bytes(entry) for entry in new["/Fields"]][: len(fields)] != fields or len(new["/Fields"]) > len(fields) + 1:
        raise NotTrusted("changed", "fields")


def _require_annotations(old_page: Any, new_page: Any, field: str) -> None:
    old, new = (list(_value(page, "/Annots") or ()) for page in (old_page, new_page))
    if [_bytes(entry) for entry in new][: len(old)] != [_bytes(entry) for entry in old]:
        raise NotTrusted("changed", "annotations")
    for entry in new[len(old) :]:
        widget = entry.get_object()
        owner = widget if "/T" in widget else widget["/Parent"]
        if widget.get("/Subtype") != "/Widget" or str(owner["/T"]) != field:
            raise NotTrusted("changed", "an annotation was added")


def _require_same_keys(old: Any, new: Any, but: set[str], where: str) -> None:
    for key in (set(old) | set(new)) - but:
        if key not in old or key not in new or _bytes(old.raw_get(key)) != _bytes(new.raw_get(key)):
            raise NotTrusted("changed", f"{where} {key}")


def _pages(reader: PdfFileReader) -> list[Any]:
    found: list[Any] = []
    waiting = [reader.root["/Pages"]]
    while waiting:
        node = waiting.pop(0)
        if node.get("/Type") == "/Page" or "/Kids" not in node:
            found.append(node)
        else:
            waiting[:0] = [kid.get_object() for kid in node["/Kids"]]
        if len(found) + len(waiting) > 100_000:
            raise NotTrusted("changed", "page tree")
    return found


def _numbers(holder: Any, *keys: str) -> set[int]:
    """The object numbers behind these entries, where they are references."""
    entries = [holder.raw_get(key) for key in keys if key in holder]
    return {entry.idnum for entry in entries if isinstance(entry, generic.IndirectObject)}


def _value(holder: Any, key: str) -> Any:
    """The entry itself, never a reference to it; None where there is none."""
    return holder[key] if key in holder else None  # noqa: SIM401, since pyHanko's get() gives the reference


def _same(old: Any, new: Any) -> bool:
    return _bytes(old) == _bytes(new)


def _bytes(value: Any) -> bytes:
    """As it would be written: references by number, so that equal bytes mean equal objects."""
    output = BytesIO()
    (value if value is not None else generic.NullObject()).write_to_stream(output, None)
    return output.getvalue()
