"""Inside the child: one of our typefaces in a file that pikepdf writes anew, holding just the signs of some texts.

Source: ISO 32000-2, 9.7 and 9.9 (composite fonts, embedded subsets), 9.8.3.2 (CIDSet); ISO 19005-1, 6.3.5, and 19005-2,
6.2.11 for what PDF/A asks.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from signing.fonts.embedding import to_unicode

_SYMBOLIC, _ITALIC = 4, 64


class Face:
    """One of the files beside this one, by its name: TekenSurat-Bold, TekenSerif-Italic. Lengths in ems."""

    def __init__(self, name: str) -> None:
        self._path = Path(__file__).parent / f"{name}.ttf"
        font = TTFont(self._path)
        self._glyphs, self._order = font.getBestCmap(), font.getReverseGlyphMap()
        self._advances, self._units = font["hmtx"], font["head"].unitsPerEm

    def numbers(self, text: str) -> list[int]:
        """A glyph for each sign. Raises KeyError for one that the face lacks."""
        return [self._order[self._glyphs[ord(sign)]] for sign in text]

    def length(self, text: str) -> float:
        return sum(self._advances[self._glyphs[ord(sign)]][0] for sign in text) / self._units

    def embed(self, pdf: pikepdf.Pdf, text: str, *, lists_glyphs: bool) -> pikepdf.Object:
        """The font as a resource, its codes the glyph numbers in two bytes. `lists_glyphs`: with a CIDSet (PDF/A-1)."""
        signs = dict(zip(self.numbers(text), text, strict=True))  # each once
        name = Name(f"/{_tag(signs)}+{self._path.stem}")
        font = TTFont(BytesIO(_subset(self._path, text)), recalcTimestamp=False)
        widths = [[number, Array([round(self.length(sign) * 1000)])] for number, sign in sorted(signs.items())]
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=name, CIDToGIDMap=Name.Identity, DW=0,
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            W=Array([part for pair in widths for part in pair]),
            FontDescriptor=pdf.make_indirect(_descriptor(pdf, font, name, set(signs) if lists_glyphs else set())),
        )  # fmt: skip
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=pdf.make_stream(to_unicode(signs)),
            )
        )  # fmt: skip


def _descriptor(pdf: pikepdf.Pdf, font: Any, name: Name, listed: set[int]) -> Dictionary:
    data = BytesIO()
    font.save(data)
    head, unit = font["head"], 1000 / font["head"].unitsPerEm
    box = [round(side * unit) for side in (head.xMin, head.yMin, head.xMax, head.yMax)]
    slope = float(font["post"].italicAngle)
    made = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=_SYMBOLIC | (_ITALIC if slope else 0), FontBBox=Array(box),
        ItalicAngle=round(slope), Ascent=round(font["hhea"].ascent * unit), Descent=round(font["hhea"].descent * unit),
        CapHeight=round(font["OS/2"].sCapHeight * unit), StemV=80,
        FontFile2=pdf.make_stream(data.getvalue(), Length1=len(data.getvalue())),
    )  # fmt: skip
    if listed:
        bits = bytearray(max(listed) // 8 + 1)
        for number in {0, *listed}:
            bits[number // 8] |= 128 >> number % 8
        made.CIDSet = pdf.make_stream(bytes(bits))
    return made


def _subset(path: Path, text: str) -> bytes:
    """Glyph numbers stay; what only a typesetter or a screen needs goes."""
    options = subset.Options(retain_gids=True, hinting=False, layout_features=[], notdef_outline=True)
    font, out = subset.load_font(path, options), BytesIO()
    cut = subset.Subsetter(options)
    cut.populate(text=text)
    cut.subset(font)
    font.save(out)
    return out.getvalue()


def _tag(signs: dict[int, str]) -> str:
    """Six capitals that differ with the subset (ISO 32000-2, 9.9.2)."""
    number = sum((index + 7) * glyph for index, glyph in enumerate(sorted(signs)))
    return "".join(chr(65 + number * factor % 26) for factor in (1, 3, 5, 7, 11, 17))
