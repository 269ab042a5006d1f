"""This device's address for notifications, sent by its browser."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webapp.domain import subscriptions
from webapp.domain.errors import Invalid
from webapp.guards.access import work

bp = Blueprint("subscriptions", __name__)


@bp.post("/subscriptions")
def create() -> ResponseReturnValue:
    sent = _sent()
    keys = sent.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    subscriptions.add(
        work(), g.visitor.login, endpoint=_text(sent, "endpoint"), p256dh=_text(keys, "p256dh"),
        auth=_text(keys, "auth"),
    )  # fmt: skip
    return "", 204


@bp.post("/subscriptions/delete")
def destroy() -> ResponseReturnValue:
    subscriptions.remove(work(), _text(_sent(), "endpoint"))
    return "", 204


@bp.post("/subscriptions/trial")
def send_trial() -> ResponseReturnValue:
    """The worker sends one, so that the person sees it arrive before a letter depends on it."""
    subscriptions.send_trial(work())
    flash(_("Pemberitahuan percobaan sedang dikirim ke perangkat Anda."), "ok")
    return redirect(url_for("settings.edit"), 303)


def _sent() -> dict[str, object]:
    sent = request.get_json(silent=True)
    return sent if isinstance(sent, dict) else {}


def _text(sent: dict[str, object], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid
    return value
