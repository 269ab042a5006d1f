"""The visible mark: what it says, how big it is, and its drawing as one PDF content stream.

Vector only, greys only, opaque white ground, no transparency: fit for PDF/A and for a photocopier. The QR code
(ISO/IEC 18004, level M) is never under 57 pt (20 mm) and keeps the standard's 4-module white quiet zone.
Knows no page and no file; prepare.py puts the stream into one. Lengths are points, origin bottom-left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from signing import fonts
from signing.errors import BadMark, BadPlacement
from signing.fonts import Font

LEAST_CODE = 57.0
NATURAL_CODE = 60.0
LARGEST_CODE = 110.0
QUIET_MODULES = 4
_NARROWEST, _WIDEST = 96.0, 172.0  # the text column
_LARGEST_MODULES = 57  # version 10: still 1 pt a module at 57 pt
_LONGEST_ADDRESS = 320  # more than version 10 holds, less than version 40
_SIZES = {"heading": 6.4, "strong": 9.2, "line": 7.2, "footer": 5.6}
_GREYS = {"heading": 0.35, "strong": 0.0, "line": 0.12, "footer": 0.35}
_AFTER = {"heading": 1.0, "strong": 1.4, "line": 0.0, "footer": 0.0}  # extra space below
_LEAST_TEXT = 0.6  # of the sizes above, before a text counts as not fitting
_BEFORE_WRAPPING = 0.84
_LEADING = 1.22
_DROP = 0.26  # of the size: how far the baseline stands above its row's bottom
_MARGIN = 5.0


@dataclass(frozen=True)
class Stamp:
    """What the mark says. `lines[strong]` is set in the heavier face: the name. `address` is what the QR holds."""

    address: str
    lines: tuple[str, ...]
    footer: str
    heading: str = "Ditandatangani secara elektronik oleh:"
    strong: int = 0

    def __post_init__(self) -> None:
        if not self.address:
            raise BadMark("no_address")
        if not any(line.strip() for line in self.lines):
            raise BadMark("no_lines")

    @property
    def size(self) -> tuple[float, float]:
        """Natural (width, height) in points. Raises BadMark(address_too_long)."""
        column = min(max(self._widest(), _NARROWEST), _WIDEST)
        width = _code_box(NATURAL_CODE, len(modules(self.address))) + column + _MARGIN
        zone, foot = _heights(self, width, NATURAL_CODE, 1.0)
        return round(width, 2), round(zone + foot, 2)

    @property
    def text(self) -> str:
        """All that the mark says, in reading order: its alternative text."""
        return " ".join(part for part in (self.heading, *self.lines, self.footer, self.address) if part)

    def _widest(self) -> float:
        return max(face.width(text, _SIZES[role]) for role, face, text in self.texts()) + 1

    def texts(self) -> Iterator[tuple[str, Font, str]]:
        """(role, face, text) for each text beside the code, top to bottom."""
        if self.heading:
            yield "heading", fonts.regular(), self.heading
        for index, line in enumerate(self.lines):
            if line.strip():
                role = "strong" if index == self.strong else "line"
                yield role, fonts.semibold() if role == "strong" else fonts.regular(), " ".join(line.split())


@dataclass
class Drawing:
    """A drawn mark: the content stream and, by name of face, the glyphs that it needs."""

    width: float
    height: float
    content: bytes = b""
    used: dict[str, set[int]] = field(default_factory=dict)


@lru_cache(maxsize=64)
def modules(address: str) -> tuple[tuple[bool, ...], ...]:
    """The QR matrix without quiet zone, level M, in the densest mode (upper-case addresses: alphanumeric).

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


def draw(stamp: Stamp, width: float, height: float) -> Drawing:
    """Draw the mark into a box of this size: scaled up with it, its text shrunk and wrapped where it is tight.

    Raises BadPlacement(too_small) if the QR code would be under 57 pt or the text illegible, BadMark as modules().
    """
    code, scale = _fit(stamp, width, height)
    matrix = modules(stamp.address)
    drawing = Drawing(width, height)
    zone, foot = _heights(stamp, width, code, scale)
    box = _code_box(code, len(matrix))
    top = height - (height - zone - foot) / 2
    parts = [f"q 1 g 0 0 {_n(width)} {_n(height)} re f 0 g"]
    parts.append(_code_path(matrix, code, (box - code) / 2, top - (zone + code) / 2))
    parts += _column(stamp, drawing, (box, top - zone, width - box - _MARGIN * scale, zone), scale)
    parts += _foot(stamp, drawing, ((box - code) / 2, top - zone, width), scale)
    drawing.content = "\n".join([*parts, "Q"]).encode("ascii")
    return drawing


def _fit(stamp: Stamp, width: float, height: float) -> tuple[float, float]:
    """The largest (code side, text scale) that fits: the code first shrinks to 57 pt, then the text.

    A little smaller beats wrapped: down to _BEFORE_WRAPPING the scale with the fewest rows wins.
    """
    natural_width, natural_height = stamp.size
    ratio = min(width / natural_width, height / natural_height)
    code = min(max(NATURAL_CODE * ratio, LEAST_CODE), LARGEST_CODE)
    start = min(max(ratio, 1.0), LARGEST_CODE / NATURAL_CODE)
    scales = [start * step / 50 for step in range(50, int(50 * _LEAST_TEXT) - 1, -1)]
    fitting = (scale for scale in scales if sum(_heights(stamp, width, code, scale)) <= height + 0.01)
    largest = next(fitting, None)
    if largest is None:
        raise BadPlacement("too_small", f"{width:.0f} x {height:.0f} pt for {natural_width} x {natural_height}")
    if _rows(stamp, width, code, largest) == len(list(stamp.texts())):
        return code, largest
    readable = [largest, *takewhile(lambda scale: scale >= start * _BEFORE_WRAPPING, fitting)]
    return code, min(readable, key=lambda scale: (_rows(stamp, width, code, scale), -scale))


def _rows(stamp: Stamp, width: float, code: float, scale: float) -> int:
    column = width - _code_box(code, len(modules(stamp.address))) - _MARGIN * scale
    return sum(len(rows) for _, _, rows in _wrapped(stamp, column, scale))


def _heights(stamp: Stamp, width: float, code: float, scale: float) -> tuple[float, float]:
    """Heights of the upper zone (code and text) and of the foot, in a mark this wide; infinite if too narrow."""
    box = _code_box(code, len(modules(stamp.address)))
    column = width - box - _MARGIN * scale
    if column < 40:
        return float("inf"), 0.0
    text = _text_height(_wrapped(stamp, column, scale), scale)
    return max(box, text + 8 * scale), _foot_height(stamp, width, box - code, scale)


def _text_height(texts: list[tuple[str, Font, list[str]]], scale: float) -> float:
    return scale * sum(_SIZES[role] * _LEADING * len(rows) + _AFTER[role] for role, _, rows in texts)


def _foot_height(stamp: Stamp, width: float, quiet: float, scale: float) -> float:
    rows = _foot_rows(stamp, width - quiet / 2 - _MARGIN * scale, scale)
    return (3.5 + len(rows) * _SIZES["footer"] * _LEADING) * scale + 1.5 if rows else 0.0


def _foot_rows(stamp: Stamp, width: float, scale: float) -> list[str]:
    return _wrap(fonts.regular(), " ".join(stamp.footer.split()), _SIZES["footer"] * scale, width)


def _wrapped(stamp: Stamp, column: float, scale: float) -> list[tuple[str, Font, list[str]]]:
    return [(role, face, _wrap(face, text, _SIZES[role] * scale, column)) for role, face, text in stamp.texts()]


def _wrap(face: Font, text: str, size: float, width: float) -> list[str]:
    """Break a text into rows no wider than `width`, as few as possible and then as even as possible."""
    rows = _greedy(face, text, size, width)
    if len(rows) < 2:
        return rows
    low, high = width / 2, width
    for _ in range(6):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_greedy(face, text, size, middle)) == len(rows) else (middle, high)
    return _greedy(face, text, size, high)


def _greedy(face: Font, text: str, size: float, width: float) -> list[str]:
    rows: list[str] = []
    for word in text.split():
        if rows and face.width(f"{rows[-1]} {word}", size) <= width:
            rows[-1] += f" {word}"
            continue
        rows += _pieces(face, word, size, width)
    return rows


def _pieces(face: Font, word: str, size: float, width: float) -> list[str]:
    """A word that is wider than a row, cut into pieces that are not; any other word whole."""
    pieces = [""]
    for character in word:
        if pieces[-1] and face.width(pieces[-1] + character, size) > width:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _code_box(code: float, count: int) -> float:
    return code + 2 * QUIET_MODULES * code / count


def _code_path(matrix: tuple[tuple[bool, ...], ...], side: float, left: float, bottom: float) -> str:
    """The code as one path of run-length rectangles: one fill, so no seams between modules when rasterised."""
    count = len(matrix)
    unit = side / count
    runs = (
        f"{start} {count - 1 - row} {length} 1 re" for row, line in enumerate(matrix) for start, length in _runs(line)
    )
    return f"q {unit:.5f} 0 0 {unit:.5f} {_n(left)} {_n(bottom)} cm {' '.join(runs)} f Q"


def _runs(line: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    start = None
    for index, dark in enumerate((*line, False)):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            yield start, index - start
            start = None


def _column(stamp: Stamp, drawing: Drawing, area: tuple[float, float, float, float], scale: float) -> Iterator[str]:
    left, bottom, width, height = area
    texts = _wrapped(stamp, width, scale)
    place = bottom + (height + _text_height(texts, scale)) / 2
    for role, face, rows in texts:
        yield from _text(drawing, (role, face, rows), (left, place), scale)
        place -= _text_height([(role, face, rows)], scale)


def _foot(stamp: Stamp, drawing: Drawing, area: tuple[float, float, float], scale: float) -> Iterator[str]:
    left, top, width = area
    right = width - _MARGIN * scale
    rows = _foot_rows(stamp, right - left, scale)
    if rows:
        yield f"q 0.6 G 0.4 w {_n(left)} {_n(top)} m {_n(right)} {_n(top)} l S Q"
        yield from _text(drawing, ("footer", fonts.regular(), rows), (left, top - 2.5 * scale), scale)


def _text(
    drawing: Drawing, text: tuple[str, Font, list[str]], corner: tuple[float, float], scale: float
) -> Iterator[str]:
    """Rows downwards from a top-left corner, each a kerned TJ of two-byte glyph numbers; notes the glyphs used."""
    role, face, rows = text
    left, place = corner
    size = _SIZES[role] * scale
    for row in rows:
        place -= size * _LEADING
        drawing.used.setdefault(face.name, set()).update(face.glyphs(row))
        start = f"BT {_GREYS[role]:g} g /{face.name} {size:.2f} Tf {_n(left)} {_n(place + size * _DROP)} Td"
        yield f"{start} [<{_shown(face, row)}>] TJ ET"


def _shown(face: Font, row: str) -> str:
    parts, previous = [], None
    for glyph in face.glyphs(row):
        gap = face.kern(previous, glyph) if previous is not None else 0
        parts.append(f">{-gap}<{glyph:04X}" if gap else f"{glyph:04X}")
        previous = glyph
    return "".join(parts)


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
