"""Inside the child: how far each code of a page's font moves the pen, and what the font looks like.

Source: ISO 32000-2, 9.6 (simple fonts), 9.7.4.3 (widths of CIDs), 9.8 (descriptors).
"""

from __future__ import annotations

import ctypes
import re
from functools import cache
from typing import Any

import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, Object
from pypdfium2 import raw

_MOST_CODES = 65_536
_SERIF, _ITALIC, _BOLD = 1 << 1, 1 << 6, 1 << 18  # flags of a descriptor
_SERIFS = re.compile(r"times|roman|bookman|garamond|cambria|georgia|palatino|(?<!sans)serif")
_STANDARD = re.compile(r"Helvetica|Courier|Times|Symbol|ZapfDingbats")  # may come without widths


class Font:
    """A font of a resource dictionary. `step`: bytes of one code; 0 where codes are not understood."""

    def __init__(self, font: Object) -> None:
        self._named = str(font.get("/BaseFont", ""))[1:]
        self.step, self._widths, self._missing = 1, {}, 0.0
        if font.get("/Subtype") == Name.Type0:
            descendant = font.DescendantFonts[0]
            # Other maps from codes to glyphs are those of scripts that no letter here is written in.
            self.step = 2 if font.get("/Encoding") == Name("/Identity-H") else 0
            self._widths, self._missing = _of_cids(descendant.get("/W")), float(descendant.get("/DW", 1000)) / 1000
            self._descriptor = descendant.get("/FontDescriptor")
        else:
            self._descriptor = font.get("/FontDescriptor")
            self._read_simple(font)

    def _read_simple(self, font: Object) -> None:
        unit = float(font.FontMatrix[0]) if font.get("/Subtype") == Name.Type3 else 0.001
        first, widths = int(font.get("/FirstChar", 0)), font.get("/Widths")
        if isinstance(widths, Array):
            self._widths = {first + index: float(width) * unit for index, width in enumerate(widths)}
            self._missing = float(self._described("/MissingWidth", 0)) * unit
        elif _STANDARD.match(self._named):
            self._widths = _standard(self._named)

    def codes(self, text: bytes) -> list[bytes]:
        """The codes in a string that is shown; none where they are not understood."""
        return [text[at : at + self.step] for at in range(0, len(text), self.step)] if self.step else []

    def advance(self, code: bytes) -> float:
        """In ems."""
        return self._widths.get(int.from_bytes(code), self._missing)

    @property
    def face(self) -> str:
        """The file in fonts/ that comes nearest to it."""
        flags, name = int(self._described("/Flags", 0)), self._named.lower()
        is_bold = flags & _BOLD or "bold" in name or float(self._described("/FontWeight", 400)) > 600
        is_italic = flags & _ITALIC or "italic" in name or "oblique" in name
        style = ("Bold" if is_bold else "") + ("Italic" if is_italic else "") or "Regular"
        return f"Teken{'Serif' if flags & _SERIF or _SERIFS.search(name) else 'Surat'}-{style}"

    def _described(self, key: str, otherwise: float) -> Any:
        return self._descriptor.get(key, otherwise) if isinstance(self._descriptor, Dictionary) else otherwise


def _of_cids(entries: Any) -> dict[int, float]:
    """/W: `first [w w ...]` and `first last w`, in ems."""
    found: dict[int, float] = {}
    rest = list(entries or ())
    while len(rest) > 1 and len(found) < _MOST_CODES:
        first = int(rest[0])
        if isinstance(rest[1], Array):
            found |= {first + index: float(width) / 1000 for index, width in enumerate(rest[1])}
            rest = rest[2:]
        else:
            last = min(int(rest[1]), _MOST_CODES)
            found |= dict.fromkeys(range(first, last + 1), float(rest[2]) / 1000)
            rest = rest[3:]
    return found


@cache
def _standard(name: str) -> dict[int, float]:
    """The widths of a font that every reader brings along, by PDFium's own; codes as in WinAnsiEncoding."""
    document, found = pdfium.PdfDocument.new(), {}
    font, width = raw.FPDFText_LoadStandardFont(document.raw, name.encode()), ctypes.c_float()
    for code in range(32, 256):
        sign = bytes([code]).decode("cp1252", "replace")
        if font and raw.FPDFFont_GetGlyphWidth(font, ord(sign), 1000.0, width):
            found[code] = width.value / 1000
    return found
