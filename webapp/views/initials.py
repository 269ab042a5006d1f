"""The paraf: one tap on exactly what was shown, and taken back until the next has acted."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters, permissions, reviews
from webapp.domain.workflow import Action
from webapp.forms.reviews import InitialForm
from webapp.guards.access import work
from webapp.views import reading

bp = Blueprint("initials", __name__)


@bp.post("/letters/<int:letter_id>/initial")
def create(letter_id: int) -> ResponseReturnValue:
    letter, form = letters.get(work(), letter_id), InitialForm()
    if not form.validate():
        permissions.require(work(), Action.INITIAL, letter)
        return reading.review_page(letter, form), 422
    reviews.initial(work(), letter, digest=form.digest.data, note=form.note.data)
    flash(gettext("Surat ini sudah Anda paraf."), "ok")
    return _back(letter_id)


@bp.post("/letters/<int:letter_id>/initial/recall")
def destroy(letter_id: int) -> ResponseReturnValue:
    reviews.recall(work(), letters.get(work(), letter_id))
    flash(gettext("Paraf Anda ditarik. Surat ini menunggu Anda lagi."), "ok")
    return _back(letter_id)


def _back(letter_id: int) -> ResponseReturnValue:
    return redirect(url_for("reading.show", letter_id=letter_id), 303)
