"""Inside the child: the text fields of a PDF form, filled and made part of the page.

The field's own font is mostly not embedded and lacks letters, so each text is set anew in the faces that come along,
in the size, colour and alignment that the field asks for (/DA, /Q). Source: ISO 32000-2, 12.7.4.3 and 12.7.5.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Name, Object, Rectangle
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from signing import flatten, fonts
from signing.composing import Nothing
from signing.errors import BadDocument
from signing.merging import MOST_FIELDS

_MULTILINE = 1 << 12
_DEFAULT, _SMALLEST = 12.0, 5.0  # points
_LEADING, _INSET = 1.2, 2.0
_SIZE = re.compile(rb"([\d.]+)\s+Tf")
_COLOUR = re.compile(rb"((?:[\d.]+\s+){3})rg|([\d.]+)\s+g\b")
_DEEP = 20  # fields within fields


@dataclass(frozen=True)
class Widget:
    """One place where a field is shown. `size` in points, 0: as large as fits."""

    annotation: Object
    name: str
    longest: int
    is_multiline: bool
    size: float
    colour: str
    align: str
    is_bold: bool
    box: tuple[float, float]


def fields(pdf: bytes, arguments: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Verb `fields`: [name, longest] of each text field, once."""
    with _opened(pdf) as document:
        return list({widget.name: (widget.name, widget.longest) for widget in _widgets(document)}.values())


def fill(pdf: bytes, arguments: Mapping[str, Any]) -> tuple[list[str | None], list[bytes]]:
    """Verb `fill`: for each of `rows` null and a file, or the field that is too small and none."""
    faults: list[str | None] = []
    copies: list[bytes] = []
    for row in arguments["rows"]:
        try:
            copies.append(_filled(pdf, row))
            faults.append(None)
        except _TooSmall as fault:
            faults.append(str(fault))
    return faults, copies


class _TooSmall(Exception):
    """The text of the field that is named does not fit in it."""


def _filled(pdf: bytes, row: Mapping[str, str]) -> bytes:
    with _opened(pdf) as document:
        known = [widget for widget in _widgets(document) if row.get(widget.name, "")]
        _show(document, [(widget, row[widget.name]) for widget in known])
        ours = {widget.annotation.objgen for widget in known}
        flatten.annotations(document, lambda entry: entry.objgen in ours)
        for widget in _widgets(document):  # empty ones, with what the template showed in them
            nothing = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, *widget.box])
            widget.annotation.AP = Dictionary(N=nothing)
        flatten.forms(document)
        out = BytesIO()
        document.save(out, deterministic_id=True)
        return out.getvalue()


def _show(document: pikepdf.Pdf, texts: list[tuple[Widget, str]]) -> None:
    """Give each widget an appearance: a page of its own size, set as letters are."""
    if not texts:
        return
    sheets = "".join(
        f"@page w{number} {{ size: {widget.box[0]:g}pt {widget.box[1]:g}pt; margin: 0 }}\n"
        for number, (widget, _) in enumerate(texts)
    )
    parts = "".join(_part(number, widget, text) for number, (widget, text) in enumerate(texts))
    html = f"<!doctype html><html lang=id><head><style>{_STYLE}{sheets}</style></head><body>{parts}</body></html>"
    made = HTML(string=html, url_fetcher=Nothing(b""), base_url=None).write_pdf(font_config=FontConfiguration())
    with pikepdf.open(BytesIO(made)) as drawn:
        for page, (widget, _) in zip(drawn.pages, texts, strict=True):
            shape = document.copy_foreign(drawn.make_indirect(page.as_form_xobject()))
            widget.annotation.AP = Dictionary(N=shape)
            for key in ("/AS", "/MK"):
                if key in widget.annotation:
                    del widget.annotation[key]


_STYLE = (
    'html { font: 12pt/1.2 "Teken Surat"; overflow-wrap: anywhere } body { margin: 0 } div { display: flex; '
    "flex-direction: column; overflow: hidden } p { margin: 0; white-space: pre-wrap }\n"
)


def _part(number: int, widget: Widget, text: str) -> str:
    width, height = widget.box
    middle = "flex-start" if widget.is_multiline else "center"
    style = (
        f"page: w{number}; width: {width - 2 * _INSET:g}pt; height: {height:g}pt; padding: 0 {_INSET:g}pt; "
        f"justify-content: {middle}; font-size: {_fitting(widget, text):g}pt; color: {widget.colour}; "
        f"text-align: {widget.align}; font-weight: {700 if widget.is_bold else 400}"
    )
    return f'<div style="{style}"><p>{escape(text)}</p></div>'


def _fitting(widget: Widget, text: str) -> float:
    """The size as asked for, or the largest below it in which the whole text fits. Raises _TooSmall."""
    if widget.longest and len(text) > widget.longest:
        raise _TooSmall(widget.name)
    width, height = widget.box[0] - 2 * _INSET, widget.box[1]
    size = widget.size or (_DEFAULT if widget.is_multiline else min(_DEFAULT, height * 0.75))
    while size >= _SMALLEST:
        lines = _lines(text, width / size, is_bold=widget.is_bold)
        most = max(1, int(height / (size * _LEADING))) if widget.is_multiline else 1
        if lines <= most and size <= height:
            return size
        size -= 0.25
    raise _TooSmall(widget.name)


def _lines(text: str, width: float, *, is_bold: bool) -> int:
    """How many lines a text takes; `width` in units of the type size."""
    count = 0
    for paragraph in text.split("\n"):
        count, room = count + 1, width
        for word in paragraph.split(" "):
            needed = _length(word, is_bold=is_bold)
            if needed > width:
                return 1 << 20  # a word that would have to be broken
            if needed > room:
                count, room = count + 1, width
            room -= needed + _length(" ", is_bold=is_bold)
    return count


def _length(text: str, *, is_bold: bool) -> float:
    advances, shapes, units = _face(is_bold=is_bold)
    return sum(advances[shapes[ord(sign)]][0] for sign in text if ord(sign) in shapes) / units


@cache
def _face(*, is_bold: bool) -> tuple[Any, dict[int, str], int]:
    face = TTFont(Path(fonts.__file__).parent / f"TekenSurat-{'Bold' if is_bold else 'Regular'}.ttf")
    return face["hmtx"], face.getBestCmap(), face["head"].unitsPerEm


def _opened(pdf: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(BytesIO(pdf))
    except pikepdf.PasswordError as cause:
        raise BadDocument("encrypted") from cause
    except pikepdf.PdfError as cause:
        raise BadDocument("broken", type(cause).__name__) from cause


def _widgets(document: pikepdf.Pdf) -> list[Widget]:
    form = document.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        raise BadDocument("no_fields")
    found: list[Widget] = []
    for page in document.pages:
        for entry in page.obj.get("/Annots", ()):
            if not isinstance(entry, Dictionary) or entry.get("/Subtype") != Name.Widget:
                continue
            kind = _inherited(entry, "/FT")
            if kind == Name.Sig and _inherited(entry, "/V") is not None:
                raise BadDocument("certified")
            if kind == Name.Tx:
                if int(page.obj.get("/Rotate", 0)) % 360:
                    raise BadDocument("rotated_form")
                found.append(_widget(entry, form))
    if len({widget.name for widget in found}) > MOST_FIELDS:
        raise BadDocument("too_many_fields")
    return found


def _widget(entry: Object, form: Object) -> Widget:
    asked = bytes(_inherited(entry, "/DA") or form.get("/DA") or b"")
    size, colour = _SIZE.search(asked), _COLOUR.search(asked)
    parts = [min(1.0, float(part)) for part in (colour[1] or colour[2]).split()] if colour else [0.0]
    red, green, blue = (round(255 * part) for part in (parts * 3 if len(parts) == 1 else parts))
    box = Rectangle(entry.Rect)
    return Widget(
        entry, ".".join(reversed(list(_names(entry)))), int(_inherited(entry, "/MaxLen") or 0),
        bool(int(_inherited(entry, "/Ff") or 0) & _MULTILINE), float(size[1]) if size else 0.0,
        f"rgb({red}, {green}, {blue})", ("left", "center", "right")[int(_inherited(entry, "/Q") or 0) % 3],
        b"Bold" in asked or b"bold" in asked.lower().split(b"tf")[0], (float(box.width), float(box.height)),
    )  # fmt: skip


def _names(entry: Object) -> Iterator[str]:
    for node in _upwards(entry):
        if "/T" in node:
            yield str(node.T)


def _inherited(entry: Object, key: str) -> Any:
    return next((node[key] for node in _upwards(entry) if key in node), None)


def _upwards(entry: Object) -> Iterator[Object]:
    for _ in range(_DEEP):
        yield entry
        if not isinstance(entry.get("/Parent"), Dictionary):
            return
        entry = entry.Parent
