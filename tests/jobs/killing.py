"""Workers that die between a job's last commit and the note that it is done."""

from __future__ import annotations

from sqlalchemy import update

from webapp import worker
from webapp.models import Job


class Killed(BaseException):
    """As kill -9 ends a worker."""


def kills_each_once(monkeypatch):
    """Each job ends once between its last commit and the note that it is done. -> the ids of those that did."""
    killed, real = set(), worker.outbox.finish

    def die(work, job_id):
        if job_id not in killed:
            killed.add(job_id)
            raise Killed
        real(work, job_id)

    monkeypatch.setattr(worker.outbox, "finish", die)
    return killed


def run_killed(app, work):
    """-> whether there was a job to run; one that died is free again, as after its lease."""
    try:
        return worker.run_one(app)
    except Killed:
        work.session.execute(update(Job).where(Job.done_at.is_(None)).values(claimed_until=None))
        work.session.commit()
        return True
