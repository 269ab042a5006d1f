"""Flat things seen at an angle: the projective map from a page to its photograph, found from pairs of points.

Numbers only. A map is eight coefficients as Pillow's PERSPECTIVE takes them: (x, y) of the page ->
((ax + by + c) / (gx + hy + 1), (dx + ey + f) / (gx + hy + 1)) of the photograph (Hartley and Zisserman 2004, 4.1).
"""

from __future__ import annotations

import random
from collections.abc import Sequence

Point = tuple[float, float]
Pair = tuple[Point, Point]  # (on the page, in the photograph)
Map = tuple[float, ...]
_ROUNDS = 400


def place(plane: Map, point: Point) -> Point:
    """Where a point of the page is in the photograph."""
    x, y = point
    below = plane[6] * x + plane[7] * y + 1 or 1e-9
    return (plane[0] * x + plane[1] * y + plane[2]) / below, (plane[3] * x + plane[4] * y + plane[5]) / below


def find(pairs: Sequence[Pair], tolerance: float) -> tuple[Map, list[Pair]] | None:
    """The map that most pairs agree with, and those pairs (RANSAC, Fischler and Bolles 1981); None without one.

    `tolerance` in pixels of the photograph. The dice are seeded: the same photograph has the same answer.
    """
    dice: random.Random = random.Random(4)  # noqa: S311  # no secret
    best: list[Pair] = []
    for _ in range(_ROUNDS if len(pairs) >= 4 else 0):
        plane = fit(dice.sample(pairs, 4))
        agreeing = _agreeing(plane, pairs, 3 * tolerance) if plane else []
        if len(agreeing) > len(best):
            best = agreeing
    for narrow in (3, 2, 1, 1):
        plane = fit(best)
        best = _agreeing(plane, pairs, narrow * tolerance) if plane else []
    plane = fit(best) if len(best) >= 4 else None
    return (plane, best) if plane else None


def _agreeing(plane: Map, pairs: Sequence[Pair], tolerance: float) -> list[Pair]:
    return [pair for pair in pairs if _distance(place(plane, pair[0]), pair[1]) <= tolerance]


def _distance(one: Point, other: Point) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def fit(pairs: Sequence[Pair]) -> Map | None:
    """The map that fits four or more pairs best (least squares; centred and scaled first); None for points in a row."""
    if len(pairs) < 4:
        return None
    centre_x, centre_y, unit = _normal([pair[0] for pair in pairs])
    rows, right = [], []
    for (across, down), (u, v) in pairs:
        x, y = (across - centre_x) / unit, (down - centre_y) / unit
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    solved = _least_squares(rows, right)
    return _moved(solved, centre_x, centre_y, unit) if solved else None


def _normal(points: Sequence[Point]) -> tuple[float, float, float]:
    centre_x = sum(x for x, _ in points) / len(points)
    centre_y = sum(y for _, y in points) / len(points)
    spread = sum(abs(x - centre_x) + abs(y - centre_y) for x, y in points) / len(points)
    return centre_x, centre_y, spread or 1.0


def _moved(plane: Sequence[float], x: float, y: float, unit: float) -> Map | None:
    """The same map for points that are not centred and scaled."""
    a, b, c, d, e, f, g, h = plane
    g, h = g / unit, h / unit
    below = 1 - g * x - h * y
    if abs(below) < 1e-9:
        return None
    top = (a / unit, b / unit, c - (a * x + b * y) / unit, d / unit, e / unit, f - (d * x + e * y) / unit, g, h)
    return tuple(value / below for value in top)


def _least_squares(rows: Sequence[Sequence[float]], right: Sequence[float]) -> list[float] | None:
    size = len(rows[0])
    matrix = [
        [sum(row[i] * row[j] for row in rows) for j in range(size)]
        + [sum(row[i] * value for row, value in zip(rows, right, strict=True))]
        for i in range(size)
    ]
    return _solved(matrix)


def _solved(matrix: list[list[float]]) -> list[float] | None:
    """Gauss and Jordan with pivots; the last column is the right-hand side."""
    size = len(matrix)
    for i in range(size):
        pivot = max(range(i, size), key=lambda row: abs(matrix[row][i]))
        if abs(matrix[pivot][i]) < 1e-9:
            return None
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        for row in range(size):
            if row != i:
                share = matrix[row][i] / matrix[i][i]
                matrix[row] = [one - share * other for one, other in zip(matrix[row], matrix[i], strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(matrix)]
