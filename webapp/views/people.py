"""People: who they are, their invitation, their account. For administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from webapp import db
from webapp.domain import cutoffs, keys, people, standings, waits
from webapp.domain.errors import Invalid
from webapp.forms.people import ROLES, NewPersonForm, PersonForm
from webapp.guards.access import roles, work
from webapp.models import Role
from webapp.views import devices

bp = Blueprint("people", __name__)

PAGE = 50
ACTIONS = {
    "invitation": (people.invite_again, lazy_gettext("Undangan dikirim ke %(email)s.")),
    "disabling": (people.disable, lazy_gettext("Akun %(name)s dinonaktifkan.")),
    "enabling": (people.enable, lazy_gettext("Akun %(name)s diaktifkan. Undangan dikirim ke %(email)s.")),
}
RULE = f"/people/<int:person_id>/<any({', '.join(repr(name) for name in ACTIONS)}):action>"


@bp.get("/people")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()
    page = max(1, request.args.get("page", 1, type=int))
    found = people.people(work(), text)
    shown = found[(page - 1) * PAGE : page * PAGE]
    pages = -(-len(found) // PAGE)
    return render_template(
        "people/index.html", people=shown, total=len(found), text=text, page=page, pages=pages, role_names=ROLES
    )


@bp.get("/people/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return render_template("people/new.html", form=_new_form())


@bp.post("/people/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _new_form()
    if not form.validate_on_submit():
        return render_template("people/new.html", form=form), 422
    office = people.get_office(work(), form.office.data)
    given = [Role(name) for name in form.roles.data]
    try:
        person = people.create(work(), office, roles=given, email=form.email.data, **form.facts())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("people/new.html", form=form), 422
    flash(gettext("Undangan dikirim ke %(email)s.", email=person.email), "ok")
    return redirect(url_for("people.show", person_id=person.id), 303)


@bp.get("/people/<int:person_id>")
@roles(Role.ADMINISTRATOR)
def show(person_id: int) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    return render_template(
        "people/show.html", person=person, role_names=ROLES, standing=standings.of(work(), person),
        is_governed=people.is_governed(work(), person), governed={o.id for o in people.governed(work())},
        access=cutoffs.access(work(), person), name_of=devices.name_of, reasons=keys.REASONS, now=work().now,
        pending=waits.count(work(), person), is_registrar=keys.is_registrar_of(work(), person),
    )  # fmt: skip


@bp.get("/people/<int:person_id>/edit")
@roles(Role.ADMINISTRATOR)
def edit(person_id: int) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    return render_template("people/edit.html", form=PersonForm(obj=person), person=person)


@bp.post("/people/<int:person_id>/edit")
@roles(Role.ADMINISTRATOR)
def update(person_id: int) -> ResponseReturnValue:
    person, form = people.get(work(), person_id), PersonForm()
    if not form.validate_on_submit():
        return render_template("people/edit.html", form=form, person=person), 422
    people.update(work(), person, **form.facts())
    flash(gettext("Data %(name)s disimpan.", name=person.full_name), "ok")
    return redirect(url_for("people.show", person_id=person.id), 303)


@bp.get(RULE)
@roles(Role.ADMINISTRATOR)
def confirm(person_id: int, action: str) -> ResponseReturnValue:
    """What the action will do, in words, before it is done."""
    return render_template("people/confirm.html", person=people.get(work(), person_id), action=action)


@bp.post(RULE)
@roles(Role.ADMINISTRATOR)
def act(person_id: int, action: str) -> ResponseReturnValue:
    person = people.get(work(), person_id)
    command, told = ACTIONS[action]
    command(work(), person)
    flash(str(told) % {"name": person.full_name, "email": person.email}, "ok")
    return redirect(url_for("people.show", person_id=person.id), 303)


def _new_form() -> NewPersonForm:
    form = NewPersonForm()
    form.offer(people.governed(work()))
    return form
