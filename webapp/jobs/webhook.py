"""Send one message to an office's system. Twice is harmless: the receiver knows it by its webhook-id."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from webapp import outbound
from webapp.config import Config
from webapp.domain import webhooks
from webapp.jobs import Later, unit
from webapp.models import WebhookDelivery


class NotTaken(Exception):
    """Try again later; the worker does, ever more slowly."""


def run(app: Flask, delivery_id: int) -> None:
    config: Config = app.config["TEKEN"]
    with unit(app, writes=False) as work:
        delivery = work.session.get(WebhookDelivery, delivery_id)
        if delivery is None or delivery.delivered_at is not None or delivery.webhook.ended_at is not None:
            return
        hook = delivery.webhook
        if hook.rests_until is not None and hook.rests_until > work.now:
            raise Later(hook.rests_until)
        message = _headers(config, delivery, int(work.now.timestamp())), delivery.body.encode()
    status, error = _send(config, hook.url, *message)
    with unit(app) as work:
        is_taken = webhooks.note_attempt(work, delivery_id, status=status, error=error)
    if not is_taken and status != 410:
        raise NotTaken(error or f"the receiver answered {status}")


def _headers(config: Config, delivery: WebhookDelivery, timestamp: int) -> dict[str, str]:
    """Standard Webhooks: the time is that of the attempt, so that an old message cannot be played again."""
    signature = webhooks.sign(config, delivery.webhook, delivery.message_id, timestamp, delivery.body)
    return {
        "Content-Type": "application/json", "webhook-id": delivery.message_id, "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }  # fmt: skip


def _send(config: Config, url: str, headers: dict[str, str], body: bytes) -> tuple[int | None, str]:
    """(status, "") or (None, why there is none). A redirect is an answer like any other: not taken."""
    inner = urlsplit(url).netloc in config.webhook_hosts
    try:
        return outbound.post(url, body, headers=headers, may_reach=webhooks.is_outside, inner=inner), ""
    except outbound.Unreachable as why:
        return None, str(why)
