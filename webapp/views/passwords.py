"""Changing one's own password; what it unlocks follows."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp import db
from webapp.domain import accounts
from webapp.domain.errors import Invalid
from webapp.domain.throttle import PASSWORD
from webapp.forms.passwords import ChangePasswordForm
from webapp.guards.access import sealed_secret, set_unlock_cookie, work
from webapp.guards.throttles import succeeded, throttled

bp = Blueprint("passwords", __name__)


def by_own_email() -> str:
    """Counted with the log-ins: a borrowed phone gives no second set of guesses."""
    return g.visitor.person.email


@bp.get("/settings/password")
def edit() -> ResponseReturnValue:
    return _page(ChangePasswordForm(formdata=None))


@bp.post("/settings/password")
@throttled((PASSWORD, by_own_email))
def update() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if not form.validate():
        return _page(form), 422
    old, new = form.old.data or "", form.password.data or ""
    try:
        sealed = accounts.change_password(work(), g.visitor.login, sealed_secret(), old=old, new=new)
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _page(form), 422
    succeeded()
    flash(_("Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan."), "ok")
    return set_unlock_cookie(redirect(url_for("settings.edit"), 303), sealed)


def _page(form: ChangePasswordForm) -> str:
    return render_template("passwords/edit.html", form=form, person=g.visitor.person, shortest=accounts.MIN_PASSWORD)
