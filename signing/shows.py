"""Inside the child: what a content stream shows as text, code by code with its place; and words put in place of others.

Source: ISO 32000-2, 9.3 (text state), 9.4 (text objects; 9.4.4 for the displacement), 8.4.2 (q and Q), 14.9.4
(/ActualText).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import hypot
from typing import Any

from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Object, Operator, String

from signing.advances import Font

Transform = tuple[float, float, float, float, float, float]
_SAME: Transform = (1, 0, 0, 1, 0, 0)
_DEEPEST = 1_000  # graphics states within one another
UNSEEN = 3  # text rendering modes from here on draw nothing, or cut out what follows


@dataclass(frozen=True)
class Piece:
    """One code, with its origin in user space and what moves the pen as far in its place; or a gap: a bare `move`."""

    move: float  # a number of TJ: thousandths of an em, to the left
    code: bytes = b""
    at: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Shown:
    """One operator that shows text. `em` is in user space units; `is_replaced`: readers are told another text."""

    index: int
    pieces: tuple[Piece, ...]
    font: Font
    name: Name
    size: float
    spacing: float
    em: float
    mode: int
    is_replaced: bool


@dataclass(frozen=True)
class Word:
    """A text in a font of the page's resources: `codes`, their length in ems, the size as a share of what was there."""

    font: Name
    codes: bytes
    length: float
    share: float


@dataclass(frozen=True)
class _State:
    """The graphics state as far as text needs it."""

    space: Transform = _SAME
    font: Font | None = None
    name: Name | None = None
    size: float = 0.0
    spacing: float = 0.0
    words: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


@dataclass
class _Reader:
    resources: Object
    state: _State = field(default_factory=_State)
    line: Transform = _SAME
    text: Transform = _SAME
    kept: list[_State] = field(default_factory=list)
    marked: list[bool] = field(default_factory=list)
    fonts: dict[str, Font] = field(default_factory=dict)

    def step(self, operator: str, given: list[Any]) -> tuple[Piece, ...] | None:
        """Follow one operator. -> what it shows, None for one that shows no text"""
        if operator in _SETTINGS:
            name, read = _SETTINGS[operator]
            self.state = replace(self.state, **{name: read(given[0])})
        elif operator in ("Tj", "'", '"', "TJ"):
            if operator == '"':
                self.state = replace(self.state, words=float(given[0]), spacing=float(given[1]))
            if operator in "'\"":
                self._move(0, -self.state.leading)
            return tuple(self._show(given[-1] if operator == "TJ" else [given[-1]]))
        elif (act := getattr(self, f"_{_ACTS.get(operator, '')}", None)) is not None:
            act(*given)
        return None

    def _show(self, items: Any) -> Iterator[Piece]:
        now = self.state
        for item in items:
            if not isinstance(item, String):
                yield Piece(float(item))
                self._on(-float(item) / 1000 * now.size)
                continue
            for code in now.font.codes(bytes(item)) if now.font else ():
                # Word spacing is for the single byte 32 alone, whatever it shows.
                between = now.spacing + (now.words if code == b" " else 0.0)
                length = now.font.advance(code) * now.size + between
                where = _times(self.text, now.space)
                x, y = now.rise * where[2] + where[4], now.rise * where[3] + where[5]
                yield Piece(-1000 * length / now.size if now.size else 0.0, code, (x, y))
                self._on(length)

    def _on(self, length: float) -> None:
        self.text = _times((1, 0, 0, 1, length * self.state.stretch, 0), self.text)

    def _move(self, x: float, y: float) -> None:
        self.line = self.text = _times((1, 0, 0, 1, float(x), float(y)), self.line)

    def _move_leading(self, x: float, y: float) -> None:
        self.state = replace(self.state, leading=-float(y))
        self._move(x, y)

    def _next_line(self) -> None:
        self._move(0, -self.state.leading)

    def _set_matrix(self, *given: Any) -> None:
        self.line = self.text = tuple(map(float, given))  # type: ignore[assignment]

    def _begin(self) -> None:
        self.line = self.text = _SAME

    def _transform(self, *given: Any) -> None:
        self.state = replace(self.state, space=_times(tuple(map(float, given)), self.state.space))  # type: ignore[arg-type]

    def _keep(self) -> None:
        if len(self.kept) > _DEEPEST:
            raise RecursionError
        self.kept.append(self.state)

    def _restore(self) -> None:
        if self.kept:
            self.state = self.kept.pop()

    def _choose(self, name: Name, size: Any) -> None:
        found = self.resources.get("/Font", Dictionary()).get(str(name))
        if str(name) not in self.fonts and isinstance(found, Dictionary):
            self.fonts[str(name)] = Font(found)
        self.state = replace(self.state, font=self.fonts.get(str(name)), name=name, size=float(size))

    def _mark(self, _tag: Name, properties: Any = None) -> None:
        if isinstance(properties, Name):
            properties = self.resources.get("/Properties", Dictionary()).get(str(properties))
        self.marked.append(isinstance(properties, Dictionary) and "/ActualText" in properties)

    def _unmark(self) -> None:
        if self.marked:
            self.marked.pop()


_SETTINGS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "Tc": ("spacing", float), "Tw": ("words", float), "Tz": ("stretch", lambda given: float(given) / 100),
    "TL": ("leading", float), "Ts": ("rise", float), "Tr": ("mode", int),
}  # fmt: skip
_ACTS = {
    "BT": "begin", "Td": "move", "TD": "move_leading", "T*": "next_line", "Tm": "set_matrix", "cm": "transform",
    "q": "keep", "Q": "restore", "Tf": "choose", "BDC": "mark", "BMC": "mark", "EMC": "unmark",
}  # fmt: skip


def read(instructions: Sequence[Any], resources: Object) -> list[Shown]:
    """The operators of a page's content that show text, in their order. Texts in form XObjects are not among them."""
    reader, found = _Reader(resources), []
    for index, one in enumerate(instructions):
        if not isinstance(one, ContentStreamInstruction):
            continue  # an image within the stream
        pieces = reader.step(str(one.operator), list(one.operands))
        now = reader.state
        if pieces is not None and now.font is not None and now.name is not None:
            across = _times(reader.text, now.space)
            found.append(
                Shown(
                    index, pieces, now.font, now.name, now.size, now.spacing,
                    now.size * now.stretch * hypot(across[0], across[1]), now.mode, any(reader.marked),
                )
            )  # fmt: skip
    return found


def written(one: Any, shown: Shown, words: Mapping[int, Word | None]) -> list[Any]:
    """The operator anew: pieces that are keys of `words` are gone, each with its word, if any, begun in its place.

    Everything else stays where it was, also what is shown after it on the same line.
    """
    given, operator = list(one.operands), str(one.operator)
    made = [_instruction([value], name) for value, name in zip(given[:-1], ("Tw", "Tc"), strict=False)]
    made += [_instruction([], "T*")] if operator in "'\"" else []
    rest: list[bytes | float] = []
    for number, piece in enumerate(shown.pieces):
        if number not in words:
            rest.append(piece.code or piece.move)
            continue
        word = words[number]
        if word is not None:
            made += [*_array(rest), *_set(word, shown)]
            rest = [1000 * word.length * word.share]  # back to where it began
        rest.append(piece.move)
    return made + _array(rest)


def _set(word: Word, shown: Shown) -> list[Any]:
    spaced = bool(shown.spacing)
    return [
        _instruction([word.font, _number(shown.size * word.share)], "Tf"),
        *([_instruction([0], "Tc")] if spaced else []),
        _instruction([String(word.codes)], "Tj"),
        *([_instruction([_number(shown.spacing)], "Tc")] if spaced else []),
        _instruction([shown.name, _number(shown.size)], "Tf"),
    ]


def _array(items: list[bytes | float]) -> list[Any]:
    """One TJ, its neighbours of a kind made one."""
    joined: list[Any] = []
    for item in items:
        if joined and isinstance(joined[-1], bytes) == isinstance(item, bytes):
            joined[-1] += item
        else:
            joined.append(item)
    values = [String(item) if isinstance(item, bytes) else _number(item) for item in joined]
    return [_instruction([Array(values)], "TJ")] if values else []


def _instruction(operands: list[Any], operator: str) -> ContentStreamInstruction:
    return ContentStreamInstruction(operands, Operator(operator))


def _number(value: float) -> Decimal:
    return Decimal(f"{value:.4f}")


def _times(first: Transform, then: Transform) -> Transform:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)
