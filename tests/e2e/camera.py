"""A film for Chromium's fake camera: creased paper, held a little askew, in poor light, by a hand that is not still."""

from __future__ import annotations

import random
from pathlib import Path

import qrcode
import zxingcpp
from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from tests.signing.wear import creased

SIZE = (640, 480)
RATE = 8  # frames a second
FRAMES = 8
SIDE = (
    320  # pixels of the code on the film: about 5 a module, and about as many a millimetre as tests/signing/wear.py has
)


def cut_out(page: Image.Image, code: zxingcpp.Barcode) -> Image.Image:
    """The code as printed, with the paper around it, at the size at which the camera sees it."""
    corners = code.position
    left, top, right, bottom = corners.top_left.x, corners.top_left.y, corners.bottom_right.x, corners.bottom_right.y
    scale = SIDE / (right - left)
    x, y = (left + right) / 2, (top + bottom) / 2
    half = SIZE[0] / 2 / scale, SIZE[1] / 2 / scale
    return page.transform(
        SIZE, Image.Transform.EXTENT, (x - half[0], y - half[1], x + half[0], y + half[1]), Image.Resampling.BICUBIC,
        fillcolor=255,
    )  # fmt: skip


def drawn(text: str) -> Image.Image:
    """A code that was never on a letter of ours."""
    made = qrcode.make(text, box_size=10).get_image().convert("L")
    made.thumbnail((SIDE + 40, SIDE + 40))
    paper = Image.new("L", SIZE, 255)
    paper.paste(made, ((SIZE[0] - made.width) // 2, (SIZE[1] - made.height) // 2))
    return paper


def film(paper: Image.Image, path: Path) -> Path:
    """Y4M, grey: paper that was folded through its code, each frame with another tilt, blur and noise."""
    dice = random.Random(11)
    paper = creased(paper, dice)
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        chroma = b"\x80" * (SIZE[0] // 2 * SIZE[1] // 2 * 2)
        for _ in range(FRAMES):
            out.write(b"FRAME\n" + seen(paper, dice).tobytes() + chroma)
    return path


def seen(paper: Image.Image, dice: random.Random) -> Image.Image:
    width, height = SIZE
    askew = paper.rotate(dice.uniform(4, 9), Image.Resampling.BICUBIC, fillcolor=255)
    lean = dice.uniform(10, 24)  # the upper edge is farther away
    corners = (-lean, -lean, 0, height, width, height, width + lean, -lean)
    tilted = askew.transform(SIZE, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=255)
    soft = tilted.filter(ImageFilter.GaussianBlur(0.7))
    dim = ImageEnhance.Brightness(ImageEnhance.Contrast(soft).enhance(0.7)).enhance(0.75)
    noise = Image.frombytes("L", SIZE, dice.randbytes(width * height)).point(lambda value: value // 10)
    return ImageChops.add(dim, noise)
