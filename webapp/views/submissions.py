"""Handing a finished draft to its signer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters
from webapp.guards.access import work

bp = Blueprint("submissions", __name__)


@bp.post("/letters/<int:letter_id>/submission")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    letters.submit(work(), letter, seen=request.form.get("digest"))
    signer = letter.signer.position or letter.signer.full_name
    flash(gettext("Surat diajukan kepada %(signer)s.", signer=signer), "ok")
    return redirect(url_for("reading.show", letter_id=letter.id), 303)
