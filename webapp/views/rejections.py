"""Refusing a letter for good, with the reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.domain import letters, permissions
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.forms.decisions import ReasonForm
from webapp.guards.access import work

bp = Blueprint("rejections", __name__)


@bp.get("/letters/<int:letter_id>/rejection")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REJECT, letter)
    return render_template("rejections/new.html", letter=letter, form=ReasonForm())


@bp.post("/letters/<int:letter_id>/rejection")
def create(letter_id: int) -> ResponseReturnValue:
    letter, form = letters.get(work(), letter_id), ReasonForm()
    permissions.require(work(), Action.REJECT, letter)
    try:
        if form.validate_on_submit():
            letters.reject(work(), letter, form.reason.data)
            flash(_("Surat ditolak."), "ok")
            return redirect(url_for("reading.show", letter_id=letter.id), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        letter = letters.get(work(), letter_id)
    return render_template("rejections/new.html", letter=letter, form=form), 422
