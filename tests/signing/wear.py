"""What happens to a printed code between the printer and the reader, as pictures. Seeded; every range is said here.

The paper is followed as a piece of 70 mm around the mark at 300 dpi, what an office printer resolves. Sizes are
millimetres of paper. A picture is 8-bit grey. Nothing knows what is printed: the same wear for all.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

PIECE = 70.0  # mm
DPI = 300
_MM = DPI / 25.4
A4 = 297.0  # mm, the long side


def copied(paper: Image.Image, dice: random.Random) -> Image.Image:
    """One pass through a photocopier: soft optics, a steep curve, toner specks, a little askew and stretched."""
    soft = paper.filter(ImageFilter.GaussianBlur(dice.uniform(0.05, 0.085) * _MM))  # 0.05-0.085 mm
    middle, steep = dice.uniform(112, 144), dice.uniform(2.5, 5)  # a light or dark setting; nearly two-valued
    curve = [max(0, min(255, round(128 + (level - middle) * steep))) for level in range(256)]
    return _moved(_noisy(soft.point(curve), dice, dice.uniform(4, 10)), dice, turn=0.7, stretch=0.015)


def creased(paper: Image.Image, dice: random.Random) -> Image.Image:
    """Folded right through the code, every third time crosswise too: along the fold the toner is gone, 0.1 to 0.35 mm
    wide and jagged, with a shadow beside it."""
    level = _folded(paper, dice)
    if dice.randrange(3):
        return level
    turn = Image.Transpose.TRANSPOSE
    return _folded(level.transpose(turn), dice).transpose(turn)


def _folded(paper: Image.Image, dice: random.Random) -> Image.Image:
    bare, shadow = _fold(paper.size, dice)
    return ImageChops.multiply(ImageChops.lighter(paper, bare), shadow)


def _fold(size: tuple[int, int], dice: random.Random) -> tuple[Image.Image, Image.Image]:
    """A level fold within 9 mm of the middle: (bare paper 255 on 0, shadow on 255)."""
    bare, shadow = Image.new("L", size, 0), Image.new("L", size, 255)
    width, height = size
    place, broad, slope = (
        height / 2 + dice.uniform(-9, 9) * _MM,
        dice.uniform(0.1, 0.35) * _MM,
        dice.uniform(-0.04, 0.04),
    )
    ends = [place + slope * width / 2 * side for side in (-1, 1)]
    dark, light = ImageDraw.Draw(shadow), ImageDraw.Draw(bare)
    dark.polygon([(0, ends[0]), (width, ends[1]), (width, ends[1] + 3 * broad), (0, ends[0] + 3 * broad)], fill=225)
    for x in range(0, width, 2):
        y = ends[0] + (ends[1] - ends[0]) * x / width + dice.uniform(-0.4, 0.4) * broad
        light.rectangle((x, y, x + 1, y + broad * dice.uniform(0.5, 1.3)), fill=dice.randint(225, 255))
    return bare, shadow


def scanned(paper: Image.Image, dice: random.Random) -> Image.Image:
    """A flatbed scanner, 150 dpi in grey: laid askew by up to 3 degrees."""
    turned = paper.rotate(dice.uniform(-3, 3), Image.Resampling.BICUBIC, fillcolor=255)
    small = turned.resize(_scaled(turned, 150 / DPI), Image.Resampling.BOX)
    return _noisy(_lit(small, dice), dice, dice.uniform(3, 8))


def photographed(paper: Image.Image, dice: random.Random) -> Image.Image:
    """A phone of 12 megapixels over the whole page: tilted, uneven light, not quite in focus, moving a little."""
    return _photo(paper, dice, long_side=4000)


def messaged(paper: Image.Image, dice: random.Random) -> Image.Image:
    """The same photograph after a messenger: long side 1600 pixels, JPEG quality 40 to 60."""
    return _jpeg(_photo(paper, dice, long_side=1600), dice.randint(40, 60))


def _photo(paper: Image.Image, dice: random.Random, long_side: int) -> Image.Image:
    tilted = _leaning(paper.rotate(dice.uniform(-8, 8), Image.Resampling.BICUBIC, fillcolor=255), dice)
    pixels_a_mm = long_side * dice.uniform(0.88, 0.98) / A4  # the page fills most of the frame
    camera = tilted.filter(ImageFilter.GaussianBlur(dice.uniform(0.04, 0.10) * _MM))  # of the 12 megapixel picture
    small = camera.resize(_scaled(camera, pixels_a_mm / _MM), Image.Resampling.LANCZOS)
    return _noisy(_lit(small, dice), dice, dice.uniform(3, 9))


def _leaning(paper: Image.Image, dice: random.Random) -> Image.Image:
    """The far edge up to 12 % shorter, as of a phone held about 25 degrees off."""
    width, height = paper.size
    lean, side = dice.uniform(0, 0.06) * width, dice.uniform(-0.05, 0.05) * height
    corners = (-lean, -side, 0, height, width, height + side, width + lean, 0)
    return paper.transform(paper.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)


def _lit(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Grey paper, weak ink, and a shadow that falls across."""
    flat = ImageEnhance.Brightness(ImageEnhance.Contrast(picture).enhance(dice.uniform(0.6, 0.95)))
    shade = Image.linear_gradient("L").resize(picture.size).rotate(dice.choice((0, 90, 180, 270)))
    shade = shade.resize(picture.size).point(lambda level: 255 - round(level * 0.35))
    return ImageChops.multiply(flat.enhance(dice.uniform(0.75, 0.98)), shade)


def _moved(paper: Image.Image, dice: random.Random, turn: float, stretch: float) -> Image.Image:
    width, height = paper.size
    scale = dice.uniform(1 - stretch, 1 + stretch)
    turned = paper.rotate(dice.uniform(-turn, turn), Image.Resampling.BICUBIC, fillcolor=255)
    box = (width / 2 * (1 - 1 / scale), 0, width / 2 * (1 + 1 / scale), height)
    return turned.transform((width, height), Image.Transform.EXTENT, box, Image.Resampling.BICUBIC, fillcolor=255)


def _noisy(picture: Image.Image, dice: random.Random, sigma: float) -> Image.Image:
    """Each pixel moved by about sigma levels (two dice: triangular, close to a bell)."""
    count = picture.width * picture.height
    reach = sigma * 2.45 / 255  # of one of the two
    one, two = (
        Image.frombytes("L", picture.size, dice.randbytes(count)).point(lambda level: round(level * reach))
        for _ in range(2)
    )
    return ImageChops.subtract(ImageChops.add(picture, one), two)


def _scaled(picture: Image.Image, by: float) -> tuple[int, int]:
    return round(picture.width * by), round(picture.height * by)


def _jpeg(picture: Image.Image, quality: int) -> Image.Image:
    from io import BytesIO

    buffer = BytesIO()
    picture.convert("RGB").save(buffer, "jpeg", quality=quality)  # a messenger sends colour: chroma is halved
    return Image.open(BytesIO(buffer.getvalue())).convert("L")


Wear = Callable[[Image.Image, random.Random], Image.Image]


def through(*wear: Wear) -> Wear:
    def all_of(paper: Image.Image, dice: random.Random) -> Image.Image:
        for each in wear:
            paper = each(paper, dice)
        return paper

    return all_of


KINDS: dict[str, Wear] = {
    "scanned at 150 dpi": scanned,
    "copied twice, scanned": through(copied, copied, scanned),
    "creased, photographed": through(creased, photographed),
    "copied twice, photographed": through(copied, copied, photographed),
    "sent by messenger": messaged,
    "creased, sent by messenger": through(creased, messaged),
    "copied twice, sent by messenger": through(copied, copied, messaged),
    "copied twice, creased, sent by messenger": through(copied, copied, creased, messaged),
}
