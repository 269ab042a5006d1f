"""Hand notices (notices.py) to the push services of a person's devices."""

from __future__ import annotations

from datetime import UTC, datetime

import requests
from flask import Flask
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from webapp import db
from webapp.config import Config
from webapp.domain import subscriptions, waits
from webapp.domain.work import Work
from webapp.jobs import notices
from webapp.models import Letter, Person, PushSubscription

TTL = 24 * 3600  # seconds; pywebpush's own default is 0: lost when the phone sleeps


class PushServiceDown(Exception):
    """Try again later."""


class Net(requests.Session):
    """No proxies from the environment, no redirects (a way into the inner network), and always a time-out."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def post(self, *args, **kwargs) -> requests.Response:  # noqa: ANN002, ANN003
        return super().post(*args, **kwargs | {"allow_redirects": False, "timeout": (5, 10)})


def run(
    app: Flask, person_id: int, letter_id: int | None = None, control_code: str = "", signed: int = 0, **_facts: object
) -> None:  # fmt: skip
    """One message to each of the person's devices: that a letter waits, or that `signed` letters were signed in his
    name; without either a trial that the person asked for.

    A dead device is forgotten; a failing service means a retry.
    """
    config: Config = app.config["TEKEN"]
    with db.unit(app.extensions["engine"], writes=False) as session:
        work = Work(session, None, datetime.now(UTC), config)
        person = session.get_one(Person, person_id)
        letter = session.get_one(Letter, letter_id) if letter_id else None
        notice = notices.told(work, person, letter, control_code=control_code, signed_count=signed)
        if person.disabled_at is not None or notice is None:
            return
        devices = subscriptions.of(work, person)
        message = notices.message(work, person, notice, waits.count(work, person))
    troubles = []
    for device in devices:
        if not subscriptions.is_push_service(config, device.endpoint):
            continue
        try:
            is_alive = send(config, device, message, urgent=notice.is_urgent)
        except PushServiceDown as trouble:
            troubles.append(str(trouble))
            continue
        if not is_alive:
            with db.unit(app.extensions["engine"]) as session:
                subscriptions.drop(Work(session, None, datetime.now(UTC), config), device.id)
    if troubles:
        raise PushServiceDown("; ".join(troubles))


def send(config: Config, device: PushSubscription, message: str, *, urgent: bool) -> bool:
    """Hand one message over. False: the device is gone. Raises PushServiceDown when it is worth another try."""
    vapid = Vapid02()
    vapid.private_key = subscriptions.vapid_key(config)
    address = f"mailto:{config.mail_from.rpartition('<')[2].rstrip('>')}"
    try:
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            message, vapid_private_key=vapid, vapid_claims={"sub": address}, ttl=TTL, timeout=10,
            headers={"urgency": "high" if urgent else "normal"}, requests_session=Net(),
        )  # fmt: skip
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else 0
        if status in (404, 410):
            return False
        raise PushServiceDown(f"push service answered {status}") from error
    except requests.RequestException as error:
        raise PushServiceDown(type(error).__name__) from error
    except (ValueError, TypeError):
        return False  # keys that are no keys: that device can never be told anything
    return True
