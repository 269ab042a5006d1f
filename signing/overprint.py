"""Inside the child: the word LATIHAN drawn over each page of a file that nobody has signed.

Source: ISO 32000-2, 11.3.5 (Multiply: black stays black under any grey), 14.8.2.2 (artifacts are no content).
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from math import atan2, cos, hypot, pi, sin
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from signing.errors import BadDocument

GREY = 0.855  # 37 of 255 darker than white paper: seen in print, and no ink to spaces.py
_SHARE = 0.72  # of the page's diagonal that the word takes
_STROKE = 0.13  # of a letter's height
_GAP = 0.36  # between letters
# Each letter's width, and its strokes in a box of height 1.
_LETTERS: dict[str, tuple[float, tuple[tuple[tuple[float, float], ...], ...]]] = {
    "L": (0.6, (((0, 1), (0, 0), (0.6, 0)),)),
    "A": (0.76, (((0, 0), (0.38, 1), (0.76, 0)), ((0.13, 0.34), (0.63, 0.34)))),
    "T": (0.72, (((0, 1), (0.72, 1)), ((0.36, 1), (0.36, 0)))),
    "I": (0.0, (((0, 0), (0, 1)),)),
    "H": (0.66, (((0, 0), (0, 1)), ((0.66, 0), (0.66, 1)), ((0, 0.5), (0.66, 0.5)))),
    "N": (0.7, (((0, 0), (0, 1), (0.7, 0), (0.7, 1)),)),
}
_WORD = "LATIHAN"


def draw(pdf: bytes, _arguments: Mapping[str, Any]) -> tuple[None, tuple[bytes, ...]]:
    """Verb `watermark`: the file anew, with the word on every page."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            for page in document.pages:
                _over(document, page)
            made = BytesIO()
            document.save(made, deterministic_id=True)
    except pikepdf.PasswordError:
        raise BadDocument("encrypted") from None
    return None, (made.getvalue(),)


def _over(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    state = document.make_indirect(Dictionary(Type=Name.ExtGState, BM=Name.Multiply, CA=1, ca=1))
    name = page.add_resource(state, Name.ExtGState, prefix="Latihan")
    # What came before may leave its graphics state open, or turned: it is closed first.
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n" + _strokes(page, str(name)).encode())


def _strokes(page: pikepdf.Page, state: str) -> str:
    left, bottom, right, top = (float(side) for side in page.cropbox)
    turned = int(page.obj.get("/Rotate", 0)) % 360
    across, up = abs(right - left), abs(top - bottom)
    if turned in (90, 270):
        across, up = up, across
    width = sum(_LETTERS[letter][0] for letter in _WORD) + _GAP * (len(_WORD) - 1)
    size = _SHARE * hypot(across, up) / width
    angle = atan2(up, across) + turned * pi / 180
    c, s = size * cos(angle), size * sin(angle)
    middle = ((left + right) / 2, (bottom + top) / 2)
    start = (middle[0] - c * width / 2 + s / 2, middle[1] - s * width / 2 - c / 2)
    head = f"/Artifact BMC q {state} gs {GREY} G {_STROKE} w 1 J 1 j {c:.4f} {s:.4f} {-s:.4f} {c:.4f}"
    return f"{head} {start[0]:.3f} {start[1]:.3f} cm\n{_path()}\nS Q EMC\n"


def _path() -> str:
    """The whole word as one path: where its strokes cross they are no darker."""
    found, at = [], 0.0
    for letter in _WORD:
        width, strokes = _LETTERS[letter]
        for first, *rest in strokes:
            found.append(f"{at + first[0]:.3f} {first[1]:.3f} m")
            found += [f"{at + x:.3f} {y:.3f} l" for x, y in rest]
        at += width + _GAP
    return "\n".join(found)
