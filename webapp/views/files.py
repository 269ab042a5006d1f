"""A letter as a file: always the stored bytes, never made anew."""

from __future__ import annotations

import re
import unicodedata

from flask import Blueprint, Response

from webapp import db
from webapp.domain import downloads, letters
from webapp.guards.access import work

bp = Blueprint("files", __name__)


@bp.get("/letters/<int:letter_id>/file")
@db.writes
def show(letter_id: int) -> Response:
    """The file that speaks for the letter now; who takes it is recorded."""
    letter = letters.get(work(), letter_id)
    kind = "surat" if letter.signature else "konsep"
    return pdf_answer(downloads.take(work(), letter), f"{kind} {letter.number}")


@bp.get("/letters/<int:letter_id>/versions/<int:number>/file")
@db.writes
def version(letter_id: int, number: int) -> Response:
    """An older version, as its readers saw it."""
    letter = letters.get(work(), letter_id)
    pdf = downloads.take(work(), letter, version_number=number)
    return pdf_answer(pdf, f"konsep {letter.number} versi {number}")


@bp.get("/letters/<int:letter_id>/versions/<int:number>/original")
@db.writes
def original(letter_id: int, number: int) -> Response:
    """What the drafter uploaded, before it was repaired: to compare with the copy that is signed."""
    letter = letters.get(work(), letter_id)
    return pdf_answer(downloads.take_original(work(), letter, number), f"asli {letter.number} versi {number}")


def pdf_answer(pdf: bytes, name: str) -> Response:
    """A download: never shown inside this site, where a PDF's scripts would run in its name."""
    return Response(
        pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{_plain(name)}.pdf"'}
    )


def _plain(name: str) -> str:
    """Letters, digits, dots and dashes: a header must not be broken by a letter's number."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", ascii_only).strip("-.")[:100] or "surat"
