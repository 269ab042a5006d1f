"""The time-stamp and the revocation data of one letter that BSrE signed. What is unreachable delays only this."""

from __future__ import annotations

from flask import Flask

from webapp import remote
from webapp.domain import deliveries, remote_archives
from webapp.jobs import archive, unit


def run(app: Flask, signature_id: int) -> None:
    with unit(app, writes=False) as work:
        due = remote_archives.due(work, signature_id)
        is_late = due is None or deliveries.is_late(work, signature_id)
    if is_late:
        with unit(app) as work:
            deliveries.begin(work, signature_id)
    if due is None:
        return
    stamp = archive.timestamper(app)
    archived = remote_archives.extend(app.config["TEKEN"], due, stamp, remote.revocation_data())
    with unit(app) as work:
        remote_archives.attach(work, due, archived)
        deliveries.begin(work, signature_id)
