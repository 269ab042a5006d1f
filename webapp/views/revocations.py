"""Withdrawing a signed letter from force (cabut): the reason, and a code."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters, permissions, revocations
from webapp.domain.errors import Invalid
from webapp.domain.throttle import CODE
from webapp.domain.workflow import Action
from webapp.forms.decisions import RevocationForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, succeeded, throttled
from webapp.views.refusals import refuse

bp = Blueprint("revocations", __name__)


@bp.get("/letters/<int:letter_id>/revocation")
def new(letter_id: int) -> ResponseReturnValue:
    return _page(letter_id, RevocationForm(formdata=None))


@bp.post("/letters/<int:letter_id>/revocation")
@throttled((CODE, by_person))
def create(letter_id: int) -> ResponseReturnValue:
    letter, form = letters.get(work(), letter_id), RevocationForm()
    permissions.require(work(), Action.REVOKE, letter)
    if not form.validate_on_submit():
        succeeded()  # no code was tried
        return _page(letter_id, form), 422
    try:
        revocations.by_code(work(), letter, reason=form.reason.data, code=form.code.data)
    except Invalid as error:
        return _refused(letter_id, form, error)
    succeeded()
    flash(gettext("Surat dicabut. Halaman pemeriksaannya kini menyatakan demikian."), "ok")
    return redirect(url_for("reading.show", letter_id=letter_id), 303)


def _refused(letter_id: int, form: RevocationForm, error: Invalid) -> ResponseReturnValue:
    refuse(form, error)
    return _page(letter_id, form), 422


def _page(letter_id: int, form: RevocationForm) -> str:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REVOKE, letter)
    return render_template("revocations/new.html", letter=letter, form=form)
