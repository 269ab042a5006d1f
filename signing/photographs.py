"""Inside the child: a photograph of a page made grey and even, laid flat on the page, and compared sign by sign.

Coordinates of a flat picture are pixels, SCALE of them a point of the page as displayed, origin top left.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageFilter, ImageMath, ImageOps
from pypdfium2 import raw

from signing import planes
from signing.errors import BadDocument
from signing.pictures import Frame, frame, load, opened, printed
from signing.readings import folded
from signing.texts import _MOST_GLYPHS, Box, _apart, _glyph, lines

SCALE = 3.0  # pixels a point: 216 dpi
FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS, _KEPT = 120_000_000, 3200  # as sent; long side of what is looked at
_SHOWN = 1500
_MOST_PAGES = 40
_FEWEST_PAIRS = 12  # points: six words
_SURELY = 60  # of 100

Match = tuple[Box, Sequence[Any]]  # a word of the page and the same word as it was read


def develop(photo: bytes, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Verb `develop`: the photograph upright, grey, of at most 3200 pixels, evenly lit. -> a PGM, and a WebP to show.

    `turn` (degrees, a multiple of 90) turns it counter-clockwise, further than its own note says.
    Raises BadDocument: not_picture, too_large (120 megapixels).
    """
    try:
        Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
        with Image.open(BytesIO(photo), formats=FORMATS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise BadDocument("too_large", "pixels")
            picture.draft("L", (_KEPT, _KEPT))  # a JPEG is decoded small at once
            upright = ImageOps.exif_transpose(picture).convert("L")
    except BadDocument:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as cause:
        raise BadDocument("not_picture", type(cause).__name__) from cause
    upright.thumbnail((_KEPT, _KEPT), Image.Resampling.LANCZOS)
    grey = evened(upright)
    if turn := int(arguments.get("turn", 0)):
        grey = grey.rotate(turn, expand=True)
    return {"size": grey.size}, [pgm(grey), shown(grey)]


def evened(grey: Image.Image) -> Image.Image:
    """Paper white everywhere: each pixel divided by the paper around it, so that shadows are gone."""
    small = grey.resize((max(1, grey.width // 8), max(1, grey.height // 8)), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(6)).resize(grey.size)
    return ImageMath.lambda_eval(
        lambda of: of["convert"](of["min"](of["grey"] * 245 / (of["paper"] + 1), 255), "L"), grey=grey, paper=paper
    )


def shown(picture: Image.Image) -> bytes:
    """A WebP of at most 1500 pixels, to be put beside the page."""
    small, output = picture.copy(), BytesIO()
    small.thumbnail((_SHOWN, _SHOWN), Image.Resampling.LANCZOS)
    small.save(output, "WEBP", quality=55, method=3)
    return output.getvalue()


def pgm(picture: Image.Image) -> bytes:
    output = BytesIO()
    picture.save(output, "PPM")
    return output.getvalue()


def flatten(data: bytes, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Verb `flatten`: find which page was photographed and lay the photograph flat on it. -> a PGM, and a WebP to show.

    `data` is the PDF and, from byte `cut` on, the developed photograph; `words` are [text, x0, y0, x1, y1,
    sure] read in it. Values: page (0 for none), read (words that are surely words), share (of them, on the page).
    """
    cut, read = int(arguments["cut"]), arguments["words"]
    best: tuple[int, list[Match]] = (0, [])
    with opened(data[:cut]) as document:
        for number in range(1, min(len(document), _MOST_PAGES) + 1):
            page = printed(document, number)
            matched = _matched(read, words(signs(page)))
            page.close()
            best = max(best, (number, matched), key=lambda one: len(one[1]))
        number, matched = best
        surely = sum(map(_is_word, read))
        values = {"page": 0, "read": surely, "share": sum(_is_word(word) for _, word in matched) / max(1, surely)}
        found = planes.find(_pairs(matched), tolerance=_tolerance(matched)) if matched else None
        if found is None or len(found[1]) < _FEWEST_PAIRS:
            return values, []
        page = load(document, number)
        width, height = (round(side * SCALE) for side in page.get_size())
    photo = Image.open(BytesIO(data[cut:]), formats=("PPM",))
    flat = photo.transform(
        (width, height), Image.Transform.PERSPECTIVE, found[0], Image.Resampling.BICUBIC, fillcolor=255
    )
    return values | {"page": number}, [pgm(flat), shown(flat)]


def _is_word(word: Sequence[Any]) -> bool:
    """Not the rubbish that is read out of a table's edge or a QR code."""
    return len(folded(word[0])) >= 4 and word[5] >= _SURELY


@dataclass(frozen=True)
class Sign(Box):
    """A glyph with the box of its ink, in pixels of a flat picture; its own box is the font's, in points."""

    ink: tuple[float, float, float, float]


def signs(page: pdfium.PdfPage) -> list[list[Sign]]:
    """The glyphs of a page in lines, with their ink."""
    text, where = page.get_textpage(), frame(page)
    try:
        count = min(raw.FPDFText_CountChars(text.raw), _MOST_GLYPHS)
        found = [sign for index in range(count) if (sign := _sign(text.raw, index, where))]
    finally:
        text.close()
    return lines(found)  # type: ignore[return-value]


def _sign(text: Any, index: int, where: Frame) -> Sign | None:
    glyph = _glyph(text, index, where)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if glyph is None or not raw.FPDFText_GetCharBox(text, index, left, right, bottom, top):
        return None
    ink = where.shown(left.value, bottom.value, right.value, top.value)
    return Sign(glyph.text, glyph.x0, glyph.y0, glyph.x1, glyph.y1, tuple(SCALE * edge for edge in ink))  # type: ignore[arg-type]


def words(rows: Sequence[Sequence[Sign]]) -> list[Box]:
    """The words in reading order, boxed by their ink."""
    found: list[Box] = []
    for row in rows:
        start = 0
        for index in range(1, len(row) + 1):
            if index == len(row) or _apart(row[index - 1], row[index]):
                found.append(_word(row[start:index]))
                start = index
    return found


def _word(row: Sequence[Sign]) -> Box:
    inks = list(zip(*(sign.ink for sign in row), strict=True))
    return Box("".join(sign.text for sign in row), min(inks[0]), min(inks[1]), max(inks[2]), max(inks[3]))


def _matched(read: Sequence[Sequence[Any]], printed: Sequence[Box]) -> list[Match]:
    """Words of the page and of the photograph that follow each other in both."""
    one, other = [folded(box.text) for box in printed], [folded(word[0]) for word in read]
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    pairs = [(block.a + i, block.b + i) for block in blocks for i in range(block.size)]
    return [(printed[a], read[b]) for a, b in pairs if len(one[a]) >= 3]


def _pairs(matched: Sequence[Match]) -> list[planes.Pair]:
    pairs: list[planes.Pair] = []
    for box, (_, x0, y0, x1, y1, *_sure) in matched:
        pairs += [((box.x0, box.middle), (x0, (y0 + y1) / 2)), ((box.x1, box.middle), (x1, (y0 + y1) / 2))]
    return pairs


def _tolerance(matched: Sequence[Match]) -> float:
    heights = sorted(word[4] - word[2] for _, word in matched)
    return max(2.0, heights[len(heights) // 2] / 4)
