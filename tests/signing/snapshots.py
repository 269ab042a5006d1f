"""Photographs of a printed page as a phone takes them, made from its picture. Seeded; every range is said here."""

from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from tests.signing.wear import _noisy as noisy

PRINT = 250  # dpi of what the printer left on the paper


@dataclass(frozen=True)
class Camera:
    """Pixels of the long side, JPEG quality, blur in pixels of the picture, noise in levels: lowest and highest."""

    long_side: int
    quality: tuple[int, int]
    blur: tuple[float, float]
    noise: tuple[float, float]


CAMERAS = {
    "phone": Camera(3200, (75, 92), (0.4, 1.2), (2, 6)),
    "small": Camera(2400, (65, 85), (0.3, 0.8), (2, 6)),
    "messenger": Camera(1600, (50, 75), (0.2, 0.5), (1, 4)),
}


def photographed(pdf: bytes, dice: random.Random, camera: Camera) -> bytes:
    """Page 1 printed in grey, laid on a table, photographed from above and not quite straight. -> JPEG."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    paper = document[0].render(scale=PRINT / 72, grayscale=True).to_pil().convert("L")
    document.close()
    table = _on_a_table(paper, dice)
    scale = camera.long_side / table.height
    small = table.resize((round(table.width * scale), camera.long_side), Image.Resampling.LANCZOS)
    soft = small.filter(ImageFilter.GaussianBlur(dice.uniform(*camera.blur)))
    output = BytesIO()
    picture = noisy(_lit(soft, dice), dice, dice.uniform(*camera.noise))
    picture.convert("RGB").save(output, "JPEG", quality=dice.randint(*camera.quality))
    return output.getvalue()


def _on_a_table(paper: Image.Image, dice: random.Random) -> Image.Image:
    """Perspective: each corner up to 4 % off; turned up to 5 degrees; the page fills 85 to 95 % of the frame."""
    width, height = paper.size
    edge = dice.uniform(0.03, 0.08)
    frame = round(width * (1 + 2 * edge)), round(height * (1 + 2 * edge))
    turned = Image.new("L", frame, dice.randint(60, 120))
    turned.paste(paper, (round(width * edge), round(height * edge)))
    turned = turned.rotate(dice.uniform(-5, 5), Image.Resampling.BICUBIC, fillcolor=90)
    corners = [
        (x + dice.uniform(-0.04, 0.04) * frame[0], y + dice.uniform(-0.04, 0.04) * frame[1])
        for x, y in ((0, 0), (0, frame[1]), frame, (frame[0], 0))
    ]
    quad = tuple(value for corner in corners for value in corner)
    return turned.transform(
        frame, Image.Transform.PERSPECTIVE, _perspective(frame, quad), Image.Resampling.BICUBIC, fillcolor=90
    )


def _perspective(frame: tuple[int, int], quad: tuple[float, ...]) -> tuple[float, ...]:
    """Heckbert 1989: the projective map of the frame's corners (nw, sw, se, ne) onto the quadrilateral."""
    (x0, y0), (x3, y3), (x2, y2), (x1, y1) = (quad[i : i + 2] for i in range(0, 8, 2))
    sx, sy = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    dx1, dx2, dy1, dy2 = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    below = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / below, (dx1 * sy - sx * dy1) / below
    w, t = frame
    return (
        (x1 - x0 + g * x1) / w, (x3 - x0 + h * x3) / t, x0,
        (y1 - y0 + g * y1) / w, (y3 - y0 + h * y3) / t, y0,
        g / w, h / t,
    )  # fmt: skip


def _lit(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Weak contrast, grey paper, and a shadow of up to 45 % that falls across."""
    flat = ImageEnhance.Contrast(picture).enhance(dice.uniform(0.65, 1.0))
    flat = ImageEnhance.Brightness(flat).enhance(dice.uniform(0.75, 1.0))
    deep = dice.uniform(0.1, 0.45)
    shade = Image.linear_gradient("L").rotate(dice.choice((0, 90, 180, 270))).resize(picture.size)
    return ImageChops.multiply(flat, shade.point(lambda level: 255 - round(level * deep)))
