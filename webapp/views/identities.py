"""Whose identity was checked, by whom, and how far each signer is. For registrars."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import authority, bsre, custodians, keys, people, standings
from webapp.forms.identities import IdentityForm
from webapp.guards.access import roles, work
from webapp.models import Person, Role

bp = Blueprint("identities", __name__)


@bp.get("/identities")
@roles(Role.REGISTRAR)
def index() -> ResponseReturnValue:
    by_stage: dict[str, list[standings.Standing]] = {}
    for standing in standings.mine(work()):
        by_stage.setdefault(standing.stage, []).append(standing)
    made = authority.find(work())
    holds_share = made is not None and authority.holds_share(work(), work().person)
    return render_template("identities/index.html", by_stage=by_stage, authority=made, holds_share=holds_share)


@bp.get("/identities/<int:person_id>")
@roles(Role.REGISTRAR)
def show(person_id: int) -> ResponseReturnValue:
    person = _signer(person_id)
    return render_template(
        "identities/show.html",
        person=person,
        standing=standings.of(work(), person),
        methods=keys.METHODS,
        custodians=custodians.NAMES,
        has_provider=bool(work().config.csc_url),
        offers_bsre=bsre.is_offered(work().config),
    )


@bp.get("/identities/<int:person_id>/new")
@roles(Role.REGISTRAR)
def new(person_id: int) -> ResponseReturnValue:
    return _form_page(_signer(person_id), IdentityForm())


@bp.post("/identities/<int:person_id>/new")
@roles(Role.REGISTRAR)
def create(person_id: int) -> ResponseReturnValue:
    person, form = _signer(person_id), IdentityForm()
    if not form.validate_on_submit():
        return _form_page(person, form, 422)
    keys.verify_identity(work(), person, documents=form.seen, method=form.method.data, note=form.note.data)
    told = gettext("Verifikasi dicatat. %(name)s kini dapat membuat kunci di halaman Kunci.", name=person.full_name)
    flash(told, "ok")
    return redirect(url_for("identities.show", person_id=person.id), 303)


def _signer(person_id: int) -> Person:
    person = people.get(work(), person_id)
    keys.require_registrar(work(), person)
    return person


def _form_page(person: Person, form: IdentityForm, status: int = 200) -> ResponseReturnValue:
    standing = standings.of(work(), person)
    return render_template("identities/new.html", person=person, form=form, standing=standing), status
