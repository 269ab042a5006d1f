"""The visible mark: what it says, how big it is, and its drawing as one PDF content stream.

Vector only, greys only, opaque white ground, no transparency: fit for PDF/A and for a photocopier. The QR code keeps
the standard's 4-module white quiet zone; it is never under 57 pt (20 mm), a sealed one never under 71 pt (25 mm).
A sealed code does not exist before the approval: until then a frame in its place says so, in a hole of fixed length.
Knows no page and no file; prepare.py puts the stream into one. Lengths are points, origin bottom-left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from signing import fonts, qr, seal
from signing.errors import BadMark, BadPlacement
from signing.fonts import Font

LEAST_CODE = 57.0
LEAST_SEALED = 71.0  # 25 mm
LARGEST_CODE = 110.0
QUIET_MODULES = 4
_NARROWEST, _WIDEST = 96.0, 172.0  # the text column
_SIZES = {"heading": 6.4, "strong": 9.2, "line": 7.2, "footer": 5.6}
_GREYS = {"heading": 0.35, "strong": 0.0, "line": 0.12, "footer": 0.35}
_BEFORE = {"heading": 0.0, "strong": 1.0, "line": 0.7, "footer": 4.2}  # extra space above
_LEAST_TEXT = 0.6  # of the sizes above, before a text counts as not fitting
_BEFORE_WRAPPING = 0.84
_LEADING = 1.22
_DROP = 0.26  # of the size: how far the baseline stands above its row's bottom
_MARGIN = 5.0
SEAL = b"%seal "  # a comment in the content stream: where the hole begins, and for which symbol and address
_AWAITED = ("Kode QR terbit", "saat surat ini", "ditandatangani")


@dataclass(frozen=True)
class Stamp:
    """What the mark says. `lines[strong]` is set in the heavier face: the name. `address` is what the QR holds.

    With `sealed` the QR code is left to the approval, which writes the seal behind the address (seal.py).
    """

    address: str
    lines: tuple[str, ...]
    footer: str
    heading: str = "Ditandatangani secara elektronik oleh:"
    strong: int = 0
    sealed: bool = False

    def __post_init__(self) -> None:
        if not self.address:
            raise BadMark("no_address")
        if not any(line.strip() for line in self.lines):
            raise BadMark("no_lines")

    @property
    def modules(self) -> int:
        """Modules of a side of the code. Raises BadMark(address_too_long)."""
        if self.sealed:
            return qr.symbol(seal.version_for(self.address)).count
        return len(qr.modules(self.address))

    @property
    def least(self) -> float:
        """The smallest side of the code, in points."""
        return LEAST_SEALED if self.sealed else LEAST_CODE

    @property
    def size(self) -> tuple[float, float]:
        """Natural (width, height) in points. Raises BadMark(address_too_long)."""
        column = min(max(self._widest(), _NARROWEST), _WIDEST)
        width = _code_box(self, self.least) + column + _MARGIN
        return round(width, 2), round(_height(self, width, self.least, 1.0), 2)

    @property
    def text(self) -> str:
        """All that the mark says, in reading order: its alternative text."""
        return " ".join(part for part in (self.heading, *self.lines, self.footer, self.address) if part)

    def _widest(self) -> float:
        return max(face.width(text, _SIZES[role]) for role, face, text in self.texts() if role != "footer") + 1

    def texts(self) -> Iterator[tuple[str, Font, str]]:
        """(role, face, text) for each text beside the code, top to bottom."""
        if self.heading:
            yield "heading", fonts.regular(), self.heading
        for index, line in enumerate(self.lines):
            if line.strip():
                role = "strong" if index == self.strong else "line"
                yield role, fonts.semibold() if role == "strong" else fonts.regular(), " ".join(line.split())
        if self.footer.strip():
            yield "footer", fonts.regular(), " ".join(self.footer.split())


@dataclass
class Drawing:
    """A drawn mark: the content stream and, by name of face, the glyphs that it needs."""

    width: float
    height: float
    content: bytes = b""
    used: dict[str, set[int]] = field(default_factory=dict)

    @property
    def has_hole(self) -> bool:
        """Whether a sealed code will be written into the content later, which must then stay uncompressed."""
        return SEAL in self.content


def draw(stamp: Stamp, width: float, height: float) -> Drawing:
    """Draw the mark into a box of this size: scaled up with it, its text shrunk and wrapped where it is tight.

    Raises BadPlacement(too_small) if the QR code would be under its least side or the text illegible, BadMark.
    """
    code, scale = _fit(stamp, width, height)
    drawing = Drawing(width, height)
    box = _code_box(stamp, code)
    parts = [f"q 1 g 0 0 {_n(width)} {_n(height)} re f 0 g"]
    parts.append(_code(stamp, drawing, code, ((box - code) / 2, (height - code) / 2)))
    parts += _column(stamp, drawing, (box, 0, width - box - _MARGIN * scale, height), scale)
    drawing.content = "\n".join([*parts, "Q"]).encode("ascii")
    return drawing


def _fit(stamp: Stamp, width: float, height: float) -> tuple[float, float]:
    """The largest (code side, text scale) that fits: the code first shrinks to its least side, then the text.

    A little smaller beats wrapped: down to _BEFORE_WRAPPING the scale with the fewest rows wins.
    """
    natural_width, natural_height = stamp.size
    ratio = min(width / natural_width, height / natural_height)
    code = min(max(stamp.least * ratio, stamp.least), LARGEST_CODE)
    start = min(max(ratio, 1.0), LARGEST_CODE / stamp.least)
    scales = [start * step / 50 for step in range(50, int(50 * _LEAST_TEXT) - 1, -1)]
    fitting = (scale for scale in scales if _height(stamp, width, code, scale) <= height + 0.01)
    largest = next(fitting, None)
    if largest is None:
        raise BadPlacement("too_small", f"{width:.0f} x {height:.0f} pt for {natural_width} x {natural_height}")
    if _rows(stamp, width, code, largest) == len(list(stamp.texts())):
        return code, largest
    readable = [largest, *takewhile(lambda scale: scale >= start * _BEFORE_WRAPPING, fitting)]
    return code, min(readable, key=lambda scale: (_rows(stamp, width, code, scale), -scale))


def _rows(stamp: Stamp, width: float, code: float, scale: float) -> int:
    column = width - _code_box(stamp, code) - _MARGIN * scale
    return sum(len(rows) for _, _, rows in _wrapped(stamp, column, scale))


def _height(stamp: Stamp, width: float, code: float, scale: float) -> float:
    """What a mark this wide needs; infinite if it is too narrow."""
    box = _code_box(stamp, code)
    column = width - box - _MARGIN * scale
    if column < 40:
        return float("inf")
    return max(box, _text_height(_wrapped(stamp, column, scale), scale) + 4 * scale)


def _text_height(texts: list[tuple[str, Font, list[str]]], scale: float) -> float:
    return scale * sum(_SIZES[role] * _LEADING * len(rows) + _BEFORE[role] for role, _, rows in texts)


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


def _code_box(stamp: Stamp, code: float) -> float:
    return code + 2 * QUIET_MODULES * code / stamp.modules


def _code(stamp: Stamp, drawing: Drawing, side: float, corner: tuple[float, float]) -> str:
    """The code, or for a sealed one the hole into which sign.py writes it: a frame, its words, and blanks."""
    unit = side / stamp.modules
    start = f"q {unit:.5f} 0 0 {unit:.5f} {_n(corner[0])} {_n(corner[1])} cm "
    if not stamp.sealed:
        return f"{start}{qr.path(qr.modules(stamp.address)).decode()}f Q"
    version = seal.version_for(stamp.address)
    head = f"{SEAL.decode()}{version} {stamp.address}\n"
    return f"{start}\n{(head + _awaited(drawing, stamp.modules)).ljust(qr.symbol(version).room)} Q"


def _awaited(drawing: Drawing, modules: int) -> str:
    """A frame that nobody takes for a code, in units of a module."""
    face, size, row = fonts.regular(), modules / 9.5, modules / 7.5
    parts = [f"0.55 G 0.45 g 0.5 w [2 1.5] 0 d 1 1 {modules - 2} {modules - 2} re S"]
    for number, text in enumerate(_AWAITED):
        drawing.used.setdefault(face.name, set()).update(face.glyphs(text))
        left, up = (modules - face.width(text, size)) / 2, modules / 2 + row * (0.7 - number)
        parts.append(f"BT /{face.name} {_n(size)} Tf {_n(left)} {_n(up)} Td [<{_shown(face, text)}>] TJ ET")
    return " ".join(parts)


def _column(stamp: Stamp, drawing: Drawing, area: tuple[float, float, float, float], scale: float) -> Iterator[str]:
    left, bottom, width, height = area
    texts = _wrapped(stamp, width, scale)
    place = bottom + (height + _text_height(texts, scale)) / 2
    for role, face, rows in texts:
        place -= _BEFORE[role] * scale
        if role == "footer":
            rule = _n(place + (_BEFORE[role] / 2 - 0.6) * scale)
            yield f"q 0.6 G 0.4 w {_n(left)} {rule} m {_n(left + width)} {rule} l S Q"
        yield from _text(drawing, (role, face, rows), (left, place), scale)
        place -= scale * _SIZES[role] * _LEADING * len(rows)


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
