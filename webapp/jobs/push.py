"""Tell an official's devices by Web Push: that a letter waits, and its control code; no number, subject or name.

The lock screen is public, and the message passes through foreign providers (UU 27/2022 art. 56).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import requests
from flask import Flask
from flask_babel import force_locale, gettext
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from webapp import db
from webapp.config import Config
from webapp.domain import mandates, subscriptions, waits, workflow
from webapp.domain.work import Work
from webapp.models import Letter, Person, PushSubscription, Step

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
    app: Flask, person_id: int, letter_id: int | None = None, control_code: str = "", **_facts: int | str
) -> None:  # fmt: skip
    """One message to each of the person's devices; without a letter a trial that the person asked for.

    A dead device is forgotten; a failing service means a retry.
    """
    config: Config = app.config["TEKEN"]
    with db.unit(app.extensions["engine"], writes=False) as session:
        work = Work(session, None, datetime.now(UTC), config)
        person = session.get_one(Person, person_id)
        letter = session.get_one(Letter, letter_id) if letter_id else None
        step = workflow.open_step(letter, person) if letter is not None else None
        offer = mandates.offering(person, letter, work.now) if letter is not None else None
        if person.disabled_at is not None or (letter is not None and step is None and offer is None):
            return
        devices, waiting = subscriptions.of(work, person), waits.count(work, person)
        if letter is None:
            message = trial(config, person, waiting)
        else:
            message = payload(work, letter, person, step=step, control_code=control_code, waiting=waiting)
    troubles = []
    for device in devices:
        if not subscriptions.is_push_service(config, device.endpoint):
            continue
        try:
            is_alive = send(config, device, message, urgent=letter is None or letter.urgency != "biasa")
        except PushServiceDown as trouble:
            troubles.append(str(trouble))
            continue
        if not is_alive:
            with db.unit(app.extensions["engine"]) as session:
                subscriptions.drop(Work(session, None, datetime.now(UTC), config), device.id)
    if troubles:
        raise PushServiceDown("; ".join(troubles))


def payload(
    work: Work, letter: Letter, person: Person, *, step: Step | None, control_code: str, waiting: int
) -> str:  # fmt: skip
    """What is asked, and nothing of the letter. Without a step it is offered to a deputy, and has no code of his yet.

    Declarative Web Push: Safari shows it by itself, our service worker reads the same JSON elsewhere.
    """
    with force_locale(person.language):
        urgency = {
            "segera": gettext("Segera."), "sangat_segera": gettext("Sangat segera."),
        }.get(letter.urgency, "")  # fmt: skip
        title = gettext("Ada surat menunggu")
        code = gettext("Kode kendali %(code)s", code=control_code) if control_code else ""
        body = " ".join(part for part in (urgency, _asked(step), code) if part)
    address = f"{work.config.public_url}/letters/{letter.id}"
    return _declarative(person, waiting, title=title, body=body, navigate=address, tag=f"letter-{letter.id}")


def _asked(step: Step | None) -> str:
    if step is None:
        return gettext("Sebagai pejabat pengganti.")
    return gettext("Untuk ditandatangani.") if step.is_signature else gettext("Untuk diparaf.")


def trial(config: Config, person: Person, waiting: int) -> str:
    with force_locale(person.language):
        title = gettext("Pemberitahuan Teken berfungsi")
        body = gettext("Ini percobaan. Surat yang menunggu akan diberitahukan dengan cara yang sama.")
    return _declarative(person, waiting, title=title, body=body, navigate=f"{config.public_url}/settings", tag="trial")


def _declarative(person: Person, waiting: int, **shown: str) -> str:
    notification = shown | {"lang": person.language, "silent": False}
    message = {"web_push": 8030, "notification": notification, "app_badge": str(waiting)}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


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
