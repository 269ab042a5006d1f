"""The approval by an official whose certificate BSrE keeps: one code, one passphrase, one call."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _

from signing.keys import bsre as ecs
from signing.keys.bsre import Refused, Unclear
from webapp import db, errors
from webapp.domain import approvals, bsre, letters, networks, permissions, recoveries, remote_signatures
from webapp.domain.errors import DomainError, WrongCode
from webapp.domain.remote_signatures import Asked, Ending
from webapp.domain.throttle import CODE
from webapp.domain.workflow import Action
from webapp.forms.bsre import RemoteSignatureForm
from webapp.guards.access import address, work
from webapp.guards.throttles import by_person, left, succeeded, throttled
from webapp.models import Letter
from webapp.models.remote import Attempt
from webapp.views import reading

bp = Blueprint("remote_signatures", __name__)


@bp.get("/letters/<int:letter_id>/remote-signature")
def show(letter_id: int) -> ResponseReturnValue:
    """Where a phone comes back to that threw away the page of a refused passphrase."""
    return redirect(url_for("reading.show", letter_id=letter_id))


@bp.post("/letters/<int:letter_id>/remote-signature")
@throttled((CODE, by_person))
def create(letter_id: int) -> ResponseReturnValue:
    letter, form = letters.get(work(), letter_id), RemoteSignatureForm()
    if approvals.is_signed_by(work(), letter):
        return _back(letter_id)
    try:
        permissions.require(work(), Action.SIGN, letter)
        if not form.validate_on_submit():
            succeeded()  # no code was tried
            return reading.approval_page(letter, form), 422
        return _ended(letter, form, _sign(letter, form))
    except WrongCode as error:
        return _refused(letter_id, form, error)
    except DomainError:
        db.rollback()
        succeeded()  # refused for another reason: no guess at the code
        db.commit()
        raise


@bp.post("/letters/<int:letter_id>/remote-signature/otp")
@throttled((CODE, by_person))
def send_otp(letter_id: int) -> ResponseReturnValue:
    """Have BSrE mail a one-time code; it stands in for the passphrase (V2)."""
    letter = letters.get(work(), letter_id)
    permissions.require(work(), Action.SIGN, letter)
    who = bsre.identity(work(), bsre.require_own(work()))
    db.commit()
    try:
        ecs.read_otp(_line()(ecs.request_otp(who), lambda _headers: None))
        flash(_("OTP dikirim BSrE ke surel Anda yang terdaftar di sana."), "ok")
    except (Refused, Unclear):
        flash(_("BSrE tidak dapat mengirim OTP sekarang. Gunakan passphrase, atau coba lagi."), "warn")
    return redirect(url_for("reading.show", letter_id=letter_id, _anchor="setujui"), 303)


@bp.post("/letters/<int:letter_id>/remote-signature/recovery")
def recover(letter_id: int) -> ResponseReturnValue:
    """Look now for a signature whose answer never came."""
    attempt = remote_signatures.get(work(), letters.get(work(), letter_id))
    asked = recoveries.look_again(work(), attempt.id)
    if asked is not None:
        db.commit()
        ending = recoveries.recover(work().config, asked, _line())
        recoveries.note(work(), asked.id, ending)
    return _back(letter_id)


def _sign(letter: Letter, form: RemoteSignatureForm) -> Ending:
    """The attempt is committed, then the sealed file's name, then the call is made, then its ending is written down."""
    asked = remote_signatures.begin(
        work(), letter, digest=form.digest.data, code=form.code.data, after=int(form.after.data)
    )  # fmt: skip
    succeeded()
    db.commit()
    asked = replace(remote_signatures.seal(work().config, asked), is_otp=bool(form.otp.data))
    remote_signatures.send(work(), asked)
    db.commit()
    ending = remote_signatures.ask(work().config, asked, form.secret, _line(), _noter(asked))
    remote_signatures.settle(work(), asked.id, ending)
    networks.note(work(), [letter.id], address())
    return ending


def _ended(letter: Letter, form: RemoteSignatureForm, ending: Ending) -> ResponseReturnValue:
    """Signed or not known: to the letter, which tells. Refused: the sheet again, with what BSrE said."""
    if ending.state != Attempt.REFUSED:
        return _back(letter.id)
    db.commit()
    told = gettext(bsre.SENTENCES.get(ending.error, bsre.REFUSED))
    form.add_error("otp" if ending.error == "wrong_otp" else "passphrase", told)
    return reading.approval_page(letters.get(work(), letter.id), form), 422


def _refused(letter_id: int, form: RemoteSignatureForm, error: WrongCode) -> ResponseReturnValue:
    db.rollback()
    errors.note_refused_code(error)
    form.refuse_code(error, left())
    return reading.approval_page(letters.get(work(), letter_id), form), 422


def _noter(asked: Asked):  # noqa: ANN202
    """Writes id_dokumen down in a transaction of its own, while the answer still comes in."""
    ours, engine = work(), current_app.extensions["engine"]

    def note(document_id: str) -> None:
        with db.unit(engine) as session:
            remote_signatures.note_document(replace(ours, session=session), asked.id, document_id)

    return note


def _line() -> ecs.Transport:
    return current_app.extensions["bsre"]


def _back(letter_id: int) -> ResponseReturnValue:
    succeeded()
    return redirect(url_for("reading.show", letter_id=letter_id), 303)
