"""Each night: signed letters judged anew, a chunk a job; ageing time-stamps renewed; ending certificates told of."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from webapp import db
from webapp.domain import archives, expiries, outbox
from webapp.domain.work import Work


def run(app: Flask, after_id: int = 0, good: int = 0, failing: str = "") -> None:
    config, engine = app.config["TEKEN"], app.extensions["engine"]
    with db.unit(engine, writes=False) as session:
        holding, broken = archives.check(Work(session, None, datetime.now(UTC), config), after_id)
    seen, found = [*holding, *broken], [*map(int, failing.split()), *broken]
    with db.unit(engine) as session:
        work = Work(session, None, datetime.now(UTC), config)
        archives.request_due(work, seen)
        if len(seen) == archives.CHUNK:
            told = " ".join(map(str, found[:50]))
            outbox.add(work, "nightly", after_id=max(seen), good=good + len(holding), failing=told)
            return
        expiries.warn(work)
        archives.note_check(work, good + len(holding), found)
        outbox.ensure(work, "nightly", archives.next_night(work))
