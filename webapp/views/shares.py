"""What another app shares with this one: the service worker takes the file, so that it is checked with a form's token.

Only where no service worker runs does the share reach the server, which reads nothing of it.
"""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.guards.access import public
from webapp.guards.csrf import exempt

bp = Blueprint("shares", __name__)
exempt(bp)  # a share carries no token; nothing is read and nothing changes


@bp.post("/v/share")
@public
@db.reads
def create() -> ResponseReturnValue:
    return redirect(url_for("checks.new", share="lost"), 303)
