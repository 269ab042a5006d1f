"""Draws the demo letters. For developers only: python webapp/demo/make_letters.py (Debian: fonts-liberation).

Everything in them is invented: the crest is no real coat of arms, the people hold the office of "contoh".
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from letter_texts import EDARAN, UNDANGAN
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

HERE = Path(__file__).parent
F4 = (215 * mm, 330 * mm)
LEFT, RIGHT, HEAD = 25 * mm, 20 * mm, 112
# Room for the mark: about 220 x 80 points under the title of the office.
BLOCK, ROOM = 224, 98

SANS = ParagraphStyle("sans", fontName="Sans", fontSize=11, leading=15.5)
BODY = ParagraphStyle("body", SANS, alignment=TA_JUSTIFY, firstLineIndent=34, spaceAfter=7)
ITEM = ParagraphStyle("item", SANS, alignment=TA_JUSTIFY, spaceAfter=4)
HEADING = ParagraphStyle("heading", SANS, fontName="Sans-Bold", spaceBefore=7, spaceAfter=4, keepWithNext=1)
TITLE = ParagraphStyle("title", SANS, alignment=TA_CENTER)
SMALL = ParagraphStyle("small", SANS, fontSize=9.5, leading=13)


def use_fonts() -> None:
    """Embedded like a word processor does, so that the page looks the same on every machine."""
    folder = Path("/usr/share/fonts/truetype/liberation")
    pdfmetrics.registerFont(TTFont("Sans", folder / "LiberationSans-Regular.ttf"))
    pdfmetrics.registerFont(TTFont("Sans-Bold", folder / "LiberationSans-Bold.ttf"))
    pdfmetrics.registerFontFamily("Sans", normal="Sans", bold="Sans-Bold")


def draw_crest(canvas: Canvas, x: float, y: float, height: float) -> None:
    """An invented crest, a pen over water in a shield; (x, y) is its lower left corner, in points."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(height / 100, height / 100)
    canvas.setLineWidth(4)
    canvas.setStrokeColorRGB(0.07, 0.23, 0.30)
    canvas.setFillColorRGB(0.90, 0.95, 0.94)
    shield = canvas.beginPath()
    shield.moveTo(4, 96)
    shield.lineTo(80, 96)
    shield.curveTo(80, 40, 74, 18, 42, 3)
    shield.curveTo(10, 18, 4, 40, 4, 96)
    canvas.drawPath(shield, fill=1)
    nib = canvas.beginPath()
    nib.moveTo(42, 38)
    for x1, y1, x2, y2, x3, y3 in ((34, 52, 28, 60, 28, 70), (32, 78, 37, 82, 37, 88)):
        nib.curveTo(x1, y1, x2, y2, x3, y3)
    nib.lineTo(47, 88)
    for x1, y1, x2, y2, x3, y3 in ((47, 82, 52, 78, 56, 70), (56, 60, 50, 52, 42, 38)):
        nib.curveTo(x1, y1, x2, y2, x3, y3)
    canvas.setFillColorRGB(0.07, 0.23, 0.30)
    canvas.drawPath(nib, fill=1, stroke=0)
    canvas.setStrokeColorRGB(0.90, 0.95, 0.94)
    canvas.setLineWidth(1.6)
    canvas.line(42, 40, 42, 62)
    canvas.setStrokeColorRGB(0.12, 0.48, 0.47)
    canvas.setLineWidth(3)
    for row in (30, 22, 14):
        reach = 12 + (row - 14) * 0.75
        canvas.bezier(42 - reach, row, 42 - reach / 3, row + 7, 42 + reach / 3, row - 7, 42 + reach, row)
    canvas.restoreState()


def draw_head(canvas: Canvas, size: tuple[float, float]) -> None:
    """The letterhead: crest, three lines, address, and the double rule beneath."""
    width, height = size
    top = height - 40
    draw_crest(canvas, LEFT, top - 66, 70)
    middle = (LEFT + 62 + width - RIGHT) / 2
    for font, points, down, text in (
        ("Sans", 14, 10, "PEMERINTAH KABUPATEN SOLOK"),
        ("Sans-Bold", 20, 33, "SEKRETARIAT DAERAH"),
        ("Sans", 9, 48, "Kompleks Perkantoran Pemerintah Kabupaten Solok, Arosuka, Sumatera Barat (contoh)"),
        ("Sans", 9, 60, "Laman setda.solok.example  ·  Pos-el setda@solok.example"),
    ):
        canvas.setFont(font, points)
        canvas.drawCentredString(middle, top - down, text)
    for thickness, down in ((2.2, 72), (0.7, 75.5)):
        canvas.setLineWidth(thickness)
        canvas.line(LEFT, top - down, width - RIGHT, top - down)


def draw_page_number(canvas: Canvas, size: tuple[float, float]) -> None:
    canvas.setFont("Sans", 11)
    canvas.drawCentredString(size[0] / 2, size[1] - 42, f"- {canvas.getPageNumber()} -")


def write(path: Path, size: tuple[float, float], facts: dict[str, str], story: list[Flowable]) -> None:
    """One PDF; invariant, so that the same text gives the same bytes."""
    width, height = size
    document = BaseDocTemplate(str(path), pagesize=size, invariant=1, lang="id", **facts)
    inner = width - LEFT - RIGHT

    def template(name: str, head: float, draw: Callable[[Canvas, tuple[float, float]], None]) -> PageTemplate:
        bounds = Frame(LEFT, 46, inner, height - head - 46, 0, 0, 0, 0)
        return PageTemplate(name, [bounds], onPage=lambda canvas, _: draw(canvas, size), autoNextPageTemplate="next")

    document.addPageTemplates([template("first", HEAD + 16, draw_head), template("next", 66, draw_page_number)])
    document.build(story)


def columns(rows: list[tuple[str, ...]], widths: list[float], style: ParagraphStyle = SANS) -> Table:
    """A borderless table, as typists align with tabs."""
    cells = [[Paragraph(text, style) for text in row] for row in rows]
    flush = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)]
    flush += [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT")]
    flush.append(("BOTTOMPADDING", (0, 0), (-1, -1), style.spaceAfter))
    return Table(cells, widths, style=TableStyle(flush), hAlign="LEFT")


def signature(lines: list[str], inner: float, below: list[str], tag: str = "") -> Table:
    """The block at the right: title of the office, room for the mark, and what stands beneath it."""
    block = Table(
        [[Paragraph("<br/>".join(lines), SANS)], [Paragraph(tag, SMALL)], [Paragraph("<br/>".join(below), SANS)]],
        [BLOCK],
        [None, ROOM, None],
        style=TableStyle(
            [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
            + [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 1), (0, 1), 3)]
        ),
    )
    return Table(
        [["", block]],
        [inner - BLOCK, BLOCK],
        style=TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]),
    )


def copies(rows: list[str]) -> list[Flowable]:
    return [Paragraph("Tembusan:", SMALL), columns([(f"{n}.", row) for n, row in enumerate(rows, 1)], [16, 400], SMALL)]


def undangan() -> None:
    """One page, with the tag that says where the mark goes."""
    text, inner = UNDANGAN, A4[0] - LEFT - RIGHT
    facts = columns([(name, ":", value) for name, value in text["facts"]], [56, 10, 222])
    date = Paragraph(text["date"], ParagraphStyle("date", SANS, alignment=2))
    head = Table(
        [[facts, date]],
        [inner - 160, 160],
        style=TableStyle(
            [("VALIGN", (0, 0), (-1, -1), "TOP")]
            + [(f"{s}PADDING", (0, 0), (-1, -1), 0) for s in ("LEFT", "RIGHT", "TOP")]
        ),
    )
    story: list[Flowable] = [head, Spacer(1, 10)]
    story.append(columns([(name, line) for name, line in text["to"]], [28, inner - 28]))
    story.append(Spacer(1, 12))
    story += [Paragraph(line, BODY) for line in text["opening"]]
    story.append(columns([("", name, ":", value) for name, value in text["event"]], [34, 84, 10, inner - 128], ITEM))
    story.append(Spacer(1, 5))
    story += [Paragraph(line, BODY) for line in text["closing"]]
    story += [Spacer(1, 8), signature(text["office"], inner, [], tag="${ttd}"), *copies(text["copies"])]
    write(HERE / "undangan.pdf", A4, {"title": text["title"], "author": text["author"]}, story)


def edaran() -> None:
    """Three pages of F4, no tag, and name and NIP beneath the free space as older letters have them."""
    text, inner = EDARAN, F4[0] - LEFT - RIGHT
    story: list[Flowable] = [columns([("Yth.", line) for line in text["to"]], [28, inner - 28]), Spacer(1, 14)]
    story.append(Paragraph("<br/>".join(text["heading"]), TITLE))
    story.append(Spacer(1, 12))
    for number, (heading, parts) in enumerate(text["sections"]):
        story.append(Paragraph(f"{chr(65 + number)}. {heading}", HEADING))
        for part in parts:
            story.append(section_part(part, inner))
    story.append(CondPageBreak(240))
    block = signature(text["office"], inner, text["person"])
    story.append(KeepTogether([Spacer(1, 12), block, Spacer(1, 10), *copies(text["copies"])]))
    write(HERE / "edaran.pdf", F4, {"title": text["title"], "author": text["author"]}, story)


def section_part(part: str | list, inner: float) -> Flowable:
    """A paragraph, a numbered list, or (a list of tuples) a ruled table with a heading row."""
    if isinstance(part, str):
        return Paragraph(part, BODY)
    if isinstance(part[0], str):
        return columns([("", f"{n}.", line) for n, line in enumerate(part, 1)], [16, 20, inner - 36], ITEM)
    bold = ParagraphStyle("bold", SMALL, fontName="Sans-Bold", alignment=TA_CENTER)
    rows = [[Paragraph(cell, SMALL if row else bold) for cell in cells] for row, cells in enumerate(part)]
    ruled = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.6, "black"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), "#e8eeee"),
        ]
    )
    return Table(rows, [28, inner - 188 - 16, 160], style=ruled, spaceBefore=4, spaceAfter=8, repeatRows=1)


if __name__ == "__main__":
    use_fonts()
    undangan()
    edaran()
