"""Templates with fields, as offices make them: drawn with reportlab, its fields as Acrobat would write them."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas


@cache
def certificate(*names: str, width: int = 300, longest: int = 100, said: str = "") -> bytes:
    """A landscape page with a letterhead, a field for each name, and a signature block."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(842, 595))
    canvas.setFont("Helvetica", 14)
    canvas.drawCentredString(421, 550, "PEMERINTAH KABUPATEN CONTOH")
    canvas.drawCentredString(421, 500, "SERTIFIKAT")
    for number, name in enumerate(names):
        canvas.acroForm.textfield(
            name=name, x=421 - width / 2, y=440 - 40 * number, width=width, height=24, fontName="Helvetica",
            fontSize=16, borderWidth=0, maxlen=longest, fillColor=None, borderColor=None,
            forceBorder=False, value="lama",
        )  # fmt: skip
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 300, said)
    canvas.drawString(520, 240, "SEKRETARIS DAERAH,")
    canvas.drawString(520, 115, "Sari Wulandari, S.H., M.Si.")
    canvas.drawString(520, 100, "NIP 000000000000000001")
    canvas.save()
    return out.getvalue()
