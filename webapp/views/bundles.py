"""The archive bundle of a signed letter."""

from __future__ import annotations

from flask import Blueprint, Response

from webapp import db
from webapp.domain import bundles, letters
from webapp.guards.access import work

bp = Blueprint("bundles", __name__)


@bp.get("/letters/<int:letter_id>/bundle.zip")
def show(letter_id: int) -> Response:
    """Packed while only reading; the lock is held for the entry in the trail alone."""
    letter = letters.get(work(), letter_id)
    packed = bundles.pack(work(), letter)
    db.write()
    bundles.take_along(work(), letter, packed)
    headers = {"Content-Disposition": f'attachment; filename="bundel-{letter.code}.zip"'}
    return Response(packed, mimetype="application/zip", headers=headers)
