"""A word across every page of a practice letter, drawn before the file is prepared; the drawing is overprint.py's."""

from __future__ import annotations

from signing.child import Allowance, call
from signing.errors import BadDocument


def watermark(pdf: bytes) -> bytes:
    """The file with LATIHAN across each page, in strokes: no font, no text that a search would find.

    A light grey that darkens what lies under it and hides none of it; less than the contrast by which free space is
    judged (spaces.py), so a mark may still be placed. Raises BadDocument: broken, encrypted, too_complex.
    """
    parts = call("watermark", pdf, {}, Allowance(seconds=20, patience=40.0)).parts
    if len(parts) != 1 or not parts[0].startswith(b"%PDF-"):
        raise BadDocument("broken", "no sensible file")
    return parts[0]
