"""Refusing a letter for good: the reason, and a code or a passkey."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.domain import assertions, letters, marks, permissions, rejections
from webapp.domain.assertions import Presented
from webapp.domain.errors import Invalid
from webapp.domain.throttle import CODE
from webapp.domain.workflow import Action
from webapp.forms.decisions import PasskeyRejectionForm, RejectionChallengeForm, RejectionForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, succeeded, throttled
from webapp.models import Letter
from webapp.views.refusals import refuse

bp = Blueprint("rejections", __name__)

AnyForm = RejectionForm | PasskeyRejectionForm


@bp.get("/letters/<int:letter_id>/rejection")
def new(letter_id: int) -> ResponseReturnValue:
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.REJECT, letter)
    return _page(letter, RejectionForm(formdata=None))


@bp.post("/letters/<int:letter_id>/rejection")
@throttled((CODE, by_person))
def create(letter_id: int) -> ResponseReturnValue:
    letter, form = letters.get(work(), letter_id), _form()
    permissions.require(work(), Action.REJECT, letter)
    if not form.validate_on_submit():
        succeeded()  # no code was tried
        return _page(letter, form), 422
    try:
        _reject(letter, form)
    except Invalid as error:
        return _refused(letter_id, form, error)
    succeeded()
    flash(_("Surat ditolak."), "ok")
    return redirect(url_for("reading.show", letter_id=letter.id), 303)


@bp.post("/letters/<int:letter_id>/rejection/challenge")
def ask(letter_id: int) -> ResponseReturnValue:
    """The reason comes along: it is inside the challenge, so it cannot be exchanged afterwards."""
    letter, form = letters.get(work(), letter_id), RejectionChallengeForm()
    if not form.validate():
        raise Invalid(letters.REASON_NEEDED, field="reason")
    return rejections.ask_passkey(
        work(), g.visitor.login, letter, digest=form.digest.data, reason=form.reason.data
    )  # fmt: skip


def _form() -> AnyForm:
    return PasskeyRejectionForm() if "assertion" in request.form else RejectionForm()


def _reject(letter: Letter, form: AnyForm) -> None:
    told = {"digest": form.digest.data, "reason": form.reason.data}
    if isinstance(form, RejectionForm):
        rejections.by_code(work(), letter, code=form.code.data, **told)
        return
    presented = Presented(form.nonce.data, form.assertion.data)
    rejections.by_passkey(work(), g.visitor.login, letter, presented=presented, **told)


def _refused(letter_id: int, form: AnyForm, error: Invalid) -> ResponseReturnValue:
    refuse(form, error)
    return _page(letters.get(work(), letter_id), form), 422


def _page(letter: Letter, sent: AnyForm) -> str:
    """`sent` may be the passkey's: its reason is shown again, its errors stand above."""
    form = sent if isinstance(sent, RejectionForm) else RejectionForm(formdata=None, reason=sent.reason.data)
    form.digest.data = marks.digest(letter)
    return render_template(
        "rejections/new.html", letter=letter, form=form, sent=sent, passkeys=assertions.ids(work(), work().person)
    )
