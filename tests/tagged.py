"""Letters with tags for number and date, as an office's template has them."""

from __future__ import annotations

import subprocess
from functools import cache
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from tests.signing.office import program
from tests.signing.papers import A4, letter

NUMBER, DATE = "${nomor_naskah}", "${tanggal_naskah}"


@cache
def page(*more: str, number: str = NUMBER) -> bytes:
    """One page: number on the left, date on the right, further lines below them."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, A4[1] - 90, f"Nomor : {number}")
        canvas.drawString(360, A4[1] - 90, f"Arosuka, {DATE}")
        for row, line in enumerate(more):
            canvas.drawString(72, 90 + 16 * row, line)

    return letter(body_lines=6, extra=draw)


def upload(*more: str) -> tuple[BytesIO, str]:
    return BytesIO(page(*more)), "bertag.pdf"


def text(pdf: bytes) -> str:
    """What another program reads."""
    command = [program("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
