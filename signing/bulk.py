"""Inside the child: what would take too much. Page boxes, the number of pages, and streams that unpack without end."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Name, Object, Stream

from signing.errors import BadDocument
from signing.parts import text_of

_RATIO = 1_032  # the most that one layer of Flate can hide (zlib's own bound)
_SMALL = 4_000_000  # decoded bytes nobody minds
_ALL_TIMES = 4  # all streams together, in times of the most for one
_CHUNK = 1 << 20
_FLATE = {"/FlateDecode", "/Fl"}
_MOST_LAYERS = 4


def check_pages(pdf: pikepdf.Pdf, most: int) -> int:
    """-> number of pages. Raises BadDocument: no_pages, too_many_pages, broken (a page tree in a circle)."""
    count = len(pdf.pages)
    if not count:
        raise BadDocument("no_pages")
    if count > most:
        raise BadDocument("too_many_pages", f"{count} pages")
    return count


def check_sides(sizes: Sequence[tuple[float, float]], least: float, most: float) -> None:
    """Raises BadDocument: page_too_large for any page, page_too_small if no page has room for a mark."""
    for across, up in sizes:
        if not max(across, up) <= most:
            raise BadDocument("page_too_large", f"{across:.0f} x {up:.0f} pt")
    if not any(min(size) >= least for size in sizes):
        raise BadDocument("page_too_small", f"{sizes[0][0]:.0f} x {sizes[0][1]:.0f} pt")


def check_streams(pdf: pikepdf.Pdf, most: int) -> None:
    """Unpack what could be large, piece by piece and keeping nothing. Raises BadDocument(too_complex)."""
    total = 0
    for entry in pdf.objects:
        if isinstance(entry, Stream):
            total += _decoded(entry, most)
            if total > _ALL_TIMES * most:
                raise BadDocument("too_complex", "all streams together unpack to too much")


def _decoded(stream: Object, most: int) -> int:
    """Bytes that a stream unpacks to, an estimate where it cannot be much."""
    if stream.get("/Subtype") == Name("/Image"):
        _check_image(stream, most)
    filters = _filters(stream.get("/Filter"))
    if len(filters) > _MOST_LAYERS:
        raise BadDocument("too_complex", f"{len(filters)} filters on one stream")
    layers = sum(name in _FLATE for name in filters)
    packed = _length(stream)
    if not layers or packed * _RATIO**layers <= _SMALL:
        return packed
    pieces: Iterator[bytes] = iter([stream.read_raw_bytes()])
    for name in filters:
        if name not in _FLATE:
            break
        pieces = _unpacked(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise BadDocument("too_complex", f"object {stream.objgen[0]} unpacks to more than {most} bytes")
    return size


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj()
    for piece in pieces:
        waiting = piece
        while waiting:
            try:
                yield engine.decompress(waiting, _CHUNK)
            except zlib.error:  # damaged data ends here; whether it can be drawn is found out by drawing
                return
            waiting = engine.unconsumed_tail


def _check_image(stream: Object, most: int) -> None:
    bits = _number(stream.get("/BitsPerComponent", 8)) or 1
    samples = _number(stream.get("/Width")) * _number(stream.get("/Height"))
    if samples * bits > 8 * most:
        raise BadDocument("too_complex", f"object {stream.objgen[0]}: image of {samples} samples")


def _filters(value: Any) -> list[str]:
    if isinstance(value, Name):
        return [text_of(value)]
    return [text_of(name) for name in value] if isinstance(value, Array) else []


def _length(stream: Object) -> int:
    return max(_number(stream.get("/Length")), 0) or len(stream.read_raw_bytes())


def _number(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
