"""Look for a signature that BSrE may have made and whose answer never came. Never asks for another."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from webapp import db
from webapp.config import Config
from webapp.domain import remote_signatures
from webapp.domain.work import Work
from webapp.models.remote import Attempt

PASSING = ("unavailable", "no_answer", "server_error", "busy")


class NotFoundYet(Exception):
    """Try again later."""


def run(app: Flask, attempt_id: int) -> None:
    config: Config = app.config["TEKEN"]
    with db.unit(app.extensions["engine"], writes=False) as session:
        asked = remote_signatures.look_again(Work(session, None, datetime.now(UTC), config), attempt_id)
    if asked is None:
        return
    ending = remote_signatures.recover(config, asked, app.extensions["bsre"])
    with db.unit(app.extensions["engine"]) as session:
        remote_signatures.note_recovery(Work(session, None, datetime.now(UTC), config), attempt_id, ending)
    if ending.state == Attempt.UNCLEAR and asked.document_id and ending.error in PASSING:
        raise NotFoundYet(ending.error)
