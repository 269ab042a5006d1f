"""The number of a letter that is still being written: taken from the book, and given back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import letters, number_patterns, numbers, permissions
from webapp.domain.errors import Invalid
from webapp.domain.workflow import Action
from webapp.forms.numbers import GivingBackForm, TakingForm
from webapp.guards.access import work
from webapp.models import Letter
from webapp.views import drafting

bp = Blueprint("numbers", __name__)


@bp.get("/letters/<int:letter_id>/number")
def edit(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    return _page(letter, _taking(letter), GivingBackForm(formdata=None))


@bp.post("/letters/<int:letter_id>/number")
def update(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    form = _taking(letter)
    if form.validate_on_submit():
        try:
            pattern = number_patterns.get(work(), letter.office, form.pattern_id.data)
            taken = numbers.take(work(), letter, pattern)
            flash(gettext("Nomor %(number)s dipesan untuk surat ini.", number=taken.text), "ok")
            drafting.inscribe(letter)
            return redirect(url_for("numbers.edit", letter_id=letter.id), 303)
        except Invalid as error:
            db.rollback()
            form.refuse(error)
    letter = _letter(letter_id)
    return _page(letter, form, GivingBackForm(formdata=None)), 422


@bp.post("/letters/<int:letter_id>/number/return")
def destroy(letter_id: int) -> ResponseReturnValue:
    letter, form = _letter(letter_id), GivingBackForm()
    if not form.validate_on_submit():
        return _page(letter, _taking(letter), form), 422
    numbers.give_back(work(), letter, form.reason.data, void=form.void.data)
    flash(gettext("Nomor dibatalkan.") if form.void.data else gettext("Nomor dikembalikan ke buku nomor."), "ok")
    drafting.inscribe(letter)
    return redirect(url_for("numbers.edit", letter_id=letter.id), 303)


def _letter(letter_id: int) -> Letter:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.EDIT, letter)
    return letter


def _taking(letter: Letter) -> TakingForm:
    form = TakingForm()
    form.pattern_id.choices = [(one.id, one.name) for one in number_patterns.of(work(), letter.office)]
    return form


def _page(letter: Letter, taking: TakingForm, giving_back: GivingBackForm) -> str:
    return render_template(
        "numbers/edit.html", letter=letter, taking=taking, giving_back=giving_back, held=numbers.held_by(work(), letter)
    )
