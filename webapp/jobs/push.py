"""Hand notices (notices.py) to the push services of a person's devices."""

from __future__ import annotations

from typing import Any

import requests
from flask import Flask
from py_vapid import Vapid02
from pywebpush import WebPushException, webpush

from webapp.config import Config
from webapp.domain import alerts, ladder, subscriptions, waits
from webapp.domain.alerts import Telling
from webapp.jobs import groups, notices, unit
from webapp.models import AlertState, Channel, Letter, Person, PushSubscription, Rung

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
    app: Flask, person_id: int, letter_id: int | None = None, control_code: str = "", signed: int = 0, **facts: Any
) -> None:  # fmt: skip
    """One message to each of the person's devices: that a letter waits, or several, or lies unopened with somebody, or
    that `signed` letters were signed in his name; without any of it a trial that the person asked for.

    A dead device is forgotten; a failing service means a retry.
    """
    config, telling = app.config["TEKEN"], Telling.of(facts)
    with unit(app, writes=False) as work:
        person = work.session.get_one(Person, person_id)
        letter = work.session.get_one(Letter, letter_id) if letter_id else None
        if telling is not None and letter is not None and not ladder.concerns(work, telling, letter, person):
            return
        group = groups.find(work, person, facts)
        if "gathering_id" in facts and group is None:
            return
        unopened = ladder.page_of(facts, letter_id) if telling and telling.rung == Rung.UNOPENED else ""
        notice = notices.told(work, person, notices.About(letter, control_code, signed, unopened, group))
        if person.disabled_at is not None or notice is None:
            return
        devices = [one for one in subscriptions.of(work, person) if is_known(config, one)]
        is_silent = notices.is_silent(work, person, notice)
        message = notices.message(work, person, notice, waiting=waits.count(work, person), is_silent=is_silent)
        urgency = "low" if is_silent else "high" if notice.is_urgent else "normal"
    taken, troubles = hand_over(app, devices, message, urgency)
    cause = alerts.NO_DEVICE if not devices else alerts.DOWN if troubles else alerts.GONE
    with unit(app) as work:
        state = AlertState.SENT if taken else AlertState.FAILED
        alerts.note(work, telling, person_id, Channel.PUSH, state, cause="" if taken else cause)
    if troubles:
        raise PushServiceDown("; ".join(troubles))


def is_known(config: Config, device: PushSubscription) -> bool:
    return subscriptions.is_push_service(config, device.endpoint)


def hand_over(app: Flask, devices: list[PushSubscription], message: str, urgency: str) -> tuple[int, list[str]]:
    """-> how many devices' services took it, and what went wrong that another try may mend."""
    taken, troubles = 0, []
    for device in devices:
        try:
            is_alive = send(app.config["TEKEN"], device, message, urgency)
        except PushServiceDown as trouble:
            troubles.append(str(trouble))
            continue
        taken += is_alive
        if not is_alive:
            with unit(app) as work:
                subscriptions.drop(work, device.id)
    return taken, troubles


def send(config: Config, device: PushSubscription, message: str, urgency: str) -> bool:
    """Hand one message over, with how soon a sleeping device is woken (RFC 8030, 5.3). False: the device is gone.

    Raises PushServiceDown when it is worth another try.
    """
    vapid = Vapid02()
    vapid.private_key = subscriptions.vapid_key(config)
    address = f"mailto:{config.mail_from.rpartition('<')[2].rstrip('>')}"
    try:
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            message, vapid_private_key=vapid, vapid_claims={"sub": address}, ttl=TTL, timeout=10,
            headers={"urgency": urgency}, requests_session=Net(),
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
