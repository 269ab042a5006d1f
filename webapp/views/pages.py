"""Images of a letter's pages, for those who may see the letter."""

from __future__ import annotations

from flask import Blueprint, Response, request

from webapp import db
from webapp.domain import changes, letters, page_images
from webapp.domain.errors import NotFound
from webapp.guards.access import work

bp = Blueprint("pages", __name__)


@bp.get("/letters/<int:letter_id>/pages/<sha256>/<int:number>.webp")
def show(letter_id: int, sha256: str, number: int) -> Response:
    """Named by the digest of the file that it is rendered from. No browser keeps it by itself: what is on a device is
    encrypted, and goes with the log-in (offline_letters)."""
    letter = letters.get(work(), letter_id)
    version = page_images.files_of(letter).get(sha256) or changes.version_of(work(), letter, sha256)
    if version is None:
        raise NotFound
    db.commit()
    width = request.args.get("w", page_images.WIDTH, type=int)
    image = page_images.get(work().config, sha256, number, total=version.pages, width=width)
    return Response(image, mimetype="image/webp")
