"""Two versions of a letter, as reviewers get them back: pages of given lines, with a drawing where wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

FIRST = ["PEMERINTAH KABUPATEN SOLOK", "Nomor 000.1.5/7/UM-2026", "Rapat diadakan pada hari Senin, 23 November 2026",
         "di ruang rapat Sekretariat Daerah pukul sembilan."]  # fmt: skip
SECOND = ["Peserta rapat membawa laporan triwulan ketiga.", "Biaya rapat lima juta rupiah ditanggung kas daerah."]
THIRD = ["Demikian disampaikan untuk dilaksanakan.", "SEKRETARIS DAERAH,"]

Drawing = Callable[[Canvas], None]


def version(
    *pages: Sequence[str], drawn: dict[int, Drawing] | None = None, top: float = 80, size: tuple[float, float] = A4
) -> bytes:
    """`drawn`: what is drawn on a page (from 1) beside its lines."""
    output = BytesIO()
    canvas = Canvas(output, pagesize=size, invariant=1)
    for number, lines in enumerate(pages, 1):
        for row, line in enumerate(lines):
            canvas.drawString(72, size[1] - top - 24 * row, line)
        if drawn and number in drawn:
            drawn[number](canvas)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def square(x: float, y: float, side: float = 40) -> Drawing:
    return lambda canvas: canvas.rect(x, y, side, side, fill=1)
