"""Addresses that are told of an office's letters, and the log of what was sent. For administrators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from webapp import db
from webapp.domain import people, webhooks
from webapp.domain.errors import DomainError
from webapp.forms.integrations import CAUSES, EVENT_NAMES, WebhookForm
from webapp.guards.access import roles, work
from webapp.models import Role

bp = Blueprint("webhooks", __name__)


@bp.get("/webhooks/new")
@roles(Role.ADMINISTRATOR)
def new() -> ResponseReturnValue:
    return render_template("webhooks/new.html", form=_form())


@bp.post("/webhooks/new")
@roles(Role.ADMINISTRATOR)
def create() -> ResponseReturnValue:
    form = _form()
    if not form.validate_on_submit():
        return render_template("webhooks/new.html", form=form), 422
    office = people.get_office(work(), form.office.data)
    try:
        made, secret = webhooks.register(work(), office, url=form.url.data, events=form.events.data)
    except DomainError as error:
        db.rollback()
        form.refuse(error)
        return render_template("webhooks/new.html", form=form), 422
    return render_template("webhooks/secret.html", hook=made, secret=secret)


@bp.get("/webhooks/<int:webhook_id>")
@roles(Role.ADMINISTRATOR)
def show(webhook_id: int) -> ResponseReturnValue:
    hook = webhooks.get(work(), webhook_id)
    found = webhooks.deliveries(work(), hook, before=request.args.get("before", type=int))
    return render_template(
        "webhooks/show.html",
        hook=hook,
        has_two_secrets=webhooks.has_two_secrets(hook, work().now),
        deliveries=found,
        is_full=len(found) == webhooks.PAGE,
        event_names=EVENT_NAMES,
        causes=CAUSES,
    )


@bp.post("/webhooks/<int:webhook_id>/trial")
@roles(Role.ADMINISTRATOR)
def trial(webhook_id: int) -> ResponseReturnValue:
    webhooks.send_trial(work(), webhooks.get(work(), webhook_id))
    flash(gettext("Percobaan dikirim. Muat ulang halaman ini untuk melihat hasilnya."), "ok")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/again")
@roles(Role.ADMINISTRATOR)
def again(webhook_id: int, delivery_id: int) -> ResponseReturnValue:
    webhooks.send_again(work(), webhooks.get(work(), webhook_id), delivery_id)
    flash(gettext("Pesan dikirim lagi. Muat ulang halaman ini untuk melihat hasilnya."), "ok")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/webhooks/<int:webhook_id>/secret")
@roles(Role.ADMINISTRATOR)
def renew_secret(webhook_id: int) -> ResponseReturnValue:
    hook = webhooks.get(work(), webhook_id)
    return render_template("webhooks/secret.html", hook=hook, secret=webhooks.renew_secret(work(), hook))


@bp.post("/webhooks/<int:webhook_id>/secret/old/end")
@roles(Role.ADMINISTRATOR)
def end_old_secret(webhook_id: int) -> ResponseReturnValue:
    webhooks.end_old_secret(work(), webhooks.get(work(), webhook_id))
    flash(gettext("Rahasia lama tidak ikut menandatangani lagi."), "ok")
    return redirect(url_for("webhooks.show", webhook_id=webhook_id), 303)


@bp.post("/webhooks/<int:webhook_id>/end")
@roles(Role.ADMINISTRATOR)
def destroy(webhook_id: int) -> ResponseReturnValue:
    webhooks.end(work(), webhooks.get(work(), webhook_id))
    flash(gettext("Alamat itu tidak diberi tahu lagi."), "ok")
    return redirect(url_for("tokens.index"), 303)


def _form() -> WebhookForm:
    form = WebhookForm()
    form.offer(people.governed(work()))
    return form
