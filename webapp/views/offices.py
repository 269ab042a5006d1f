"""Offices (perangkat daerah) in their tree. For administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import people, permissions
from webapp.domain.errors import Invalid
from webapp.forms.offices import NewOfficeForm, OfficeForm
from webapp.guards.access import roles, work
from webapp.models import Office, Role

bp = Blueprint("offices", __name__)


@bp.get("/offices")
@roles(Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    governed = people.governed(work())
    ids = {office.id for office in governed}
    below: dict[int | None, list[Office]] = {}
    for office in sorted(governed, key=lambda office: office.name.casefold()):
        below.setdefault(office.parent_id if office.parent_id in ids else None, []).append(office)
    return render_template("offices/index.html", below=below)


@bp.get("/offices/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    form = _new_form()
    form.office.data = request.args.get("below", type=int) or form.office.data
    return render_template("offices/new.html", form=form)


@bp.post("/offices/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _new_form()
    if not form.validate_on_submit():
        return render_template("offices/new.html", form=form), 422
    facts = {"code": form.code.data, "name": form.name.data, "footer": form.footer.data}
    try:
        office = people.create_office(work(), parent=people.get_office(work(), form.office.data), **facts)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return render_template("offices/new.html", form=form), 422
    flash(gettext("%(office)s ditambahkan.", office=office.name), "ok")
    return redirect(url_for("offices.index"), 303)


@bp.get("/offices/<int:office_id>/edit")
@roles(Role.ADMINISTRATOR)
def edit(office_id: int) -> ResponseReturnValue:
    office = _governed(office_id)
    return render_template("offices/edit.html", office=office, form=OfficeForm(obj=office))


@bp.post("/offices/<int:office_id>/edit")
@roles(Role.ADMINISTRATOR)
def update(office_id: int) -> ResponseReturnValue:
    office, form = _governed(office_id), OfficeForm()
    if not form.validate_on_submit():
        return render_template("offices/edit.html", office=office, form=form), 422
    people.update_office(
        work(), office, name=form.name.data, footer=form.footer.data, mark_lines=form.lines(),
        may_batch_unread=form.may_batch_unread.data,
    )  # fmt: skip
    flash(gettext("%(office)s disimpan.", office=office.name), "ok")
    return redirect(url_for("offices.index"), 303)


def _governed(office_id: int) -> Office:
    office = people.get_office(work(), office_id)
    permissions.require_role(work(), Role.ADMINISTRATOR, office)
    return office


def _new_form() -> NewOfficeForm:
    form = NewOfficeForm()
    form.offer(people.governed(work()))
    return form
