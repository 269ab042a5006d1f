"""The way out in the message that a letter was signed in one's name: no log-in, one press."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.domain import freezes, throttle
from webapp.guards.access import public, work
from webapp.guards.throttles import by_address, throttled

bp = Blueprint("freezes", __name__)


@bp.get("/freezes/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links too."""
    person = freezes.find(work(), token)
    return render_template("freezes/show.html", person=person, held=freezes.certificates(work(), person))


@bp.post("/freezes/<token>")
@public
@throttled((throttle.LINK, by_address))
def create(token: str) -> ResponseReturnValue:
    freezes.freeze(work(), freezes.find(work(), token))
    return redirect(url_for("freezes.show", token=token), 303)
