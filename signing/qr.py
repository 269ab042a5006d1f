"""QR codes (ISO/IEC 18004), level M: a whole one from the library, and one whose last characters come at the approval.

Drawing a symbol from nothing costs 5-9 ms, most of it in trying masks. Error correction is linear, so with version
and mask fixed each data byte adds a known remainder and each codeword covers the same modules: two tables,
read out of the library once, make a symbol in 0.05 ms. Knows no PDF but the path operators of a content stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache, reduce
from operator import getitem, xor

from qrcode.base import EXP_TABLE, LOG_TABLE, rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from signing.errors import BadMark

_LARGEST_MODULES = 57  # of a plain symbol: version 10, still 1 pt a module at 57 pt
_LONGEST_ADDRESS = 320  # more than version 10 holds, less than version 40
_MASK = 2  # any will do for what looks random
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PLAIN = re.compile(r"[0-9A-Z $%*+\-./:]+")
_THREE = re.compile(r"\d{3}")
_TRIPLES = {f"{number:03d}": f"{number:010b}" for number in range(1000)}
_HIGH, _LOW = bytes(value >> 4 for value in range(256)), bytes(value & 15 for value in range(256))
_ROOM = {11: 17_800, 12: 20_300}  # bytes of path: eight standard deviations above the mean (tests/signing/test_qr.py)
SEALED_VERSIONS = tuple(_ROOM)


@lru_cache(maxsize=64)
def modules(address: str) -> tuple[tuple[bool, ...], ...]:
    """The matrix of a plain symbol, without quiet zone, in the densest mode (upper-case addresses: alphanumeric).

    Raises BadMark(address_too_long) where modules would become too small for a phone at 57 pt.
    """
    if len(address) > _LONGEST_ADDRESS:
        raise BadMark("address_too_long", f"{len(address)} characters")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(address, optimize=0)
    code.make(fit=True)
    if code.modules_count > _LARGEST_MODULES:
        raise BadMark("address_too_long", f"{code.modules_count} modules")
    return tuple(tuple(bool(dark) for dark in row) for row in code.get_matrix())


def path(matrix: tuple[tuple[bool, ...], ...]) -> bytes:
    """A symbol as one path of run-length rectangles, a module one unit: one fill, so no seams between modules."""
    cells = {(row, column) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark}
    return _rectangles(cells, len(matrix))


class Symbol:
    """One version with one mask. Get it by `symbol(version)`: its tables take 0.1 s to make and 2 MB."""

    def __init__(self, version: int) -> None:
        self.count = 17 + 4 * version
        self.room = _ROOM[version]
        blocks = rs_blocks(version, ERROR_CORRECT_M)
        self._sizes = [block.data_count for block in blocks]
        self._correction = blocks[0].total_count - blocks[0].data_count
        self.capacity = sum(self._sizes)
        self._remainders = _remainders(max(self._sizes), self._correction)
        total = self.capacity + self._correction * len(blocks)
        blank, places = _layout(version, total)
        known = {place for codeword in places for place in codeword}
        self._fixed = _rectangles({place for place, dark in blank.items() if dark and place not in known}, self.count)
        self._high = _together([_pieces(codeword[:4], blank, self.count) for codeword in places])
        self._low = _together([_pieces(codeword[4:], blank, self.count) for codeword in places])

    def path(self, prefix: str, digits: str = "") -> bytes:
        """The path of a symbol that holds `prefix`, or `prefix#digits`. Raises BadMark(address_too_long)."""
        codewords = self._codewords(self._data(prefix, digits))
        high, low = codewords.translate(_HIGH), codewords.translate(_LOW)
        return b"".join([self._fixed, *map(getitem, self._high, high), *map(getitem, self._low, low)])

    def digits(self, prefix: str) -> int:
        """How many decimal digits fit after `prefix` and the sign #."""
        left = 8 * self.capacity - len(_segment(prefix)) - 28 - 16
        return left // 10 * 3

    def _data(self, prefix: str, digits: str) -> bytes:
        bits = _segment(prefix)
        if digits:
            bits += f"0100{1:016b}{ord('#'):08b}0001{len(digits):012b}" + _decimal(digits)
        limit = 8 * self.capacity
        if len(bits) > limit:
            raise BadMark("address_too_long", f"{len(bits)} bits of {limit}")
        bits += "0" * min(4, limit - len(bits))
        bits += "0" * (-len(bits) % 8)
        data = int(bits, 2).to_bytes(len(bits) // 8, "big")
        return (data + b"\xec\x11" * (self.capacity - len(data)))[: self.capacity]

    def _codewords(self, data: bytes) -> bytearray:
        """Data and error correction of all blocks, interleaved (ISO/IEC 18004, 7.6)."""
        count, longest, shortest = len(self._sizes), max(self._sizes), min(self._sizes)
        result = bytearray(self.capacity + count * self._correction)
        start, longer = 0, 0
        for number, size in enumerate(self._sizes):
            block = data[start : start + size]
            start += size
            result[number : count * shortest : count] = block[:shortest]
            if size > shortest:
                result[count * shortest + longer] = block[shortest]
                longer += 1
            remainder = reduce(xor, map(getitem, self._remainders[longest - size :], block))
            result[self.capacity + number :: count] = remainder.to_bytes(self._correction, "big")
        return result


@cache
def symbol(version: int) -> Symbol:
    """The symbol of a version, made once in a process."""
    return Symbol(version)


def _pieces(places: list[tuple[int, int]], blank: dict[tuple[int, int], bool], count: int) -> list[bytes]:
    """By the value of half a codeword: the path of its dark modules."""
    mask = sum(blank[place] << (3 - bit) for bit, place in enumerate(places))
    dark = [{place for bit, place in enumerate(places) if (value ^ mask) >> (3 - bit) & 1} for value in range(16)]
    return [_rectangles(cells, count) for cells in dark]


def _together(tables: list[list[bytes]]) -> list[list[bytes]]:
    """The same, copied so that it lies together in memory: looking up 800 of them is all waiting for memory."""
    return [[bytes(memoryview(piece)) for piece in pieces] for pieces in tables]


def _rectangles(cells: set[tuple[int, int]], count: int) -> bytes:
    """Rows of dark modules or columns of them, whichever makes the shorter path; y grows upwards."""
    rows = [f"{c} {count - 1 - r} {n} 1 re " for (r, c), n in _runs(cells)]
    turned = _runs({(column, row) for row, column in cells})
    columns = [f"{c} {count - r - n} 1 {n} re " for (c, r), n in turned]
    return min("".join(rows), "".join(columns), key=len).encode("ascii")


def _runs(cells: Iterable[tuple[int, int]]) -> list[tuple[tuple[int, int], int]]:
    """((row, first column), length) of each run of neighbours in a row."""
    runs: list[tuple[tuple[int, int], int]] = []
    for row, column in sorted(cells):
        if runs and runs[-1][0][0] == row and runs[-1][0][1] + runs[-1][1] == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append(((row, column), 1))
    return runs


def _layout(version: int, total: int) -> tuple[dict[tuple[int, int], bool], list[list[tuple[int, int]]]]:
    """The library's symbol for codewords of zeros, and the eight modules of each codeword, its highest bit first.

    Found by drawing: codewords that spell out the binary digits of every bit's own number.
    """
    blank = _drawn(version, bytes(total))
    numbers = dict.fromkeys(blank, 0)
    for power in range((8 * total).bit_length()):
        spelt = sum(1 << (8 * total - 1 - bit) for bit in range(8 * total) if bit >> power & 1)
        probe = _drawn(version, spelt.to_bytes(total, "big"))
        for place, dark in probe.items():
            numbers[place] |= (dark != blank[place]) << power
    full = _drawn(version, b"\xff" * total)
    places: list[list[tuple[int, int]]] = [[(0, 0)] * 8 for _ in range(total)]
    for place, bit in numbers.items():
        if full[place] != blank[place]:
            places[bit // 8][bit % 8] = place
    return blank, places


def _drawn(version: int, codewords: bytes) -> dict[tuple[int, int], bool]:
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    code.data_cache = list(codewords)
    code.makeImpl(False, _MASK)
    return {(r, c): bool(dark) for r, line in enumerate(code.modules) for c, dark in enumerate(line)}


def _remainders(size: int, correction: int) -> list[list[int]]:
    """For each position in the longest block, the remainder that each byte value adds (Reed-Solomon, GF(256))."""
    generator = [1]
    for power in range(correction):
        shifted = [0, *(_times(part, EXP_TABLE[power]) for part in generator)]
        generator = [a ^ b for a, b in zip([*generator, 0], shifted, strict=True)]
    remainder, rows = generator[1:], []
    for _ in range(size):
        rows.append([_packed(_times(value, part) for part in remainder) for value in range(256)])
        lead, shifted = remainder[0], [*remainder[1:], 0]
        remainder = [part ^ _times(lead, g) for part, g in zip(shifted, generator[1:], strict=True)]
    return rows[::-1]


def _times(a: int, b: int) -> int:
    return EXP_TABLE[(LOG_TABLE[a] + LOG_TABLE[b]) % 255] if a and b else 0


def _packed(parts: Iterable[int]) -> int:
    return int.from_bytes(bytes(parts), "big")


@lru_cache(maxsize=1024)
def _segment(text: str) -> str:
    """The bits of a text in the densest mode that holds it whole; counts as versions 10 to 26 write them."""
    if not _PLAIN.fullmatch(text):
        data = text.encode()
        return f"0100{len(data):016b}" + "".join(f"{byte:08b}" for byte in data)
    values = [_ALPHANUMERIC.index(character) for character in text]
    pairs = "".join(f"{45 * a + b:011b}" for a, b in zip(values[::2], values[1::2], strict=False))
    return f"0010{len(text):011b}{pairs}" + (f"{values[-1]:06b}" if len(values) % 2 else "")


def _decimal(digits: str) -> str:
    triples = "".join(map(_TRIPLES.__getitem__, _THREE.findall(digits)))
    rest = digits[len(digits) - len(digits) % 3 :]
    return triples + (f"{int(rest):0{3 * len(rest) + 1}b}" if rest else "")
