"""Handing a finished draft to whom it goes first: a reviewer, else the signer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters
from webapp.guards.access import work
from webapp.models import StepState

bp = Blueprint("submissions", __name__)


@bp.post("/letters/<int:letter_id>/submission")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    revision = request.form.get("revision", type=int)
    letters.submit(work(), letter, seen=request.form.get("digest"), revision=revision)
    asked = [step.person for step in letter.chain if step.state == StepState.OPEN]
    names = ", ".join(person.position or person.full_name for person in asked)
    flash(gettext("Surat diajukan kepada %(signer)s.", signer=names), "ok")
    return redirect(url_for("reading.show", letter_id=letter.id), 303)
