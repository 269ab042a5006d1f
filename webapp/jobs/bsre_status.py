"""Once a day: may this official still sign with BSrE, and how long does the certificate last."""

from __future__ import annotations

from flask import Flask

from webapp.config import Config
from webapp.domain import bsre
from webapp.jobs import unit


def run(app: Flask, person_id: int) -> None:
    config: Config = app.config["TEKEN"]
    if app.extensions["bsre"] is None:
        return
    with unit(app) as work:
        claimed = bsre.claim_check(work, person_id)
    if claimed is None:
        return
    status = bsre.ask_status(config, claimed[0], app.extensions["bsre"])
    with unit(app) as work:
        bsre.note_status(work, person_id, status)
