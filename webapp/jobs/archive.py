"""The time-stamp and the evidence of one signed letter. A dead time-stamp authority delays only this."""

from __future__ import annotations

from flask import Flask

from signing.timestamps import Timestamper
from webapp.domain import archives, responders
from webapp.jobs import unit


def run(app: Flask, signature_id: int) -> None:
    with unit(app, writes=False) as work:
        due = archives.due(work, signature_id)
    if due is None:
        return
    archived = archives.extend(app.config["TEKEN"], due, timestamper(app))
    with unit(app) as work:
        archives.attach(work, due, archived)


def timestamper(app: Flask) -> Timestamper:
    """Our own authority."""

    def stamp(request_der: bytes) -> bytes:
        with unit(app) as work:  # the serial number is durable before the answer counts
            return responders.timestamp(work, request_der)

    return stamp
