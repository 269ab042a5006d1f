"""A font subset as PDF objects: composite, Identity-H, with widths and a way back to Unicode.

Source: ISO 32000-2, 9.7 (composite fonts), 9.8 (descriptors), 9.9 (embedding), 9.10.3 (ToUnicode); this is what PDF/A
asks of every font.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.fonts import Font
from signing.objects import dictionary, numbers, stream

_SYMBOLIC = 4
_CAP_HEIGHT, _STEM = 717, 80
_TO_UNICODE = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def embed(writer: IncrementalPdfFileWriter, font: Font, glyphs: Iterable[int]) -> Any:
    """Add a font holding just these glyphs to a file; returns the reference for a resource dictionary."""
    used = sorted(set(glyphs))
    name = f"{_tag(used)}+{font.name}"
    descendant = dictionary(
        Type="Font",
        Subtype="CIDFontType2",
        BaseFont=name,
        CIDSystemInfo=dictionary(
            Registry=generic.pdf_string("Adobe"), Ordering=generic.pdf_string("Identity"), Supplement=0
        ),
        FontDescriptor=writer.add_object(_descriptor(writer, font, name, used)),
        W=_widths(font, used),
        DW=0,
        CIDToGIDMap="Identity",
    )
    composite = dictionary(
        Type="Font",
        Subtype="Type0",
        BaseFont=name,
        Encoding="Identity-H",
        DescendantFonts=generic.ArrayObject([writer.add_object(descendant)]),
        ToUnicode=writer.add_object(stream(to_unicode({glyph: font.character(glyph) for glyph in used}), {})),
    )
    return writer.add_object(composite)


def _descriptor(writer: IncrementalPdfFileWriter, font: Font, name: str, used: list[int]) -> generic.DictionaryObject:
    data = font.subset(used)
    ascent, descent = font.rise
    return dictionary(
        Type="FontDescriptor",
        FontName=name,
        Flags=_SYMBOLIC,
        FontBBox=numbers(*font.box),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=descent,
        CapHeight=_CAP_HEIGHT,
        StemV=_STEM,
        FontFile2=writer.add_object(stream(data, {"/Length1": len(data)})),
    )


def _widths(font: Font, used: list[int]) -> generic.ArrayObject:
    widths = generic.ArrayObject()
    for glyph in used:
        widths += [generic.NumberObject(glyph), numbers(font.advance(glyph))]
    return widths


def to_unicode(signs: Mapping[int, str]) -> bytes:
    """A CMap from codes of two bytes to what they show."""
    rows = [f"<{code:04X}> <{sign.encode('utf-16-be').hex().upper()}>" for code, sign in sorted(signs.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    shown = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return _TO_UNICODE.replace("{blocks}", shown).encode("ascii")


def _tag(used: list[int]) -> str:
    """Six capitals that differ with the subset (ISO 32000-2, 9.9.2)."""
    number = sum((index + 7) * glyph for index, glyph in enumerate(used))
    return "".join(chr(65 + number * factor % 26) for factor in (1, 3, 5, 7, 11, 17))
