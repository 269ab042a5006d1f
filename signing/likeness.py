"""Inside the child: how much a sign in the photograph looks like the sign that was printed (normalised correlation).

Both pictures are grey, of one size, flat (photographs.py). Likeness is from -1 to 1: 1 the same picture in another
light, 0 nothing in common (Lewis 1995, Fast Normalized Cross-Correlation, eq. 1, written out).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from signing.texts import Box

Edges = tuple[int, int, int, int]
Shift = tuple[int, int]
Levels = np.ndarray[Any, np.dtype[np.float64]]
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
        """The likeness where it is greatest, and the shift there, at most `reach` pixels from `around`."""
        left, top, right, bottom = edges
        (dx, dy), pattern = around, np.asarray(self.genuine.crop(edges), np.float64)
        wide = (left + dx - reach, top + dy - reach, right + dx + reach, bottom + dy + reach)
        likeness = _correlations(pattern, np.asarray(self.photo.crop(wide), np.float64))
        across, down = np.unravel_index(np.argmax(_last_first(likeness)), likeness.T.shape)
        x, y = 2 * reach - int(across), 2 * reach - int(down)
        return float(likeness[y, x]), (dx + x - reach, dy + y - reach)


def _spread(words: Sequence[Box]) -> Sequence[Box]:
    """At most _MOST_WORDS of them, from all over the page."""
    return words[:: -(-len(words) // _MOST_WORDS)] if words else ()


def _edges(word: Box, by: int = 1) -> Edges:
    return _around(word.x0 / by, word.y0 / by, word.x1 / by, word.y1 / by)


def _around(x0: float, y0: float, x1: float, y1: float) -> Edges:
    return int(x0) - 2, int(y0) - 2, int(x1) + 3, int(y1) + 3


def _last_first(likeness: Levels) -> Levels:
    """By x, then y, both from the far end: among equals the farthest is taken."""
    return likeness.T[::-1, ::-1]


def _correlations(pattern: Levels, around: Levels) -> Levels:
    """The likeness (rows, columns) at each place of the pattern within the picture around it."""
    windows = np.lib.stride_tricks.sliding_window_view(around, pattern.shape)
    centred = pattern - pattern.mean()
    totals, squares = windows.sum((2, 3)), np.einsum("abij,abij->ab", windows, windows)
    spread = np.maximum(squares - totals * totals / pattern.size, 0)
    norms = np.sqrt(spread) * np.linalg.norm(centred)
    dull = (spread < 1) | (np.linalg.norm(centred) < 1)
    return np.where(dull, 0.0, np.einsum("abij,ij->ab", windows, centred) / np.where(dull, 1.0, norms))
