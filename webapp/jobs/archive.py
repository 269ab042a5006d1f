"""The time-stamp and the evidence of one signed letter. A dead time-stamp authority delays only this."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from webapp import db
from webapp.domain import archives, responders
from webapp.domain.work import Work


def run(app: Flask, signature_id: int) -> None:
    config, engine = app.config["TEKEN"], app.extensions["engine"]

    def stamp(request_der: bytes) -> bytes:
        with db.unit(engine) as session:  # the serial number is durable before the answer counts
            return responders.timestamp(Work(session, None, datetime.now(UTC), config), request_der)

    with db.unit(engine, writes=False) as session:
        due = archives.due(Work(session, None, datetime.now(UTC), config), signature_id)
    if due is None:
        return
    extended = archives.extend(config, due, stamp)
    with db.unit(engine) as session:
        archives.attach(Work(session, None, datetime.now(UTC), config), due, extended)
