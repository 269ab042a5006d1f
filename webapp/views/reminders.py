"""A notification's button: tell me again in an hour. The service worker sends it, without a page and its token."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from webapp.domain import reminders, throttle
from webapp.guards.access import public, work
from webapp.guards.csrf import exempt
from webapp.guards.throttles import by_address, throttled

bp = Blueprint("reminders", __name__)
exempt(bp)  # the address itself is the right to do it, and no cookie is looked at


@bp.post("/reminders/<token>")
@public
@throttled((throttle.LINK, by_address))
def create(token: str) -> ResponseReturnValue:
    reminders.remind(work(), token)
    return "", 204
