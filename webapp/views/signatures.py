"""The approval: one code, one signature."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db, errors
from webapp.domain import approvals, letters, networks, permissions, signatures
from webapp.domain.approvals import Approval
from webapp.domain.assertions import Presented
from webapp.domain.custodians import Activation
from webapp.domain.errors import N_, WrongCode
from webapp.domain.throttle import CODE
from webapp.domain.workflow import Action
from webapp.forms.base import Form
from webapp.forms.passkeys import PasskeySignatureForm, prf_bytes
from webapp.forms.signatures import SignatureForm
from webapp.guards.access import address, secret, secret_if_any, work
from webapp.guards.throttles import by_person, left, spend, succeeded
from webapp.models import Letter
from webapp.views import reading

bp = Blueprint("signatures", __name__)

SIGNED, PRACTISED = N_("Surat ini sudah Anda tandatangani."), N_("Latihan: surat ini Anda setujui.")


@bp.get("/letters/<int:letter_id>/signature")
def show(letter_id: int) -> ResponseReturnValue:
    """Where a phone comes back to that threw away the page of a refused code."""
    return redirect(url_for("reading.show", letter_id=letter_id))


@bp.post("/letters/<int:letter_id>/signature")
@db.reads
def create(letter_id: int) -> ResponseReturnValue:
    letter, form = approvals.get(work(), letter_id), _form()
    if approvals.is_signed_by(work(), letter):
        db.write()
        return _landed(letter)
    if letter.signer_count > 1 and permissions.can(work(), Action.TAKE_TURN, letter):
        return _taken(letter)
    if not form.validate_on_submit():
        permissions.require(work(), Action.SIGN, letter)
        return reading.approval_page(letter, form), 422
    try:
        return _landed(_sign(letter, form))
    except WrongCode as error:
        return _refused(letter_id, form, error)


def _form() -> SignatureForm | PasskeySignatureForm:
    """Whichever way the sheet was sent: with a code, or with what a passkey answered."""
    return PasskeySignatureForm() if "assertion" in request.form else SignatureForm()


def _sign(letter: Letter, form: SignatureForm | PasskeySignatureForm) -> Letter:
    """Ask, spend the code and commit, sign with no transaction open, write it down: locks are held for moments only."""
    approval = _by_passkey(letter, form) if isinstance(form, PasskeySignatureForm) else _by_code(letter, form)
    db.commit()
    signed = signatures.make(work(), approval)
    done = signatures.complete(work(), approval, signed)
    networks.note(work(), [letter.id], address())
    return done


def _by_code(letter: Letter, form: SignatureForm) -> Approval:
    approval = approvals.begin(
        work(), letter, digest=form.digest.data, secret=b"" if letter.is_practice else secret(),
        activation=Activation(form.pin.data or "", form.otp.data or ""),
    )  # fmt: skip
    _guess()
    approvals.consent(work(), approval, form.code.data)
    return approval


def _by_passkey(letter: Letter, form: PasskeySignatureForm) -> Approval:
    presented = Presented(form.nonce.data, form.assertion.data, prf_bytes(form.prf.data))
    told = {"digest": form.digest.data, "presented": presented, "secret": secret_if_any()}
    _guess()
    # What a refused answer changed is taken back, but not the attempt: a nonce left spent would let the very same
    # answer pass as a repeated one. A refused code changes nothing.
    with db.session().begin_nested():
        return approvals.consent_by_passkey(work(), g.visitor.login, letter, **told)


def _guess() -> None:
    """One attempt, which counts also where it is refused."""
    db.write()
    spend(CODE, by_person())


def _landed(letter: Letter) -> ResponseReturnValue:
    succeeded()
    flash(PRACTISED if letter.is_practice else SIGNED, "ok")  # in the reader's language where it is shown
    return redirect(url_for("reading.show", letter_id=letter.id), 303)


def _taken(letter: Letter) -> ResponseReturnValue:
    """Another of several signers had the file prepared for himself meanwhile."""
    flash(_("Surat ini sekarang disiapkan untuk penandatangan lain, jadi belum Anda tandatangani."), "warn")
    return redirect(url_for("reading.show", letter_id=letter.id), 303)


def _refused(letter_id: int, form: Form, error: WrongCode) -> ResponseReturnValue:
    """The same page with the sheet open: what was wrong, and how many attempts remain."""
    db.commit()  # of the attempt
    errors.note_refused_code(error)
    form.refuse_code(error, left())
    return reading.approval_page(letters.get(work(), letter_id), form), 422
