"""The mark in the structure of a tagged PDF: an element of its own, so that a screen reader meets it in its turn.

Source: ISO 32000-2, 14.7.5.4 (structure elements of annotations), 14.7.4.4 (the parent tree); PDF/UA-1, 7.18 (a widget
is in a Form element, the page's tab order is that of the structure).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.objects import dictionary

_DEEPEST = 20
_GROUPS = {"/Document", "/Part", "/Sect", "/Art", "/Div"}  # may hold a Form element


def tag(writer: IncrementalPdfFileWriter, field: generic.Reference, text: str) -> bool:
    """Give the widget of a signature field its element, with `text` instead of the drawing. -> False if untagged.

    Only for a file without signatures: it changes the structure, which an earlier signer has signed.
    """
    tree = _dictionary(writer.root.get("/StructTreeRoot"))
    parents = _dictionary(tree.get("/ParentTree")) if tree is not None else None
    if tree is None or parents is None or "/K" not in tree or tree.container_ref is None:
        return False
    widget = field.get_object()
    page = widget.raw_get("/P")
    number = _next_number(tree, parents)
    reference = dictionary(Type="OBJR", Obj=generic.IndirectObject(field.idnum, field.generation, writer), Pg=page)
    holder = _holder(tree)
    element = dictionary(
        Type="StructElem", S="Form", P=_own(holder) or writer.root.raw_get("/StructTreeRoot"), Pg=page, K=reference
    )
    element["/Alt"] = generic.TextStringObject(text)
    made = writer.add_object(element)
    _append(writer, holder, "/K", [made])
    _note_parent(writer, parents, number, made)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(number + 1)
    writer.update_container(tree)
    widget["/StructParent"] = generic.NumberObject(number)
    page.get_object()[pdf_name("/Tabs")] = pdf_name("/S")
    writer.update_container(page.get_object())
    return True


def _holder(tree: generic.DictionaryObject) -> generic.DictionaryObject:
    """The tree's one document element, where it has one; else its root."""
    kids = tree["/K"]
    only = kids[0] if isinstance(kids, generic.ArrayObject) and len(kids) == 1 else kids
    only = _dictionary(only)
    is_group = only is not None and str(only.get("/S")) in _GROUPS and _own(only) is not None
    return only if only is not None and is_group else tree


def _note_parent(
    writer: IncrementalPdfFileWriter, parents: generic.DictionaryObject, number: int, element: generic.IndirectObject
) -> None:
    """Add number -> element to the end of the number tree."""
    entries = [generic.NumberObject(number), element]
    if "/Kids" not in parents:
        _append(writer, parents, "/Nums", entries)
        return
    limits = generic.ArrayObject([entries[0], entries[0]])
    leaf = dictionary(Limits=limits, Nums=generic.ArrayObject(entries))
    _append(writer, parents, "/Kids", [writer.add_object(leaf)])


def _append(writer: IncrementalPdfFileWriter, holder: generic.DictionaryObject, key: str, entries: list[Any]) -> None:
    """Add entries to an array of a dictionary, which may be missing, one single thing, or an object of its own."""
    held = holder.get(key)
    if isinstance(held, generic.ArrayObject):
        held.extend(entries)
        writer.update_container(held)
        return
    before = [holder.raw_get(key)] if key in holder else []
    holder[pdf_name(key)] = generic.ArrayObject([*before, *entries])
    writer.update_container(holder)


def _next_number(tree: generic.DictionaryObject, parents: generic.DictionaryObject) -> int:
    """Beyond every number in use, whatever the file says is next."""
    said = tree.get("/ParentTreeNextKey")
    return max([int(said) if isinstance(said, int) else 0, *(number + 1 for number in _numbers(parents, 0))])


def _numbers(node: generic.DictionaryObject, depth: int) -> Iterator[int]:
    if depth > _DEEPEST:
        return
    for number in list(node.get("/Nums", ()))[::2]:
        yield int(number)
    for kid in node.get("/Kids", ()):
        found = _dictionary(kid)
        if found is not None:
            yield from _numbers(found, depth + 1)


def _dictionary(value: Any) -> generic.DictionaryObject | None:
    found = value.get_object() if isinstance(value, generic.IndirectObject) else value
    return found if isinstance(found, generic.DictionaryObject) else None


def _own(entry: generic.DictionaryObject) -> generic.IndirectObject | None:
    """The reference to an object of the file, None for one that is written into another."""
    where = entry.container_ref
    is_own = isinstance(where, generic.Reference) and where.get_object() is entry
    return generic.IndirectObject(where.idnum, where.generation, where.pdf) if is_own else None
