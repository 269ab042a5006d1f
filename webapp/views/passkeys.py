"""A person's passkeys, and the challenges that the page's script fetches: JSON in, JSON out."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.domain import accounts, approvals, assertions, keys, letters, passkeys
from webapp.domain.assertions import Presented
from webapp.domain.errors import Invalid, NotFound
from webapp.domain.throttle import CODE
from webapp.forms.passkeys import prf_bytes
from webapp.forms.sessions import CodeForm
from webapp.guards.access import device, public, secret, work
from webapp.guards.throttles import by_person, succeeded, throttled
from webapp.views import devices

bp = Blueprint("passkeys", __name__)


@bp.get("/passkeys")
def index() -> ResponseReturnValue:
    key = keys.find(work(), work().person)
    return render_template(
        "passkeys/index.html", rows=assertions.of(work(), work().person), key=key, form=CodeForm(formdata=None),
        opening=passkeys.opening(work(), key), suggested=devices.name_of(device())[0],
    )  # fmt: skip


@bp.post("/passkeys/options")
@throttled((CODE, by_person))
def begin() -> ResponseReturnValue:
    """A fresh one-time code is asked for each passkey."""
    options = passkeys.begin(work(), g.visitor.login, _text("code"))
    succeeded()
    return options


@bp.post("/passkeys")
@throttled((CODE, by_person))
def create() -> ResponseReturnValue:
    passkey = passkeys.add(work(), g.visitor.login, _presented(), _text("name"))
    succeeded()
    flash(_("Kunci sandi “%(name)s” sudah terdaftar.", name=passkey.name), "ok")
    return {"id": passkey.credential_id}


@bp.post("/passkeys/<int:passkey_id>/delete")
def destroy(passkey_id: int) -> ResponseReturnValue:
    passkeys.remove(work(), passkey_id)
    flash(_("Kunci sandi itu sudah dihapus dari akun Anda."), "ok")
    return redirect(url_for("passkeys.index"), 303)


@bp.post("/passkeys/challenge")
def ask() -> ResponseReturnValue:
    return assertions.ask(work(), g.visitor.login, assertions.KEY)


@bp.post("/passkeys/key")
@throttled((CODE, by_person))
def tie() -> ResponseReturnValue:
    """Let a passkey open the signing key; after a forgotten password, take the key back with it."""
    recovered = passkeys.tie(work(), g.visitor.login, _presented(), secret())
    succeeded()
    if recovered:
        flash(_("Kunci tanda tangan Anda sudah pulih. Sertifikat lama tetap berlaku."), "ok")
    return {}


@bp.post("/letters/<int:letter_id>/challenge")
def ask_to_sign(letter_id: int) -> ResponseReturnValue:
    return approvals.ask_passkey(work(), g.visitor.login, letters.get(work(), letter_id), _text("digest"))


@bp.post("/login/passkey/challenge")
@public
def ask_to_log_in() -> ResponseReturnValue:
    login = accounts.find_login(work(), session.get("pending", ""), confirmed=False)
    if login is None:
        raise NotFound
    return assertions.ask(work(), login, assertions.LOG_IN, str(login.id))


def _presented() -> Presented:
    return Presented(_text("nonce"), _text("assertion"), prf_bytes(_sent().get("prf")))


def _sent() -> dict[str, object]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _text(name: str) -> str:
    value = _sent().get(name)
    if not isinstance(value, str) or not value:
        raise Invalid
    return value
