"""Giving a step that waits for an initial to somebody else: the administrator's, who reads no letter by it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import reviews
from webapp.domain.errors import Invalid, NotFound
from webapp.forms.reviews import ReassignmentForm
from webapp.guards.access import roles, work
from webapp.models import Letter, Role, Step

bp = Blueprint("reassignments", __name__)


@bp.get("/reassignments/<int:letter_id>/<int:step_id>")
@roles(Role.ADMINISTRATOR)
def new(letter_id: int, step_id: int) -> ResponseReturnValue:
    letter = reviews.get_to_reassign(work(), letter_id)
    return render_template("reassignments/new.html", letter=letter, step=_step(letter, step_id), form=_form(letter))


@bp.post("/reassignments/<int:letter_id>/<int:step_id>")
@roles(Role.ADMINISTRATOR)
def create(letter_id: int, step_id: int) -> ResponseReturnValue:
    letter = reviews.get_to_reassign(work(), letter_id)
    form = _form(letter)
    try:
        if form.validate():
            reviews.reassign(work(), letter, step_id, form.person_id.data, form.reason.data)
            flash(gettext("Langkah dialihkan. Pemaraf yang baru diberi tahu."), "ok")
            return redirect(url_for("unfinished.index"), 303)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        letter = reviews.get_to_reassign(work(), letter_id)
    return render_template("reassignments/new.html", letter=letter, step=_step(letter, step_id), form=form), 422


def _step(letter: Letter, step_id: int) -> Step:
    found = next((step for step in letter.reviews if step.id == step_id), None)
    if found is None:
        raise NotFound
    return found


def _form(letter: Letter) -> ReassignmentForm:
    form = ReassignmentForm()
    found = reviews.replacements(work(), letter)
    form.person_id.choices = [(p.id, ": ".join(filter(None, (p.position, p.full_name)))) for p in found]
    return form
