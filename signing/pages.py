"""Page images for reading on a phone, made by a confined child from the very bytes that will be signed."""

from __future__ import annotations

from collections.abc import Sequence

from signing.child import Allowance, call
from signing.errors import BadDocument

DEFAULT_WIDTH = 1080
_BATCH = 12  # pages a child: bounds its time and memory, and what one bad page takes along


def render(pdf: bytes, pages: Sequence[int], width: int = DEFAULT_WIDTH) -> list[bytes]:
    """WebP images of these pages (numbers from 1), `width` pixels wide, in the order asked for.

    Drawn as a viewer prints: annotations, form fields and signature marks included. Text pages are lossless in
    16 greys (or steps of each colour), others lossy where that is smaller. Very long pages come out narrower: at
    most 12 megapixels and 16000 pixels high.
    Raises BadDocument: no_such_page, broken, encrypted, too_complex. About 0.1 s a page and 0.15 s a call.
    """
    width = max(16, min(int(width), 4_000))
    images: list[bytes] = []
    for start in range(0, len(pages), _BATCH):
        batch = [int(number) for number in pages[start : start + _BATCH]]
        allowance = Allowance(seconds=6 + 3 * len(batch), patience=20.0 + 6 * len(batch))
        images += call("render", pdf, {"pages": batch, "width": width}, allowance).parts
    if len(images) != len(pages) or not all(image[:4] == b"RIFF" and image[8:12] == b"WEBP" for image in images):
        raise BadDocument("broken", "no sensible images")
    return images
