"""Builds PDF letters, plain and awkward, as tests need them (reportlab, pikepdf). Invented people, impossible NIPs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

F4 = (215 / 25.4 * 72, 330 / 25.4 * 72)
BODY = "Sehubungan dengan rencana rapat koordinasi SPBE, kami mengundang Saudara untuk hadir."
NAME, NIP = "Nama Contoh, S.H., M.Si.", "NIP 000000000000000000"


@dataclass(frozen=True)
class Letter:
    """What to draw on the last page; the pages before hold text only. `tag_at` is the tag's left end and baseline."""

    size: tuple[float, float] = A4
    pages: int = 1
    rotate: int = 0
    title: tuple[str, ...] = ("SEKRETARIS DAERAH,",)
    gap: float = 90.0
    centred: bool = False
    block: bool = True
    body_lines: int = 14
    tag: str = ""
    tag_at: tuple[float, float] | None = None
    extra: Callable[[Canvas], None] | None = None


def letter(**options: object) -> bytes:
    """A letter as PDF; options are the fields of Letter."""
    wanted = Letter(**options)  # type: ignore[arg-type]
    output = BytesIO()
    width, height = wanted.size
    turned = wanted.rotate in (90, 270)
    canvas = Canvas(output, pagesize=(height, width) if turned else (width, height), invariant=1)
    for number in range(1, wanted.pages + 1):
        upright = {90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, width)}.get(
            wanted.rotate
        )
        if upright:
            canvas.transform(*upright)
        _page(canvas, wanted, last=number == wanted.pages)
        canvas.showPage()
    canvas.save()
    return change(output.getvalue(), lambda pdf: _rotate(pdf, wanted.rotate)) if wanted.rotate else output.getvalue()


def _rotate(pdf: pikepdf.Pdf, angle: int) -> None:
    for page in pdf.pages:
        page.obj.Rotate = angle


def _page(canvas: Canvas, wanted: Letter, *, last: bool) -> None:
    width, height = wanted.size
    canvas.setFont("Times-Bold", 14)
    canvas.drawCentredString(width / 2, height - 56, "PEMERINTAH KABUPATEN SOLOK")
    canvas.line(60, height - 72, width - 60, height - 72)
    canvas.setFont("Times-Roman", 11)
    for line in range(wanted.body_lines):
        canvas.drawString(72, height - 110 - 16 * line, BODY)
    if last and wanted.block:
        _block(canvas, wanted, height - 110 - 16 * wanted.body_lines - 20)
    if wanted.extra:
        wanted.extra(canvas)


def _block(canvas: Canvas, wanted: Letter, top: float) -> None:
    left = wanted.size[0] / 2 + 20

    def write(y: float, text: str) -> None:
        if wanted.centred:
            canvas.drawCentredString(left + 105, y, text)
        else:
            canvas.drawString(left, y, text)

    write(top, "Arosuka, 24 November 2026")
    for row, line in enumerate(wanted.title, 1):
        write(top - 14 * row, line)
    under = top - 14 * len(wanted.title)
    if wanted.tag:
        x, y = wanted.tag_at or (left + 10, under - wanted.gap / 2)
        canvas.drawString(x, y, wanted.tag)
    for row, line in enumerate((NAME, "Pembina Utama Madya (IV/d)", NIP)):
        write(under - wanted.gap - 14 * row, line)


def named(value: object) -> str:
    """A short test id, the same in every process."""
    if isinstance(value, bytes):
        return f"{len(value)}-bytes" if len(value) < 100 else "pdf"
    if isinstance(value, dict):
        return ",".join(f"{key}={named(entry)}" for key, entry in value.items()) or "plain"
    return getattr(value, "__name__", str(value)).strip("_")


def change(pdf: bytes, how: Callable[[pikepdf.Pdf], object], **save: object) -> bytes:
    """The file after `how(pdf)`, written anew by pikepdf with these options of save()."""
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        how(document)
        document.save(output, static_id=True, **save)  # type: ignore[arg-type]
    return output.getvalue()


def cropped(pdf: bytes, left: float = 30.0, bottom: float = 40.0) -> bytes:
    """The same page as displayed, as a CropBox inside a larger MediaBox that begins elsewhere than at the origin."""

    def crop(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            x0, y0, x1, y1 = (float(edge) for edge in page.MediaBox)
            page.obj.MediaBox = Array([x0 - left, y0 - bottom, x1 + left, y1 + bottom])
            page.obj.CropBox = Array([x0, y0, x1, y1])

    return change(pdf, crop)


def xref_stream(pdf: bytes) -> bytes:
    return change(pdf, lambda _: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def encrypted(pdf: bytes, *, user: str) -> bytes:
    return change(pdf, lambda _: None, encryption=pikepdf.Encryption(owner="pemilik", user=user))


def scan(size: tuple[float, float] = A4) -> bytes:
    """A page that is one grey picture of a letter: no text at all."""
    from PIL import Image, ImageDraw

    picture = Image.new("L", (int(size[0] * 2), int(size[1] * 2)), 243)
    pen = ImageDraw.Draw(picture)
    for line in range(40):
        pen.rectangle((140, 150 + 24 * line, 1000, 156 + 24 * line), fill=30)
    output = BytesIO()
    canvas = Canvas(output, pagesize=size, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *size)
    canvas.save()
    return output.getvalue()


def with_action(action: Dictionary, where: str = "OpenAction") -> bytes:
    """A letter whose catalogue, page, annotation or name tree holds this action."""

    action = pikepdf.Object.parse(action.unparse())  # an object belongs to one file only

    def put(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        if where == "OpenAction":
            document.Root.OpenAction = document.make_indirect(action)
        elif where == "page":
            page.AA = Dictionary(O=action)
        elif where == "names":
            document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", action])))
        elif where == "annotation":
            page.Annots = Array(
                [
                    document.make_indirect(
                        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 90, 90]), A=action)
                    )
                ]
            )
        elif where == "field":
            field = Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T="isian",
                Rect=Array([9, 9, 90, 30]),
                AA=Dictionary(K=action),
            )
            page.Annots = Array([document.make_indirect(field)])
            document.Root.AcroForm = Dictionary(Fields=Array([page.Annots[0]]))

    return change(letter(), put)
