"""Inside the child: draws form fields and chosen annotations into the page, as they are shown, and removes them.

Source: ISO 32000-2, 12.5.5 (how an appearance comes to its rectangle), 14.7.5 (content in a structure tree).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Object, Rectangle, Stream

from signing.parts import entries, value_of

_UNSEEN = 2 | 32  # Hidden, NoView


def forms(pdf: pikepdf.Pdf) -> bool:
    """Turn every field into what it shows. -> whether there was any"""
    form = pdf.Root.get("/AcroForm")
    widgets = [entry for page in pdf.pages for entry in _annotations(page.obj) if _is_widget(entry)]
    if form is None and not widgets:
        return False
    if isinstance(form, Dictionary) and any(_lacks_appearance(widget) for widget in widgets):
        form.NeedAppearances = True
    if isinstance(form, Dictionary) and form.get("/NeedAppearances") is True:
        pdf.generate_appearance_streams()
    annotations(pdf, _is_widget)
    for entry in pdf.objects:  # on no page, yet reached from somewhere
        if isinstance(entry, Dictionary) and _is_widget(entry):
            del entry["/Subtype"]
    if form is not None:
        del pdf.Root["/AcroForm"]
    return bool(widgets) or not (isinstance(form, Dictionary) and form.get("/Fields", Array()) == Array())


def annotations(pdf: pikepdf.Pdf, chosen: Callable[[Object], bool]) -> bool:
    """Draw the chosen annotations into their pages, in their order. -> whether there was any"""
    tree = _StructureTree(pdf)
    any_found = False
    for page in pdf.pages:
        everything = _annotations(page.obj)
        taken = [entry for entry in everything if chosen(entry)]
        if not taken:
            continue
        any_found = True
        drawn = b"".join(_drawn(page, entry, tree, number) for number, entry in enumerate(taken))
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\n" + drawn)
        page.obj.Annots = Array([entry for entry in everything if not (chosen(entry) or _is_popup_of(entry, chosen))])
        for entry in taken:  # also referred to from elsewhere: it must be an annotation nowhere any more
            for key in list(entry.keys()):
                del entry[key]
    return any_found


def _is_popup_of(annotation: Object, chosen: Callable[[Object], bool]) -> bool:
    parent = annotation.get("/Parent")
    return annotation.get("/Subtype") == Name("/Popup") and isinstance(parent, Dictionary) and chosen(parent)


def _drawn(page: pikepdf.Page, annotation: Object, tree: _StructureTree, number: int) -> bytes:
    """The content that shows one annotation, marked as what it was in the structure, else as an artifact."""
    appearance = _appearance(annotation)
    if appearance is None or _flags(annotation) & _UNSEEN:
        tree.forget(annotation)
        return b""
    placed = _placed(appearance, annotation)
    if placed is None:
        tree.forget(annotation)
        return b""
    appearance.Type, appearance.Subtype = Name.XObject, Name.Form
    name = page.add_resource(appearance, Name.XObject, prefix=f"Flat{number}x")
    mark = tree.take_over(page.obj, annotation)
    return b"%s q %s cm %s Do Q EMC\n" % (mark, placed.encode(), str(name).encode())


def _placed(appearance: Object, annotation: Object) -> Matrix | None:
    """Algorithm 8.1: the transformed box of the appearance comes to lie on the annotation's rectangle."""
    try:
        box, rect = Rectangle(appearance.BBox), Rectangle(annotation.Rect)
        own = Matrix(appearance.Matrix) if "/Matrix" in appearance else Matrix()
        seen = own.transform(box)
        if not (seen.width and seen.height and rect.width and rect.height):
            return None
        across, up = float(rect.width) / float(seen.width), float(rect.height) / float(seen.height)
        left, down = float(rect.llx) - float(seen.llx) * across, float(rect.lly) - float(seen.lly) * up
        return Matrix(across, 0, 0, up, left, down)
    except (AttributeError, TypeError, ValueError):
        return None


def _appearance(annotation: Object) -> Stream | None:
    normal = value_of(annotation.get("/AP"), "/N")
    if isinstance(normal, Stream):
        return normal
    state = annotation.get("/AS")
    chosen = value_of(normal, state) if isinstance(state, Name) else None
    return chosen if isinstance(chosen, Stream) else None


def _lacks_appearance(widget: Object) -> bool:
    """Whether a field with a value of text has nothing to show it with."""
    value = _inherited(widget, "/V")
    return isinstance(value, pikepdf.String) and bool(str(value)) and _appearance(widget) is None


def _inherited(field: Object, key: str) -> Any:
    for _ in range(32):
        if key in field:
            return field[key]
        if not isinstance(field.get("/Parent"), Dictionary):
            break
        field = field.Parent
    return None


def _is_widget(annotation: Object) -> bool:
    return annotation.get("/Subtype") == Name("/Widget")


def _annotations(page: Object) -> list[Object]:
    return [entry for entry in entries(page, "/Annots") if isinstance(entry, Dictionary)]


def _flags(annotation: Object) -> int:
    value = annotation.get("/F", 0)
    return int(value) if isinstance(value, (int, float)) else 0


class _StructureTree:
    """Of a tagged file: an element that held an annotation comes to hold the content that shows it instead."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        root = pdf.Root.get("/StructTreeRoot")
        parents = value_of(root, "/ParentTree")
        self._root = root
        self._parents = pikepdf.NumberTree(parents) if isinstance(parents, Dictionary) else None

    def take_over(self, page: Object, annotation: Object) -> bytes:
        """-> the operator that begins the marked content"""
        element = self._element(annotation)
        reference = _reference(element, annotation)
        if self._parents is None or element is None or reference is None:
            return b"/Artifact BMC"
        if "/StructParents" not in page:
            page.StructParents = max([int(key) for key in self._parents] or [-1]) + 1
            self._parents[int(page.StructParents)] = Array()
            self._root.ParentTreeNextKey = int(page.StructParents) + 1
        held = self._parents.get(int(page.StructParents))
        if not isinstance(held, Array):
            return b"/Artifact BMC"
        number = len(held)
        held.append(element)
        self._parents[int(page.StructParents)] = held
        for key in list(reference.keys()):
            del reference[key]
        reference.Type, reference.Pg, reference.MCID = Name.MCR, page, number
        return b"/Form <</MCID %d>> BDC" % number

    def forget(self, annotation: Object) -> None:
        """Nothing of this annotation is shown: its element holds nothing."""
        element = self._element(annotation)
        reference = _reference(element, annotation)
        if element is not None and reference is not None:
            element.K = Array([entry for entry in _kids(element) if not _is_same(entry, reference)])

    def _element(self, annotation: Object) -> Object | None:
        key = annotation.get("/StructParent")
        if self._parents is None or not isinstance(key, int):
            return None
        element = self._parents.get(key)
        return element if isinstance(element, Dictionary) else None


def _kids(element: Object) -> list[Any]:
    kids = element.get("/K")
    return list(kids) if isinstance(kids, Array) else [] if kids is None else [kids]


def _reference(element: Object | None, annotation: Object) -> Object | None:
    """The element's object reference (OBJR) to the annotation."""
    for kid in _kids(element) if element is not None else ():
        if isinstance(kid, Dictionary) and _is_same(kid.get("/Obj"), annotation):
            return kid
    return None


def _is_same(left: Any, right: Object) -> bool:
    if not isinstance(left, Dictionary):
        return False
    return left.objgen == right.objgen if left.is_indirect else left == right
