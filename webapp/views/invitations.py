"""The one-time link with which an invited person sets a password."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import accounts, keys, passkeys
from webapp.domain.errors import Invalid
from webapp.domain.throttle import ADDRESS
from webapp.forms.passwords import NewPasswordForm
from webapp.guards.access import address, device, public, work
from webapp.guards.throttles import by_address, succeeded, throttled
from webapp.views.sessions import go_on

bp = Blueprint("invitations", __name__)


@bp.get("/invitations/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """Opening the link changes nothing: mail scanners open links too."""
    return _page(token, NewPasswordForm(formdata=None))


@bp.post("/invitations/<token>")
@throttled((ADDRESS, by_address))
@public
def accept(token: str) -> ResponseReturnValue:
    form = NewPasswordForm()
    invitation = accounts.find_invitation(work(), token)
    if not form.validate():
        return _page(token, form), 422
    try:
        password = form.password.data or ""
        opened = accounts.accept(work(), invitation, password, device=device(), address=address())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _page(token, form), 422
    succeeded()
    return go_on(opened)


def _page(token: str, form: NewPasswordForm) -> str:
    person = accounts.find_invitation(work(), token).person
    loses_key = person.password_hash is not None and keys.find(work(), person) is not None
    loses_key = loses_key and not passkeys.can_open(work(), person)
    return render_template(
        "invitations/show.html", form=form, person=person, loses_key=loses_key, shortest=accounts.MIN_PASSWORD
    )
