"""The registrar records an official's credential at the remote provider."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from signing.errors import KeyUnavailable
from webapp import db
from webapp.domain import credentials, custodians, keys, people, throttle
from webapp.domain.errors import Invalid, NotFound
from webapp.forms.credentials import CredentialForm
from webapp.guards.access import roles, work
from webapp.guards.throttles import by_person, throttled
from webapp.models import Person, Role

bp = Blueprint("credentials", __name__)


@bp.get("/identities/<int:person_id>/credential")
@roles(Role.REGISTRAR)
def new(person_id: int) -> ResponseReturnValue:
    return _page(_signer(person_id), CredentialForm())


@bp.post("/identities/<int:person_id>/credential")
@throttled((throttle.CEREMONY, by_person))
@roles(Role.REGISTRAR)
def create(person_id: int) -> ResponseReturnValue:
    person, form = _signer(person_id), CredentialForm()
    if not form.validate_on_submit():
        return _page(person, form, 422)
    db.commit()  # the provider is asked with no transaction open
    try:
        credentials.adopt(work(), person, custodians.fetch(work().config, form.credential.data))
    except (Invalid, KeyUnavailable) as error:
        db.rollback()
        form.refuse(error)
        return _page(_signer(person_id), form, 422)
    flash(gettext("Kunci %(name)s di penyedia sudah dicatat.", name=person.full_name), "ok")
    return redirect(url_for("identities.show", person_id=person_id), 303)


def _signer(person_id: int) -> Person:
    if not work().config.csc_url:
        raise NotFound
    person = people.get(work(), person_id)
    keys.require_registrar(work(), person)
    return person


def _page(person: Person, form: CredentialForm, status: int = 200) -> ResponseReturnValue:
    return render_template("credentials/new.html", person=person, form=form), status
