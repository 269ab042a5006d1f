"""Withdrawing a signed letter from force (cabut)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import letters, permissions
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.forms.decisions import ReasonForm
from webapp.guards.access import work

bp = Blueprint("revocations", __name__)


@bp.get("/letters/<int:letter_id>/revocation")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REVOKE, letter)
    return render_template("revocations/new.html", letter=letter, form=ReasonForm())


@bp.post("/letters/<int:letter_id>/revocation")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REVOKE, letter)
    form = ReasonForm()
    try:
        if form.validate():
            letters.revoke(work(), letter, form.reason.data)
            flash(gettext("Surat dicabut. Halaman pemeriksaannya kini menyatakan demikian."), "ok")
            return redirect(url_for("reading.show", letter_id=letter.id), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
    return render_template("revocations/new.html", letter=letter, form=form), 422
