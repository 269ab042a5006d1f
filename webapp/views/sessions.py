"""Logging in with password and code, logging out, and the devices that are logged in."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.domain import accounts, assertions
from webapp.domain.accounts import Opened
from webapp.domain.assertions import Presented
from webapp.domain.errors import Conflict, Invalid, WrongCode
from webapp.domain.second_factor import USED
from webapp.domain.throttle import ADDRESS, CODE, PASSWORD
from webapp.forms.base import Form
from webapp.forms.passkeys import PasskeyForm
from webapp.forms.sessions import CodeForm, LogInForm, RecoveryForm
from webapp.guards.access import address, device, let_in, let_out, public, set_unlock_cookie, work
from webapp.guards.throttles import by_address, by_email, left, succeeded, throttled
from webapp.models import LoginSession
from webapp.views import devices

bp = Blueprint("sessions", __name__)


def by_pending() -> str:
    """The person whose code is awaited: guesses count whatever network address they come from."""
    login = _pending()
    return str(login.person_id) if login else address()


@bp.get("/login")
@public
def new() -> ResponseReturnValue:
    if g.visitor is not None:
        return redirect(url_for("home.show"), 303)
    return render_template("sessions/new.html", form=LogInForm(formdata=None))


@bp.post("/login")
@throttled((PASSWORD, by_email), (ADDRESS, by_address))
@public
def create() -> ResponseReturnValue:
    form = LogInForm()
    if not form.validate():
        return render_template("sessions/new.html", form=form), 422
    email, password = form.email.data or "", form.password.data or ""
    try:
        opened = accounts.check_password(work(), email, password, device=device(), address=address())
    except Invalid as error:
        db.rollback()
        accounts.note_failure(work(), email, address())
        form.refuse(error)
        return render_template("sessions/new.html", form=form), 422
    succeeded()
    return go_on(opened)


def go_on(opened: Opened) -> ResponseReturnValue:
    """After the password: to the code, or, where no second factor is set up yet, to setting it up."""
    if opened.login.person.has_second_factor:
        session["pending"] = opened.token
        page = redirect(url_for("sessions.code"), 303)
    else:
        accounts.confirm_without_code(work(), opened.login)
        let_in(opened.login, opened.token)
        page = redirect(url_for("enrolment.new"), 303)
    return set_unlock_cookie(page, opened.sealed_secret)


@bp.get("/login/code")
@public
def code() -> ResponseReturnValue:
    login = _pending()
    if login is None:
        return redirect(url_for("sessions.new"), 303)
    return _code_page(login)


@bp.post("/login/code")
@throttled((CODE, by_pending))
@public
def confirm() -> ResponseReturnValue:
    login = _pending()
    if login is None:
        return _too_late()
    form = RecoveryForm() if "recovery" in request.form else CodeForm()
    if not form.validate():
        return _code_page(login, form), 422
    try:
        accounts.confirm(work(), login, form.data.get("recovery") or form.data["code"])
    except WrongCode as error:
        return _refused(form, error)
    except Conflict:
        return _too_late()
    succeeded()
    let_in(login, session["pending"])
    if "recovery" in request.form:
        flash(_("Kode pemulihan diterima. Siapkan lagi verifikasi dua langkah di ponsel Anda."), "ok")
    return redirect(destination(), 303)


@bp.post("/login/passkey")
@throttled((CODE, by_pending))
@public
def confirm_by_passkey() -> ResponseReturnValue:
    login, form = _pending(), PasskeyForm()
    if login is None:
        return _too_late()
    try:
        if not form.validate():
            raise WrongCode(field="assertion")
        accounts.confirm_by_passkey(work(), login, Presented(form.nonce.data, form.assertion.data))
    except WrongCode as error:
        return _refused(form, error)
    except Conflict:
        return _too_late()
    succeeded()
    let_in(login, session["pending"])
    return redirect(destination(), 303)


@bp.post("/logout")
def destroy() -> ResponseReturnValue:
    accounts.log_out(work(), g.visitor.login)
    answer = _out(_("Anda sudah keluar dari perangkat ini."))
    if "next" in request.form:
        session["next"] = request.form["next"]  # to open a locked key: back to the letter (destination() checks it)
    return answer


@bp.get("/devices")
def index() -> ResponseReturnValue:
    rows = [(login, devices.name_of(login.device)) for login in accounts.logins(work())]
    return render_template("sessions/index.html", rows=rows, current=g.visitor.login.id)


@bp.post("/devices/<int:login_id>/end")
def end(login_id: int) -> ResponseReturnValue:
    accounts.revoke(work(), login_id)
    if login_id == g.visitor.login.id:
        return _out(_("Anda sudah keluar dari perangkat ini."))
    flash(_("Perangkat itu sudah dikeluarkan."), "ok")
    return redirect(url_for("sessions.index"), 303)


@bp.post("/devices/others/end")
def end_others() -> ResponseReturnValue:
    for login in accounts.logins(work()):
        if login.id != g.visitor.login.id:
            accounts.revoke(work(), login.id)
    flash(_("Semua perangkat lain sudah dikeluarkan."), "ok")
    return redirect(url_for("sessions.index"), 303)


def destination() -> str:
    """Where the person wanted to go before logging in: a path of this site, never another's (open redirect)."""
    wanted = session.pop("next", "")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/login"))
    return wanted if is_ours and wanted.isprintable() else url_for("home.show")


def _pending() -> LoginSession | None:
    token = session.get("pending", "")
    return accounts.find_login(work(), token, confirmed=False) if token else None


def _code_page(login: LoginSession, form: Form | None = None, *, is_used: bool = False) -> str:
    recovering = isinstance(form, RecoveryForm)
    return render_template(
        "sessions/code.html", login=login, form=form, is_used=is_used, recovering=recovering,
        code_form=form if isinstance(form, CodeForm) else CodeForm(formdata=None),
        passkeys=assertions.ids(work(), login.person),
        recovery_form=form if recovering else RecoveryForm(formdata=None),
    )  # fmt: skip


def _refused(form: CodeForm | RecoveryForm | PasskeyForm, error: WrongCode) -> ResponseReturnValue:
    db.rollback()
    login = _pending()
    if login is None:
        return _too_late()
    accounts.note_refused_code(work(), login)
    if isinstance(form, PasskeyForm):
        form.refuse(error)
    else:
        form.refuse_code(error, left())
    return _code_page(login, form, is_used=error.message == USED), 422


def _too_late() -> ResponseReturnValue:
    db.rollback()
    session.pop("pending", None)
    flash(_("Waktu untuk memasukkan kode sudah habis. Masuk lagi dengan kata sandi Anda."), "warn")
    return redirect(url_for("sessions.new"), 303)


def _out(farewell: str) -> ResponseReturnValue:
    let_out()
    flash(farewell, "ok")
    page = redirect(url_for("sessions.new"), 303)
    for cookie in ("UNLOCK_COOKIE", "BATCH_COOKIE"):
        page.delete_cookie(current_app.config[cookie], secure=current_app.config["TEKEN"].is_https)
    return page
