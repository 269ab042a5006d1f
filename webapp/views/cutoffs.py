"""Cutting off a device, a passkey or the authenticator of somebody else: each after a page that says what it stops."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from webapp.domain import cutoffs, people
from webapp.domain.cutoffs import Kind
from webapp.forms.cutoffs import CutoffForm
from webapp.guards.access import roles, work
from webapp.models import Person, Role
from webapp.views import devices

bp = Blueprint("cutoffs", __name__)

TOLD = {
    Kind.DEVICE: lazy_gettext("Perangkat itu sudah dikeluarkan. %(name)s diberi tahu lewat surel."),
    Kind.DEVICES: lazy_gettext("Semua perangkat %(name)s sudah dikeluarkan. Ia diberi tahu lewat surel."),
    Kind.PASSKEY: lazy_gettext("Kunci sandi itu sudah dihapus. %(name)s diberi tahu lewat surel."),
    Kind.SECOND_FACTOR: lazy_gettext("Verifikasi dua langkah %(name)s diatur ulang. Ia diberi tahu lewat surel."),
}


@bp.get("/people/<int:person_id>/cutoffs/<kind>/<int:target_id>")
@roles(Role.ADMINISTRATOR)
def new(person_id: int, kind: str, target_id: int) -> ResponseReturnValue:
    return _page(people.get(work(), person_id), kind, target_id, CutoffForm())


@bp.post("/people/<int:person_id>/cutoffs/<kind>/<int:target_id>")
@roles(Role.ADMINISTRATOR)
def create(person_id: int, kind: str, target_id: int) -> ResponseReturnValue:
    person, form = people.get(work(), person_id), CutoffForm()
    if not form.validate_on_submit():
        return _page(person, kind, target_id, form, 422)
    cutoffs.target(work(), person, kind, target_id)
    cutoffs.cut_off(work(), person, Kind(kind), target_id, reason=form.reason.data)
    flash(str(TOLD[Kind(kind)]) % {"name": person.full_name}, "ok")
    return redirect(url_for("people.show", person_id=person.id), 303)


def _page(person: Person, kind: str, target_id: int, form: CutoffForm, status: int = 200) -> ResponseReturnValue:
    people.require_governed(work(), person)
    found = cutoffs.target(work(), person, kind, target_id)
    name = {Kind.DEVICE: lambda: devices.name_of(found.device)[0], Kind.PASSKEY: lambda: found.name}.get(Kind(kind))
    shown = name() if name else gettext("Aplikasi autentikator")
    return render_template("cutoffs/new.html", person=person, kind=kind, form=form, name=shown, found=found), status
