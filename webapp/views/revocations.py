"""Withdrawing a signed letter from force (cabut): the reason, and a code or a passkey."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp.domain import assertions, letters, permissions, revocations
from webapp.domain.assertions import Presented
from webapp.domain.errors import Invalid
from webapp.domain.throttle import CODE
from webapp.domain.workflow import Action
from webapp.forms.decisions import PasskeyRevocationForm, ReasonForm, RevocationForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, succeeded, throttled
from webapp.models import Letter
from webapp.views.refusals import refuse

bp = Blueprint("revocations", __name__)

AnyForm = RevocationForm | PasskeyRevocationForm


@bp.get("/letters/<int:letter_id>/revocation")
def new(letter_id: int) -> ResponseReturnValue:
    return _page(letter_id, RevocationForm(formdata=None))


@bp.post("/letters/<int:letter_id>/revocation")
@throttled((CODE, by_person))
def create(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    form = PasskeyRevocationForm() if "assertion" in request.form else RevocationForm()
    permissions.require(work(), Action.REVOKE, letter)
    if not form.validate_on_submit():
        succeeded()  # no code was tried
        return _page(letter_id, form), 422
    try:
        _revoke(letter, form)
    except Invalid as error:
        refuse(form, error)
        return _page(letter_id, form), 422
    succeeded()
    flash(gettext("Surat dicabut. Halaman pemeriksaannya kini menyatakan demikian."), "ok")
    return redirect(url_for("reading.show", letter_id=letter_id), 303)


@bp.post("/letters/<int:letter_id>/revocation/challenge")
def ask(letter_id: int) -> ResponseReturnValue:
    """The reason comes along: it is inside the challenge, so it cannot be exchanged afterwards."""
    form = ReasonForm()
    form.validate()  # tidies; too short a reason is refused below
    return revocations.ask_passkey(work(), g.visitor.login, letters.get(work(), letter_id), form.reason.data or "")


def _revoke(letter: Letter, form: AnyForm) -> None:
    if isinstance(form, RevocationForm):
        revocations.by_code(work(), letter, reason=form.reason.data, code=form.code.data)
        return
    presented = Presented(form.nonce.data, form.assertion.data)
    revocations.by_passkey(work(), g.visitor.login, letter, reason=form.reason.data, presented=presented)


def _page(letter_id: int, sent: AnyForm) -> str:
    """`sent` may be the passkey's: its reason is shown again, its errors stand above."""
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REVOKE, letter)
    form = sent if isinstance(sent, RevocationForm) else RevocationForm(formdata=None, reason=sent.reason.data)
    return render_template(
        "revocations/new.html", letter=letter, form=form, sent=sent, passkeys=assertions.ids(work(), work().person)
    )
