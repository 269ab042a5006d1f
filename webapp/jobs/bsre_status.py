"""Once a day: may this official still sign with BSrE, and how long does the certificate last."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from webapp import db
from webapp.config import Config
from webapp.domain import bsre
from webapp.domain.work import Work


def run(app: Flask, person_id: int) -> None:
    config: Config = app.config["TEKEN"]
    if app.extensions["bsre"] is None:
        return
    with db.unit(app.extensions["engine"]) as session:
        claimed = bsre.claim_check(Work(session, None, datetime.now(UTC), config), person_id)
    if claimed is None:
        return
    status = bsre.ask_status(config, claimed[0], app.extensions["bsre"])
    with db.unit(app.extensions["engine"]) as session:
        bsre.note_status(Work(session, None, datetime.now(UTC), config), person_id, status)
