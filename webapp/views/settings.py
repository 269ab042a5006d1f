"""A person's own page: certificate, second factor, devices, notifications, language, zone and colours."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from webapp import db
from webapp.domain import accounts, bsre, keys, permissions, second_factor, subscriptions
from webapp.domain.errors import WrongCode
from webapp.domain.throttle import CODE
from webapp.errors import note_refused_code
from webapp.forms.sessions import CodeForm
from webapp.forms.settings import SettingsForm
from webapp.guards.access import work
from webapp.guards.throttles import by_person, left, succeeded, throttled
from webapp.views.enrolment import codes_page
from webapp.views.navigation import scheme

bp = Blueprint("settings", __name__)
YEAR = 31_536_000  # seconds


@bp.get("/settings")
def edit() -> ResponseReturnValue:
    return _page()


@bp.post("/settings")
def update() -> ResponseReturnValue:
    form = SettingsForm()
    if not form.validate():
        return _page(form), 422
    accounts.set_preferences(work(), language=form.language.data, zone=form.zone.data)
    with force_locale(form.language.data):
        flash(_("Pengaturan sudah disimpan."), "ok")
    page = redirect(url_for("settings.edit"), 303)
    secure = current_app.config["TEKEN"].is_https
    page.set_cookie("lang", form.language.data, max_age=YEAR, samesite="Lax", secure=secure)
    page.set_cookie("scheme", form.scheme.data or "", max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return page


@bp.post("/settings/recovery-codes")
@throttled((CODE, by_person))
def replace_recovery_codes() -> ResponseReturnValue:
    form = CodeForm()
    if not form.validate():
        return _page(code_form=form), 422
    try:
        codes = second_factor.replace_recovery_codes(work(), form.code.data or "")
    except WrongCode as error:
        db.rollback()
        note_refused_code(error)
        form.refuse_code(error, left())
        return _page(code_form=form), 422
    succeeded()
    return codes_page(codes, is_first=False)


def _page(form: SettingsForm | None = None, code_form: CodeForm | None = None) -> str:
    person = g.visitor.person
    chosen = {"language": person.language, "zone": person.zone, "scheme": scheme()}
    return render_template(
        "settings/edit.html",
        person=person,
        form=form or SettingsForm(formdata=None, data=chosen),
        code_form=code_form or CodeForm(formdata=None),
        asks_code=code_form is not None,
        recovery_left=second_factor.count_recovery_codes(work(), person),
        device_count=len(accounts.logins(work())),
        certificate=_certificate(),
        vapid_key=subscriptions.vapid_public(current_app.config["TEKEN"]),
        is_told=subscriptions.is_told(work(), g.visitor.login),
    )


def _certificate() -> dict[str, object] | None:
    """Where this official stands on the way to signing; None for those who do not sign."""
    if not permissions.is_certifiable(work(), work().person):
        return None
    person = g.visitor.person
    remote = bsre.account(work(), person)
    if remote is not None:
        return {"state": "bsre", "status": remote.status, "label": bsre.STATUS_LABELS[remote.status]}
    key = keys.find(work(), person)
    usable = keys.usable_certificate(work(), key)
    if usable is not None:
        days = (usable.not_after - work().now).days
        return {"state": "usable", "until": usable.not_after, "days": days}
    if key is not None and key.certificate is None:
        return {"state": "waiting", "code": keys.control_code(key)}
    if key is not None:
        return {"state": "ended"}
    return {"state": "verified" if keys.verification_of(work(), person) else "unverified"}
