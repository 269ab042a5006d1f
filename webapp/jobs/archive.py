"""The time-stamp and the evidence of one signed letter; then it goes out to its recipients.

A dead time-stamp authority delays only this, and the recipients for half an hour.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from signing import tsa_client
from signing.timestamps import Timestamper
from webapp import remote
from webapp.config import Config
from webapp.domain import archives, deliveries, responders
from webapp.jobs import unit


def run(app: Flask, signature_id: int) -> None:
    with unit(app, writes=False) as work:
        due = archives.due(work, signature_id)
        is_late = due is None or deliveries.is_late(work, signature_id)
    if is_late:
        with unit(app) as work:
            deliveries.begin(work, signature_id)
    if due is None:
        return
    archived = archives.extend(app.config["TEKEN"], due, timestamper(app), remote.revocation_data())
    with unit(app) as work:
        archives.attach(work, due, archived)
        deliveries.begin(work, signature_id)


def timestamper(app: Flask) -> Timestamper:
    """The configured external authority, each answer checked; our own where there is none. Never one for the other:
    a letter waits rather than gets another kind of time-stamp than the office decided on."""
    config: Config = app.config["TEKEN"]
    if config.tsa_url:
        terms = tsa_client.Terms(config.tsa_roots, config.tsa_policy)
        return tsa_client.checked(remote.tsa(config), terms, lambda: datetime.now(UTC))

    def stamp(request_der: bytes) -> bytes:
        with unit(app) as work:  # the serial number is durable before the answer counts
            return responders.timestamp(work, request_der)

    return stamp
