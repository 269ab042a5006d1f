"""The official's own key, and the certificate that the registrar issues for it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db, errors
from webapp.domain import authority, custodians, keys, permissions, renewals, standings, suspensions, throttle
from webapp.domain.errors import Invalid, NotFound, WrongCode
from webapp.forms.keys import CertificateForm, KeyForm, RenewalForm, RevocationForm
from webapp.guards.access import roles, secret, secret_if_any, work
from webapp.guards.throttles import by_person, succeeded, throttled
from webapp.models import Certificate, Role

bp = Blueprint("keys", __name__)


@bp.get("/keys")
def show() -> ResponseReturnValue:
    """The actor's own key: what is done and what comes next."""
    return _own_page(RenewalForm())


@bp.post("/keys")
def create() -> ResponseReturnValue:
    keys.create(work(), secret(), KeyForm().custodian.data or "")
    flash(gettext("Kunci Anda sudah dibuat. Bacakan kode kendalinya kepada petugas verifikasi."), "ok")
    return redirect(url_for("keys.show"), 303)


@bp.post("/keys/renewal")
@throttled((throttle.CODE, by_person))
def renew() -> ResponseReturnValue:
    """A new key in the old one's place, on the identity check that is on record."""
    form = RenewalForm()
    try:
        if not form.validate_on_submit():
            return _own_page(form, 422)
        renewals.request(work(), secret(), form.code.data)
    except WrongCode as error:
        db.rollback()
        errors.note_refused_code(error)
        form.refuse(error)
        return _own_page(form, 422)
    succeeded()
    flash(gettext("Kunci baru Anda sudah dibuat. Bacakan kode kendalinya kepada petugas verifikasi."), "ok")
    return redirect(url_for("keys.show"), 303)


@bp.get("/keys/<int:key_id>/certificate")
@roles(Role.REGISTRAR)
def certificate(key_id: int) -> ResponseReturnValue:
    return _certificate_page(key_id, CertificateForm())


@bp.post("/keys/<int:key_id>/certificate")
@throttled((throttle.CEREMONY, by_person))
@roles(Role.REGISTRAR)
def issue(key_id: int) -> ResponseReturnValue:
    form, key = CertificateForm(), keys.get(work(), key_id)
    if not form.validate_on_submit():
        return _certificate_page(key_id, form, 422)
    try:
        keys.issue(work(), key, form.code.data, secret())
    except Invalid as error:
        db.rollback()
        form.refuse(error)
        return _certificate_page(key_id, form, 422)
    succeeded()
    flash(gettext("Sertifikat %(name)s diterbitkan. Pejabat diberi tahu lewat surel.", name=key.person.full_name), "ok")
    return redirect(url_for("identities.show", person_id=key.person_id), 303)


@bp.get("/keys/<int:key_id>/revocation")
def confirm(key_id: int) -> ResponseReturnValue:
    return render_template("keys/revocation.html", certificate=_certificate(key_id), form=RevocationForm())


@bp.post("/keys/<int:key_id>/revocation")
def revoke(key_id: int) -> ResponseReturnValue:
    revoked, form = _certificate(key_id), RevocationForm()
    if not form.validate_on_submit():
        return render_template("keys/revocation.html", certificate=revoked, form=form), 422
    # Never held up by a locked key; only the published list then waits.
    keys.revoke(work(), revoked, form.reason.data, secret_if_any())
    flash(gettext("Sertifikat %(name)s dicabut.", name=revoked.key.person.full_name), "ok")
    if revoked.key.person_id == work().person.id:
        return redirect(url_for("keys.show"), 303)
    return redirect(url_for("identities.show", person_id=revoked.key.person_id), 303)


@bp.post("/keys/<int:key_id>/suspension")
def suspend(key_id: int) -> ResponseReturnValue:
    suspensions.suspend(work(), _certificate(key_id), secret_if_any())
    flash(gettext("Sertifikat ditangguhkan. Petugas verifikasi dapat mengaktifkannya lagi."), "ok")
    return _back(key_id)


@bp.post("/keys/<int:key_id>/resumption")
@roles(Role.REGISTRAR)
def resume(key_id: int) -> ResponseReturnValue:
    suspensions.resume(work(), _certificate(key_id), secret_if_any())
    flash(gettext("Sertifikat aktif lagi."), "ok")
    return _back(key_id)


def _back(key_id: int) -> ResponseReturnValue:
    person = keys.get(work(), key_id).person
    if person.id == work().person.id:
        return redirect(url_for("keys.show"), 303)
    return redirect(url_for("identities.show", person_id=person.id), 303)


def _own_page(form: RenewalForm, status: int = 200) -> ResponseReturnValue:
    standing = standings.of(work(), work().person)
    waiting = standing.renewal or (standing.key if standing.stage == standings.Stage.KEY_WAITS else None)
    page = render_template(
        "keys/show.html", standing=standing, code=keys.control_code(waiting) if waiting else "", methods=keys.METHODS,
        reasons=keys.REASONS, custodians=custodians.NAMES, offered=custodians.offered(work().config), form=form,
        can_renew=renewals.is_offered(work()), is_certifiable=permissions.is_certifiable(work(), work().person),
    )  # fmt: skip
    return page, status


def _certificate_page(key_id: int, form: CertificateForm, status: int = 200) -> ResponseReturnValue:
    key = keys.get(work(), key_id)
    keys.require_registrar(work(), key.person)
    page = render_template(
        "keys/certificate.html", key=key, form=form, methods=keys.METHODS, years=work().config.certificate_days // 365,
        verification=standings.of(work(), key.person).verification,
        holds_share=authority.holds_share(work(), work().person),
    )  # fmt: skip
    return page, status


def _certificate(key_id: int) -> Certificate:
    found = keys.get(work(), key_id).certificate
    if found is None:
        raise NotFound
    return found
