"""Giving the letters of somebody who left to somebody else: the administrator's, who reads none of them by it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from webapp import db
from webapp.domain import people, takeovers
from webapp.domain.errors import N_, Invalid
from webapp.domain.takeovers import ROLES, Left
from webapp.forms.takeovers import TakeoverForm
from webapp.guards.access import roles, work
from webapp.models import Person, Role

bp = Blueprint("takeovers", __name__)


@bp.get("/people/<int:person_id>/letters")
@roles(Role.ADMINISTRATOR)
def new(person_id: int) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    left = takeovers.left_by(work(), person)
    return _page(person, left, _form(left))


@bp.post("/people/<int:person_id>/letters")
@roles(Role.ADMINISTRATOR)
def create(person_id: int) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    left = takeovers.left_by(work(), person)
    form = _form(left)
    if not form.validate():
        return _page(person, left, form), 422
    try:
        if not form.chosen():
            raise Invalid(N_("Pilih sedikitnya satu pengganti."))
        successors = {cause: people.get(work(), one) for cause, one in form.chosen().items()}
        refused = takeovers.take_over(work(), person, successors, form.reason.data)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _page(people.get(work(), person_id), takeovers.left_by(work(), person), form), 422
    asked = sum(one.cause in successors for one in left)
    return _told(person, asked - len(refused), refused)


def _told(person: Person, given: int, refused: list[tuple[Left, str]]) -> ResponseReturnValue:
    if given:
        flash(ngettext("%(num)s surat dialihkan.", "%(num)s surat dialihkan.", given), "ok")
    for one, why in refused:
        flash(f"{one.letter.number or one.letter.id}: {gettext(why)}", "warn")
    return redirect(url_for("takeovers.new", person_id=person.id), 303)


def _page(person: Person, left: list[Left], form: TakeoverForm) -> str:
    facts = {"person": person, "left": left, "form": form}
    return render_template("takeovers/new.html", **facts, causes=list(ROLES), now=work().now)


def _form(left: list[Left]) -> TakeoverForm:
    form = TakeoverForm()
    for cause in ROLES:
        found = takeovers.candidates(work(), left, cause)
        named = [(p.id, ": ".join(filter(None, (p.position, p.full_name)))) for p in found]
        form[cause.value].choices = [(0, gettext("Jangan dialihkan sekarang")), *named]
    return form
