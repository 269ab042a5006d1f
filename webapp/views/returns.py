"""Sending a letter back to its drafter, with the reason."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.domain import letters, permissions
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.forms.reviews import ReturnForm
from webapp.guards.access import work
from webapp.models import Letter

bp = Blueprint("returns", __name__)


@bp.get("/letters/<int:letter_id>/return")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.RETURN, letter)
    return render_template("returns/new.html", letter=letter, form=_form(letter))


@bp.post("/letters/<int:letter_id>/return")
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.RETURN, letter)
    form = _form(letter)
    try:
        if form.validate_on_submit():
            letters.send_back(work(), letter, form.reason.data, to=form.to.data or None)
            flash(_("Surat dikembalikan."), "ok")
            return redirect(url_for("reading.show", letter_id=letter.id), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        letter = letters.get(work(), letter_id)
    return render_template("returns/new.html", letter=letter, form=form), 422


def _form(letter: Letter) -> ReturnForm:
    form = ReturnForm()
    form.to.choices = targets(letter)
    if form.to.data is None:
        form.to.data = 0
    return form


def targets(letter: Letter) -> list[tuple[int, str]]:
    """To the drafter, or to a step that is done."""
    earlier = [(step.id, step.person.full_name) for step in letters.earlier_steps(work(), letter)]
    return [(0, _("Pengonsep: %(name)s", name=letter.drafter.full_name)), *earlier]
