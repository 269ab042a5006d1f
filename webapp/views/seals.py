"""The signed lists by which anybody checks a seal, also later and without a network."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from webapp import standalone
from webapp.domain import seals
from webapp.guards.access import public, work

bp = Blueprint("seals", __name__)
A_WHILE = "public, max-age=300"


@bp.get("/seals/directory")
@public
def directory() -> ResponseReturnValue:
    """All keys; with ?key= one of them, for a page that checks one seal on a bad line."""
    return _list(seals.directory(work(), request.args.get("key")))


@bp.get("/seals/status")
@public
def status() -> ResponseReturnValue:
    return _list(seals.status(work()))


def _list(text: str) -> Response:
    response = Response(text, mimetype="application/json")
    response.headers["Cache-Control"] = A_WHILE
    return response


@bp.get("/seals/verifier.html")
@public
def verifier() -> ResponseReturnValue:
    """To keep and carry: it opens from a disk, and here it is only handed out, never run."""
    response = Response(standalone.verifier(work()), mimetype="text/html")
    response.headers["Content-Disposition"] = 'attachment; filename="pemeriksa-segel.html"'
    return response
