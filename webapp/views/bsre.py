"""Who signs with BSrE instead of the internal authority. For registrars; hidden where BSrE is not configured."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from signing.keys.bsre import Secret
from webapp import db
from webapp.domain import bsre, keys, people
from webapp.domain.errors import Invalid, NotFound
from webapp.forms.bsre import BsreForm
from webapp.guards.access import roles, work
from webapp.models import Person, Role

bp = Blueprint("bsre", __name__)


@bp.get("/identities/<int:person_id>/bsre")
@roles(Role.REGISTRAR)
def edit(person_id: int) -> ResponseReturnValue:
    person = _signer(person_id)
    found = bsre.account(work(), person)
    known = {"email": found.email if found else person.email,
             "certificate_name": found.certificate_name if found else person.name}  # fmt: skip
    return _page(person, BsreForm(formdata=None, data=known))


@bp.post("/identities/<int:person_id>/bsre")
@roles(Role.REGISTRAR)
def update(person_id: int) -> ResponseReturnValue:
    person, form = _signer(person_id), BsreForm()
    if not form.validate_on_submit():
        return _page(person, form), 422
    nik = Secret(form.nik.data) if form.nik.data else None
    try:
        bsre.assign(
            work(), person, email=form.email.data or "", nik=nik, certificate_name=form.certificate_name.data
        )  # fmt: skip
    except Invalid as error:
        form.refuse(error)
        return _page(person, form), 422
    flash(gettext("%(name)s kini menandatangani melalui BSrE.", name=person.full_name), "ok")
    return redirect(url_for("bsre.edit", person_id=person_id), 303)


@bp.post("/identities/<int:person_id>/bsre/check")
@roles(Role.REGISTRAR)
def check(person_id: int) -> ResponseReturnValue:
    """Ask for the certificate's state now."""
    found = bsre.require_serves(work(), _signer(person_id))
    who = bsre.identity(work(), found)
    db.commit()
    status = bsre.ask_status(work().config, who, current_app.extensions["bsre"])
    bsre.note_status(work(), person_id, status)
    if status is None:
        flash(gettext("BSrE tidak menjawab. Keadaan terakhir tetap tampil."), "warn")
    return redirect(url_for("bsre.edit", person_id=person_id), 303)


@bp.post("/identities/<int:person_id>/bsre/removal")
@roles(Role.REGISTRAR)
def destroy(person_id: int) -> ResponseReturnValue:
    person = _signer(person_id)
    bsre.remove(work(), person)
    flash(gettext("%(name)s kini menandatangani dengan otoritas internal.", name=person.full_name), "ok")
    return redirect(url_for("identities.show", person_id=person_id), 303)


def _signer(person_id: int) -> Person:
    person = people.get(work(), person_id)
    keys.require_registrar(work(), person)
    if not bsre.is_offered(work().config):
        raise NotFound
    return person


def _page(person: Person, form: BsreForm) -> str:
    found = bsre.account(work(), person)
    form.nik.data = None  # never shown again
    return render_template(
        "bsre/edit.html", person=person, form=form, account=found, labels=bsre.STATUS_LABELS,
        version=work().config.bsre_version, masked_nik=bsre.masked_nik(work(), found) if found else "",
    )  # fmt: skip
