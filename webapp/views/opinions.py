"""A second opinion: a colleague is asked, reads, and writes one note. Nothing waits for it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import letters, permissions, reviews
from webapp.domain.workflow import Action
from webapp.forms.reviews import AnswerForm, QuestionForm
from webapp.guards.access import work
from webapp.models import Letter
from webapp.views import reading

bp = Blueprint("opinions", __name__)


@bp.get("/letters/<int:letter_id>/opinions/new")
def new(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    return render_template("opinions/new.html", letter=letter, form=_form(letter))


@bp.post("/letters/<int:letter_id>/opinions/new")
def create(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    form = _form(letter)
    if not form.validate():
        return render_template("opinions/new.html", letter=letter, form=form), 422
    reviews.ask(work(), letter, form.person_id.data, form.question.data)
    flash(gettext("Pendapat diminta. Surat ini tetap menunggu Anda."), "ok")
    return redirect(url_for("reading.show", letter_id=letter_id), 303)


@bp.post("/letters/<int:letter_id>/opinions/answer")
def update(letter_id: int) -> ResponseReturnValue:
    letter, form = letters.get(work(), letter_id), AnswerForm()
    permissions.require(work(), Action.COMMENT, letter)
    if not form.validate():
        return reading.plain_page(letter, letter.version, answer=form), 422
    reviews.comment(work(), letter, form.note.data)
    flash(gettext("Pendapat Anda dikirim."), "ok")
    return redirect(url_for("reading.show", letter_id=letter_id), 303)


def _letter(letter_id: int) -> Letter:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.ASK, letter)
    return letter


def _form(letter: Letter) -> QuestionForm:
    form = QuestionForm()
    form.person_id.choices = advisers(letter)
    return form


def advisers(letter: Letter) -> list[tuple[int, str]]:
    """Who may be asked, as they are offered."""
    return [(person.id, person.full_name) for person in reviews.advisers(work(), letter)]
