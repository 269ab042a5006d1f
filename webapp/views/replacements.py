"""Saying that another signed letter takes this one's place (ganti)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import letters, permissions
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.forms.decisions import ReplacementForm
from webapp.guards.access import work

bp = Blueprint("replacements", __name__)


@bp.get("/letters/<int:letter_id>/replacement")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REPLACE, letter)
    return render_template("replacements/new.html", letter=letter, form=ReplacementForm())


@bp.post("/letters/<int:letter_id>/replacement")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REPLACE, letter)
    form = ReplacementForm()
    try:
        if form.validate():
            letters.replace(work(), letter, form.number.data, form.reason.data)
            flash(gettext("Surat ini dinyatakan diganti oleh surat nomor %(number)s.", number=form.number.data), "ok")
            return redirect(url_for("reading.show", letter_id=letter.id), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
    return render_template("replacements/new.html", letter=letter, form=form), 422
