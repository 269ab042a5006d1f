"""Inside the child: how much a sign in the photograph looks like the sign that was printed (normalised correlation).

Both pictures are grey, of one size, flat (photographs.py). Likeness is from -1 to 1: 1 the same picture in another
light, 0 nothing in common (Lewis 1995, Fast Normalized Cross-Correlation, eq. 1, written out).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from operator import mul

from PIL import Image, ImageFilter

from signing.texts import Box

Edges = tuple[int, int, int, int]
Shift = tuple[int, int]
BLURS = (0.5, 1.0, 1.6)  # pixels
_REDUCED, _REACH, _NEAR = 4, 5, 2  # a word is sought 20 pixels around, a sign 2 pixels beside its neighbours
_SURE = 0.7  # a word that is this like itself shows where its neighbours are
_NEIGHBOURS, _MOST_WORDS = 5, 70


@dataclass
class Sight:
    """The genuine page and the flat photograph, to be looked at piece by piece."""

    genuine: Image.Image
    photo: Image.Image
    shifts: list[tuple[Box, Shift]] = field(default_factory=list)  # how far words lie off, where that is clear

    def settle(self, words: Iterable[Box]) -> None:
        """Learn from whole words how far the photograph lies off at each place (paper bends, lenses too)."""
        levels = [(by, self.genuine.reduce(by), self.photo.reduce(by)) for by in (_REDUCED, 2)]
        coarse, half = (Sight(genuine, photo) for _, genuine, photo in levels)
        for word in _spread([word for word in words if len(word.text) >= 4]):
            _, (x, y) = coarse.best(_edges(word, _REDUCED), (0, 0), _REACH)
            _, (x, y) = half.best(_edges(word, 2), (2 * x, 2 * y), 1)
            likeness, shift = self.best(_edges(word), (2 * x, 2 * y), 1)
            if likeness >= _SURE:
                self.shifts.append((word, shift))

    def shift_at(self, x: float, y: float) -> Shift:
        """How far the photograph lies off here, by the words around (the middle one of five)."""
        near = sorted(self.shifts, key=lambda one: abs(one[0].x0 - x) + 3 * abs(one[0].middle - y))[:_NEIGHBOURS]
        if not near:
            return 0, 0
        across, down = (sorted(shift[axis] for _, shift in near) for axis in (0, 1))
        return across[len(near) // 2], down[len(near) // 2]

    def sharpen(self) -> Sight:
        """The same with the genuine page as blurred as the photograph is: under that blur words look alike most."""
        blurred = [self.genuine.filter(ImageFilter.GaussianBlur(radius)) for radius in BLURS]
        sample = sorted(self.shifts, key=lambda one: -len(one[0].text))[:12]

        def alike(genuine: Image.Image) -> float:
            sight = Sight(genuine, self.photo)
            return sum(sight.best(_edges(word), shift, 0)[0] for word, shift in sample)

        return Sight(max(blurred, key=alike), self.photo, self.shifts)

    def sign(self, ink: Sequence[float], shift: Shift) -> float:
        """How alike one sign is, at `shift` or at most two pixels from it."""
        return self.best(_around(*ink), shift, _NEAR)[0]

    def best(self, edges: Edges, around: Shift, reach: int) -> tuple[float, Shift]:
        pattern = _centred(self.genuine.crop(edges).tobytes())
        found = [(-1.0, around)]
        for dx, dy in product(range(-reach, reach + 1), repeat=2):
            shift = around[0] + dx, around[1] + dy
            moved = (edges[0] + shift[0], edges[1] + shift[1], edges[2] + shift[0], edges[3] + shift[1])
            found.append((_correlation(pattern, self.photo.crop(moved).tobytes()), shift))
        return max(found)


def _spread(words: Sequence[Box]) -> Sequence[Box]:
    """At most _MOST_WORDS of them, from all over the page."""
    return words[:: -(-len(words) // _MOST_WORDS)] if words else ()


def _edges(word: Box, by: int = 1) -> Edges:
    return _around(word.x0 / by, word.y0 / by, word.x1 / by, word.y1 / by)


def _around(x0: float, y0: float, x1: float, y1: float) -> Edges:
    return int(x0) - 2, int(y0) - 2, int(x1) + 3, int(y1) + 3


def _centred(levels: bytes) -> tuple[list[float], float]:
    mean = sum(levels) / max(1, len(levels))
    values = [level - mean for level in levels]
    return values, sum(map(mul, values, values)) ** 0.5


def _correlation(pattern: tuple[list[float], float], levels: bytes) -> float:
    values, norm = pattern
    total = sum(levels)
    spread = sum(map(mul, levels, levels)) - total * total / max(1, len(levels))
    if norm < 1 or spread < 1:
        return 0.0
    return float(sum(map(mul, values, levels)) / (norm * spread**0.5))
