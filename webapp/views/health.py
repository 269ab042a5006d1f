"""For the load balancer: whether this process answers and reaches its database."""

from __future__ import annotations

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from webapp.domain import audit
from webapp.guards.access import public, work

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def show() -> ResponseReturnValue:
    audit.latest(work(), limit=1)  # reads a row; a database that is away answers 500 through errors.py
    return {"status": "ok", "release": current_app.config["RELEASE"]}
