"""Look for a signature that BSrE may have made and whose answer never came. Never asks for another."""

from __future__ import annotations

from flask import Flask

from webapp.config import Config
from webapp.domain import recoveries
from webapp.jobs import unit
from webapp.models.remote import Attempt

PASSING = ("unavailable", "no_answer", "server_error", "busy")


class NotFoundYet(Exception):
    """Try again later."""


def run(app: Flask, attempt_id: int) -> None:
    config: Config = app.config["TEKEN"]
    with unit(app, writes=False) as work:
        asked = recoveries.look_again(work, attempt_id)
    if asked is None:
        return
    ending = recoveries.recover(config, asked, app.extensions["bsre"])
    with unit(app) as work:
        recoveries.note(work, attempt_id, ending)
    if ending.state == Attempt.UNCLEAR and asked.document_id and ending.error in PASSING:
        raise NotFoundYet(ending.error)
