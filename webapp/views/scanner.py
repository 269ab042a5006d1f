"""The camera page: from the QR code on paper to the page that says whether the letter is genuine."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.domain import seals
from webapp.guards.access import public, work

bp = Blueprint("scanner", __name__)


@bp.get("/scan")
@public
def show() -> ResponseReturnValue:
    return render_template("scanner/show.html", host=work().config.host, roots=seals.roots(work()))
