"""The worker takes due jobs from the table, one after the other: `python -m webapp.worker`."""

from __future__ import annotations

import logging
import signal
import time
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.engine import Engine

from webapp import db, jobs
from webapp.app import create_app
from webapp.config import Config
from webapp.domain import archives, deadlines, outbox
from webapp.domain.work import Work

log = logging.getLogger("teken.worker")
PAUSE = 0.7  # seconds between looks at an empty table: how late a notice is at the most


def run_one(app: Flask) -> bool:
    """Run the next due job, or return False when there is none. A failure is written down and tried again later."""
    engine: Engine = app.extensions["engine"]
    config: Config = app.config["TEKEN"]

    def work(session) -> Work:  # noqa: ANN001
        return Work(session, None, datetime.now(UTC), config)

    with db.unit(engine, writes=False) as session:
        if not outbox.is_any_due(work(session)):  # takes no write lock while there is nothing to do
            return False
    with db.unit(engine) as session:
        job = outbox.claim(work(session))
        if job is None:
            return False
        job_id, kind, args, since = job.id, job.kind, dict(job.args), job.created_at
    try:
        with app.app_context():
            jobs.run(app, kind, args, since)
    except jobs.Later as later:
        with db.unit(engine) as session:
            outbox.postpone(work(session), job_id, later.at)
        return True
    except Exception as error:  # the one place besides errors.py: whatever a job throws is kept for a person to read
        log.warning("job failed", extra={"job": job_id, "kind": kind}, exc_info=error)
        with db.unit(engine) as session:
            outbox.fail(work(session), job_id, f"{type(error).__name__}: {error}")
        return True
    with db.unit(engine) as session:
        outbox.finish(work(session), job_id)
    return True


def main() -> None:
    app = create_app()
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with jobs.unit(app) as work:
        outbox.ensure(work, "nightly", archives.next_night(work))
        outbox.ensure(work, "deadlines", deadlines.next_morning(work))
    while not stopping:
        try:
            busy = run_one(app)
        except Exception:  # the database is away: wait for it rather than die with it
            log.exception("the table of jobs cannot be read")
            time.sleep(5)
            continue
        if not busy:
            time.sleep(PAUSE)


if __name__ == "__main__":
    main()
