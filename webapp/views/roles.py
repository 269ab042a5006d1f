"""Roles given and taken: each after a page that says what it changes."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import people
from webapp.domain.errors import NotFound
from webapp.forms.people import DUTIES, ROLES, RoleForm
from webapp.guards.access import roles, work
from webapp.models import Membership, Person, Role

bp = Blueprint("roles", __name__)


@bp.get("/people/<int:person_id>/roles/new")
@roles(Role.ADMINISTRATOR)
def new(person_id: int) -> ResponseReturnValue:
    return render_template("roles/new.html", person=people.get(work(), person_id), form=_form())


@bp.post("/people/<int:person_id>/roles/new")
@roles(Role.ADMINISTRATOR)
def create(person_id: int) -> ResponseReturnValue:
    person, form = people.get(work(), person_id), _form()
    if not form.validate_on_submit():
        return render_template("roles/new.html", person=person, form=form), 422
    office, role = people.get_office(work(), form.office.data), Role(form.role.data)
    people.give_role(work(), person, office, role)
    told = {"name": person.full_name, "role": ROLES[role], "office": office.name}
    flash(gettext("%(name)s kini %(role)s di %(office)s.", **told), "ok")
    return redirect(url_for("people.show", person_id=person.id), 303)


@bp.get("/people/<int:person_id>/roles/<int:membership_id>/removal")
@roles(Role.ADMINISTRATOR)
def confirm(person_id: int, membership_id: int) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    held = _held(person, membership_id)
    return render_template("roles/confirm.html", person=person, held=held, role_names=ROLES, duties=DUTIES)


@bp.post("/people/<int:person_id>/roles/<int:membership_id>/removal")
@roles(Role.ADMINISTRATOR)
def destroy(person_id: int, membership_id: int) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    role = ROLES[Role(_held(person, membership_id).role)]
    people.take_role(work(), person, membership_id)
    flash(gettext("Peran %(role)s dicabut dari %(name)s.", role=role, name=person.full_name), "ok")
    return redirect(url_for("people.show", person_id=person.id), 303)


def _held(person: Person, membership_id: int) -> Membership:
    held = next((m for m in person.memberships if m.id == membership_id), None)
    if held is None:
        raise NotFound
    return held


def _form() -> RoleForm:
    form = RoleForm()
    form.offer(people.governed(work()))
    return form
