"""The mark's typeface: measuring and subsetting of two vendored TrueType files. Knows no page and no mark.

Only what those files need is read: sfnt tables head, hhea, maxp, hmtx, loca (short), glyf, cmap format 4 and kern
format 0, without composite glyphs and without hinting (see fonts/OFL.txt for origin and licence). Source: the
OpenType specification; ISO 32000-2, 9.6.3 and 9.9 for what an embedded subset must hold.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path

_MEASURED = 4096  # rows whose length is remembered: fitting a mark asks for the same ones over and over
_KEPT = ("head", "hhea", "maxp", "hmtx", "loca", "glyf")


class Font:
    """One TrueType file. Lengths are in 1/1000 of the type size unless a size in points is given."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._tables = _tables(data)
        self._units: int = struct.unpack_from(">H", self._tables["head"], 18)[0]
        self._glyphs: int = struct.unpack_from(">H", self._tables["maxp"], 4)[0]
        self._map = _character_map(self._tables["cmap"])
        self._characters = {glyph: code for code, glyph in reversed(self._map.items())}
        self._pairs = _kern_pairs(self._tables["kern"])
        self._advances = _advances(self._tables, self._glyphs)
        self._lengths: dict[str, int] = {}

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """The bounding box of all glyphs."""
        left, bottom, right, top = struct.unpack_from(">4h", self._tables["head"], 36)
        return self._mille(left), self._mille(bottom), self._mille(right), self._mille(top)

    @cached_property
    def rise(self) -> tuple[int, int]:
        """Ascent and descent (negative)."""
        ascent, descent = struct.unpack_from(">2h", self._tables["hhea"], 4)
        return self._mille(ascent), self._mille(descent)

    def glyphs(self, text: str) -> list[int]:
        """Glyph numbers for a text; a character that the file lacks falls back to its base letter, then to '?'."""
        return [self._glyph(character) for character in unicodedata.normalize("NFC", text)]

    def character(self, glyph: int) -> str:
        """The character that a glyph shows: what a reader copies or reads out."""
        return chr(self._characters.get(glyph, 0xFFFD))

    def advance(self, glyph: int) -> int:
        """The width of one glyph."""
        return self._mille(self._advances[glyph])

    def kern(self, left: int, right: int) -> int:
        """How much further apart (negative: closer) a pair stands."""
        return self._mille(self._pairs.get((left, right), 0))

    def width(self, text: str, size: float) -> float:
        """The length of a line of text, in points."""
        if text not in self._lengths:
            glyphs = self.glyphs(text)
            if len(self._lengths) >= _MEASURED:
                self._lengths.clear()
            self._lengths[text] = sum(map(self.advance, glyphs)) + sum(map(self.kern, glyphs, glyphs[1:]))
        return self._lengths[text] * size / 1000

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """The font file with only these outlines; glyph numbers stay, so text needs no renumbering."""
        kept = {0, *glyphs}
        last = max(kept)
        old = struct.unpack_from(f">{self._glyphs + 1}H", self._tables["loca"])
        outlines, places = bytearray(), [0]
        for glyph in range(last + 1):
            if glyph in kept:
                outlines += self._tables["glyf"][2 * old[glyph] : 2 * old[glyph + 1]]
                outlines += bytes(len(outlines) % 2)
            places.append(len(outlines) // 2)
        tables = {tag: self._tables[tag] for tag in _KEPT}
        tables["glyf"] = bytes(outlines)
        tables["loca"] = struct.pack(f">{len(places)}H", *places)
        tables["maxp"] = tables["maxp"][:4] + struct.pack(">H", last + 1) + tables["maxp"][6:]
        tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", last + 1)
        tables["hmtx"] = tables["hmtx"][: 4 * (last + 1)]
        return _file(tables)

    def _glyph(self, character: str) -> int:
        base = unicodedata.normalize("NFKD", character)[:1]
        return self._map.get(ord(character)) or self._map.get(ord(base), 0) or self._map[ord("?")]

    def _mille(self, units: int) -> int:
        return round(units * 1000 / self._units)


@cache
def regular() -> Font:
    """The text face."""
    return _load("TekenSans-Regular")


@cache
def semibold() -> Font:
    """The face for names."""
    return _load("TekenSans-Semibold")


def _load(name: str) -> Font:
    return Font((Path(__file__).parent / f"{name}.ttf").read_bytes(), name)


def _tables(data: bytes) -> dict[str, bytes]:
    count = struct.unpack_from(">H", data, 4)[0]
    entries = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(count))
    return {tag.decode(): data[start : start + length] for tag, _, start, length in entries}


def _character_map(cmap: bytes) -> dict[int, int]:
    count = struct.unpack_from(">H", cmap, 2)[0]
    offsets = (struct.unpack_from(">HHI", cmap, 4 + 8 * index)[2] for index in range(count))
    start = next(offset for offset in offsets if cmap[offset : offset + 2] == b"\0\4")
    segments = struct.unpack_from(">H", cmap, start + 6)[0] // 2
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{segments}H", cmap, start + 14 + 2 * segments * part + 2 * (part > 0))
        for part in range(4)
    )
    first = start + 16 + 6 * segments
    found: dict[int, int] = {}
    for index in range(segments):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = code
            if ranges[index]:
                place = first + 2 * index + ranges[index] + 2 * (code - starts[index])
                glyph = struct.unpack_from(">H", cmap, place)[0]
            found[code] = (glyph + deltas[index]) & 0xFFFF
    return found


def _advances(tables: dict[str, bytes], glyphs: int) -> list[int]:
    count = struct.unpack_from(">H", tables["hhea"], 34)[0]
    return [struct.unpack_from(">H", tables["hmtx"], 4 * min(glyph, count - 1))[0] for glyph in range(glyphs)]


def _kern_pairs(kern: bytes) -> dict[tuple[int, int], int]:
    count = struct.unpack_from(">H", kern, 10)[0]
    rows = (struct.unpack_from(">HHh", kern, 18 + 6 * index) for index in range(count))
    return {(left, right): value for left, right, value in rows}


def _file(tables: dict[str, bytes]) -> bytes:
    power = len(tables).bit_length() - 1
    head = struct.pack(">I4H", 0x10000, len(tables), 16 << power, power, 16 * (len(tables) - (1 << power)))
    place = len(head) + 16 * len(tables)
    directory, body = b"", b""
    for tag in sorted(tables):
        data = tables[tag] + bytes(-len(tables[tag]) % 4)
        check = sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag.encode(), check, place + len(body), len(tables[tag]))
        body += data
    return head + directory + body
