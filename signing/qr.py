"""QR codes (ISO/IEC 18004), level M: a whole one from the library, and one whose last characters come at the approval.

Drawing a symbol from nothing costs 5-9 ms, most of it in trying masks. Error correction is linear, so with version
and mask fixed each data byte adds a known remainder and each bit turns one known module: two tables, read out of
the library once, make a symbol in 0.04 ms. Knows no PDF but the path operators of a content stream.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from qrcode.base import EXP_TABLE, LOG_TABLE, rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from signing.errors import BadMark

_LARGEST_MODULES = 57  # of a plain symbol: version 10, still 1 pt a module at 57 pt
_LONGEST_ADDRESS = 320  # more than version 10 holds, less than version 40
_MASK = 2  # any will do for what looks random
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_PLAIN = re.compile(r"[0-9A-Z $%*+\-./:]+")
_ROOM = {11: 15_000, 12: 17_000}  # bytes of path: eight standard deviations above the mean (tests/signing/test_qr.py)
SEALED_VERSIONS = tuple(_ROOM)

Bytes = NDArray[np.uint8]
Indexes = NDArray[np.intp]


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
    return _rectangles(_framed(np.array(matrix, np.uint8), 0), len(matrix))


class Symbol:
    """One version with one mask. Get it by `symbol(version)`: its tables take 0.1 s to make and half a megabyte."""

    def __init__(self, version: int) -> None:
        self.count = 17 + 4 * version
        self.room = _ROOM[version]
        blocks = rs_blocks(version, ERROR_CORRECT_M)
        sizes, correction = [block.data_count for block in blocks], blocks[0].total_count - blocks[0].data_count
        self.capacity = sum(sizes)
        self._blocks = _blocks(sizes)
        self._remainders = _remainders(max(sizes), correction)
        self._rows = 256 * np.arange(max(sizes))
        blank, bits = _layout(version, self.capacity + correction * len(sizes))
        self._blank = _framed(blank, 0)
        codewords = _interleaved(sizes, correction, self._remainders[0].nbytes)
        sources = (8 * codewords[:, None] + np.arange(8)).ravel()
        self._sources = _framed(np.append(sources, 8 * self.capacity)[bits], 8 * self.capacity)

    def path(self, prefix: str, digits: str = "") -> bytes:
        """The path of a symbol that holds `prefix`, or `prefix#digits`. Raises BadMark(address_too_long)."""
        bits = self._data(prefix, digits)
        rows = np.packbits(bits).take(self._blocks) + self._rows
        remainders = np.bitwise_xor.reduce(self._remainders.take(rows, 0), 1)
        bits = np.concatenate((bits, np.unpackbits(remainders.view(np.uint8))))
        return _rectangles(bits.take(self._sources) ^ self._blank, self.count)

    def digits(self, prefix: str) -> int:
        """How many decimal digits fit after `prefix` and the sign #."""
        left = 8 * self.capacity - len(_segment(prefix)) - 28 - 16
        return left // 10 * 3

    def _data(self, prefix: str, digits: str) -> Bytes:
        """The bits of the data codewords, and of one codeword of zeros more: what is nowhere."""
        blank, start = _padded(self.capacity, prefix, len(digits))
        bits, whole = blank.copy(), len(digits) - len(digits) % 3
        end = start + whole // 3 * 10
        bits[start:end] = _TRIPLES.take(_bits(digits[:whole]).reshape(-1, 3) @ _PLACES, 0).ravel()
        if rest := digits[whole:]:
            bits[end : end + 3 * len(rest) + 1] = _bits(f"{int(rest):0{3 * len(rest) + 1}b}")
        return bits


@cache
def symbol(version: int) -> Symbol:
    """The symbol of a version, made once in a process."""
    return Symbol(version)


def _rectangles(framed: Bytes, count: int) -> bytes:
    """The runs of dark modules in each row of a framed symbol as rectangles; y grows upwards."""
    (edges,) = (framed[1:] != framed[:-1]).nonzero()
    starts, written, widths = edges[::2], *_pieces(count)
    rectangles = written.take(starts)
    rectangles["width"] = widths.take(edges[1::2] - starts)
    return rectangles.tobytes()


@cache
def _pieces(count: int) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """How a rectangle is written: all of it by its place in the frame, and its end by its width."""
    places = [divmod(place, count + 1) for place in range(count * (count + 1))]
    whole = [f"{column:02d} {count - 1 - row:02d} 01 1 re ".encode() for row, column in places]
    ends = [f"{width:02d} 1 re ".encode() for width in range(count + 1)]
    return np.array(whole, "V14").view([("corner", "V6"), ("width", "V8")]), np.array(ends, "V8")


def _framed(matrix: NDArray[np.integer], blank: int) -> NDArray[np.integer]:
    """A matrix in one row, with something blank before it and after each of its rows: no run is longer than a row."""
    return np.insert(np.pad(matrix, ((0, 0), (0, 1)), constant_values=blank).ravel(), 0, blank)


def _blocks(sizes: list[int]) -> Indexes:
    """Which data codewords each block takes; a short one takes, first of all, the codeword of zeros behind them."""
    ends, longest = np.cumsum(sizes), max(sizes)
    return np.array(
        [[sum(sizes)] * (longest - size) + list(range(end - size, end)) for size, end in zip(sizes, ends, strict=True)]
    )


def _interleaved(sizes: list[int], correction: int, width: int) -> Indexes:
    """Where each codeword of the symbol stands in data, zeros, remainders of `width` bytes (ISO/IEC 18004, 7.6)."""
    starts, behind = np.cumsum([0, *sizes]), sum(sizes) + 1
    data = [starts[block] + at for at in range(max(sizes)) for block, size in enumerate(sizes) if at < size]
    return np.array(data + [behind + block * width + at for at in range(correction) for block in range(len(sizes))])


def _layout(version: int, total: int) -> tuple[Bytes, Indexes]:
    """The library's symbol for codewords of zeros, and which of their bits turns each module; 8 * total: none.

    Found by drawing: codewords that spell out the binary digits of every bit's own number.
    """
    blank, numbers = _drawn(version, bytes(total)), np.arange(8 * total)
    found = np.zeros_like(blank, np.intp)
    for power in range((8 * total).bit_length()):
        found |= (_drawn(version, np.packbits(numbers >> power & 1).tobytes()) ^ blank).astype(np.intp) << power
    turned = _drawn(version, b"\xff" * total) ^ blank
    return blank, np.where(turned, found, 8 * total)


def _drawn(version: int, codewords: bytes) -> Bytes:
    code = QRCode(version=version, error_correction=ERROR_CORRECT_M, mask_pattern=_MASK)
    code.data_cache = list(codewords)
    code.makeImpl(False, _MASK)
    return np.array(code.modules, np.uint8)


def _remainders(size: int, correction: int) -> NDArray[np.uint64]:
    """What each byte value adds to the remainder (Reed-Solomon, GF(256)) at each place of the longest block.

    256 rows a place, first place first; the bytes of a remainder packed to whole words.
    """
    generator = np.array([1], np.uint8)
    for power in range(correction):
        generator = np.append(generator, 0) ^ np.insert(_times(generator, EXP_TABLE[power]), 0, 0)
    remainder, rows = generator[1:], []
    for _ in range(size):
        rows.append(_times(np.arange(256)[:, None], remainder))
        remainder = np.append(remainder[1:], 0).astype(np.uint8) ^ _times(generator[1:], int(remainder[0]))
    table = np.concatenate(rows[::-1])
    return np.pad(table, ((0, 0), (0, -correction % 8))).view(np.uint64)


def _times(a: NDArray[np.integer], b: NDArray[np.integer] | int) -> Bytes:
    product = np.take(EXP_TABLE, (np.take(LOG_TABLE, a) + np.take(LOG_TABLE, b)) % 255)
    return np.where((a == 0) | (np.asarray(b) == 0), 0, product).astype(np.uint8)


def _bits(text: str) -> Bytes:
    return np.frombuffer(text.encode(), np.uint8) - ord("0")


_PADDING = _bits("1110110000010001")
_TRIPLES = np.array([_bits(f"{number:010b}") for number in range(1000)])
_PLACES = np.array([100, 10, 1])


@lru_cache(maxsize=1024)
def _padded(capacity: int, prefix: str, digits: int) -> tuple[Bytes, int]:
    """All data bits but those of so many digits, padded as the standard says, and where the digits begin."""
    head, limit = _segment(prefix), 8 * capacity
    if digits:
        head = np.append(head, _bits(f"0100{1:016b}{ord('#'):08b}0001{digits:012b}"))
    length = len(head) + -(-10 * digits // 3)
    if length > limit:
        raise BadMark("address_too_long", f"{length} bits of {limit}")
    bits = np.zeros(limit + 8, np.uint8)
    bits[: len(head)] = head
    begun = min(-(-(length + 4) // 8) * 8, limit)  # four bits of terminator, then to the end of the codeword
    bits[begun:limit] = np.resize(_PADDING, limit - begun)
    return bits, len(head)


@lru_cache(maxsize=1024)
def _segment(text: str) -> Bytes:
    """The bits of a text in the densest mode that holds it whole; counts as versions 10 to 26 write them."""
    if not _PLAIN.fullmatch(text):
        data = text.encode()
        return _bits(f"0100{len(data):016b}" + "".join(f"{byte:08b}" for byte in data))
    values = [_ALPHANUMERIC.index(character) for character in text]
    pairs = "".join(f"{45 * a + b:011b}" for a, b in zip(values[::2], values[1::2], strict=False))
    return _bits(f"0010{len(text):011b}{pairs}" + (f"{values[-1]:06b}" if len(values) % 2 else ""))
