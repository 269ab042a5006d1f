"""Inside the child: opening a file with PDFium, drawing its pages, and the way from its coordinates to ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from signing.errors import BadDocument

_MAX_PIXELS = 12_000_000
_MAX_SIDE = 16_000  # WebP ends at 16 383
_LOSSY_ABOVE = 60_000  # bytes: below that a lossless image is a text page and no trial is worth its time
_QUALITY = 55
_STEPS = [round(value / 17) * 17 for value in range(256)]  # 16 of them
_COLOURLESS = 3  # of 128


@dataclass(frozen=True)
class Frame:
    """A page's visible box in its own user space, and its rotation (clockwise, degrees)."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """(width, height) as displayed."""
        across, up = self.right - self.left, self.top - self.bottom
        return (up, across) if self.rotation in (90, 270) else (across, up)

    def shown(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box in user space -> (x0, y0, x1, y1) on the page as displayed, origin top left, y downwards."""
        if self.rotation == 90:
            return bottom - self.bottom, left - self.left, top - self.bottom, right - self.left
        if self.rotation == 180:
            return self.right - right, bottom - self.bottom, self.right - left, top - self.bottom
        if self.rotation == 270:
            return self.top - top, self.right - right, self.top - bottom, self.right - left
        return left - self.left, self.top - top, right - self.left, self.top - bottom


@contextmanager
def opened(pdf: bytes) -> Iterator[pdfium.PdfDocument]:
    """The file with its form environment (without it no field and no signature mark is drawn).

    Raises BadDocument: encrypted, broken.
    """
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError as cause:
        code = "encrypted" if getattr(cause, "err_code", 0) == pdfium.raw.FPDF_ERR_PASSWORD else "broken"
        raise BadDocument(code, str(cause)) from cause
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def load(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """Page `number`, from 1. Raises BadDocument: no_such_page, broken."""
    if not 1 <= number <= len(document):
        raise BadDocument("no_such_page", f"page {number} of {len(document)}")
    try:
        return document[number - 1]
    except pdfium.PdfiumError as cause:
        raise BadDocument("broken", f"page {number}: {cause}") from cause


def printed(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """A page with its marks and fields become part of its text, in memory alone: PDFium reads none in annotations."""
    page = load(document, number)
    raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)  # page.flatten() refuses files without a form
    page.close()
    return load(document, number)


def frame(page: pdfium.PdfPage) -> Frame:
    """Where the page as displayed lies in its user space."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, page.get_rotation())


def draw(page: pdfium.PdfPage, scale: float, *, grey: bool = False) -> Image.Image:
    """The page at `scale` pixels a point, less if it would have too many, on white: as a viewer shows and prints it."""
    width, height = page.get_size()
    scale = min(scale, (_MAX_PIXELS / max(width * height, 1)) ** 0.5)
    scale = min(scale, _MAX_SIDE / max(width, height))
    bitmap = page.render(scale=max(scale, 1 / max(1, min(width, height))), grayscale=grey, rev_byteorder=not grey)
    try:
        image: Image.Image = bitmap.to_pil().convert("L" if grey else "RGB")
        return image
    finally:
        bitmap.close()


def render(pdf: bytes, arguments: Mapping[str, Any]) -> tuple[None, list[bytes]]:
    """Verb `render`: WebP images of `pages`, `width` pixels wide."""
    images = []
    with opened(pdf) as document:
        for number in arguments["pages"]:
            page = load(document, number)
            images.append(_encode(draw(page, arguments["width"] / page.get_size()[0])))
            page.close()
    return None, images


def _encode(image: Image.Image) -> bytes:
    """The smaller of few colours lossless and many colours lossy."""
    lossless = _webp(_few_colours(image), lossless=True, quality=90, method=4)  # effort; 10 % less than 50
    if len(lossless) < _LOSSY_ABOVE:
        return lossless
    return min(lossless, _webp(image, quality=_QUALITY, method=4), key=len)


def _few_colours(image: Image.Image) -> Image.Image:
    """16 steps a channel; on a page without colour, 16 greys."""
    return image.convert("L").point(_STEPS).convert("RGB") if _is_grey(image) else image.point(_STEPS * 3)


def _is_grey(image: Image.Image) -> bool:
    """Whether no pixel has a colour that an eye would see."""
    _, blue, red = image.convert("YCbCr").split()
    edges: list[Any] = [*blue.getextrema(), *red.getextrema()]
    return all(abs(edge - 128) <= _COLOURLESS for edge in edges)


def _webp(image: Image.Image, **options: Any) -> bytes:
    output = BytesIO()
    image.save(output, "WEBP", **options)
    return output.getvalue()
