"""Letters of the sizes that SPEED's figures speak of: text and pictures that do not compress."""

from __future__ import annotations

import io
import random

from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas


def paper(pages: int, kilobytes: int) -> bytes:
    """A file of about this size with text and one photograph a page."""
    dice, output = random.Random(7), io.BytesIO()
    side = max(8, int((kilobytes * 1000 / pages / 3) ** 0.5))
    drawing = canvas.Canvas(output, pagesize=A4, pageCompression=1)
    for number in range(pages):
        picture = Image.frombytes("RGB", (side, side), dice.randbytes(side * side * 3))
        drawing.drawImage(ImageReader(picture), 72, 500, 200, 200)
        for row in range(30):
            drawing.drawString(72, 460 - 12 * row, f"Halaman {number + 1}, baris {row + 1}: dengan hormat.")
        drawing.showPage()
    drawing.save()
    return output.getvalue()
