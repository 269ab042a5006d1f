"""Rows for the worker, written in the transaction of the change they speak of.

So no mail is lost, and none tells of a letter that was rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select, update

from webapp.domain import audit, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import Job, Role

LEASE = timedelta(minutes=5)  # longer than any job's own time-outs
_ADD = insert(Job.__table__)  # as a plain table: every change of a letter adds some
MAX_ATTEMPTS = 16  # with the back-off below about a day


def add(work: Work, kind: str, *, at: datetime | None = None, **args: int | str) -> None:
    work.execute(_ADD, {"kind": kind, "args": args, "created_at": work.now, "run_at": at or work.now})


def add_all(work: Work, jobs: Iterable[tuple[str, dict[str, int | str]]]) -> None:
    """Several at once, each of a kind, to be run now: one statement."""
    rows = [{"kind": kind, "args": args, "created_at": work.now, "run_at": work.now} for kind, args in jobs]
    if rows:
        work.execute(_ADD, rows)


def ensure(work: Work, kind: str, at: datetime) -> None:
    """Add a job of this kind unless one is waiting already that has not begun: for what repeats itself."""
    is_waiting = (Job.done_at.is_(None), Job.given_up_at.is_(None), Job.attempts == 0)
    waiting = select(Job.id).where(Job.kind == kind, *is_waiting)
    if work.session.scalars(waiting.limit(1)).first() is None:
        add(work, kind, at=at)


def is_any_due(work: Work) -> bool:
    """Whether claim would find something; reads only."""
    return work.session.scalars(select(Job.id).where(*_due(work)).limit(1)).first() is not None


def claim(work: Work) -> Job | None:
    """Take the next due job for LEASE, or None. Two workers never take the same: the update is conditional."""
    due = _due(work)
    query = select(Job).where(*due).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True)
    job = work.session.scalars(query).first()
    if job is None:
        return None
    taken = work.session.execute(
        update(Job).where(Job.id == job.id, *due).values(claimed_until=work.now + LEASE, attempts=Job.attempts + 1)
    )
    work.session.refresh(job)
    return job if taken.rowcount == 1 else None


def finish(work: Work, job_id: int) -> None:
    work.session.execute(update(Job).where(Job.id == job_id).values(done_at=work.now, claimed_until=None, error=""))


def fail(work: Work, job_id: int, cause: str) -> None:
    """Try again later, ever more slowly; after MAX_ATTEMPTS it waits for a person, with the cause."""
    job = work.session.get_one(Job, job_id)
    job.error, job.claimed_until = cause[:500], None
    if job.attempts >= MAX_ATTEMPTS:
        job.given_up_at = work.now
    else:
        job.run_at = work.now + timedelta(seconds=min(5 * 2**job.attempts, 4 * 3600))


def postpone(work: Work, job_id: int, at: datetime) -> None:
    """Run it again at this time; as if it had not been taken."""
    job = work.session.get_one(Job, job_id)
    job.run_at, job.claimed_until, job.attempts = at, None, job.attempts - 1


def of_person(work: Work, kind: str, person_id: int, *, limit: int) -> list[Job]:
    """Jobs of this kind for one person that no worker has, due or not; locked until the commit."""
    free = or_(Job.claimed_until.is_(None), Job.claimed_until < work.now)
    open_ones = (Job.kind == kind, Job.done_at.is_(None), Job.given_up_at.is_(None), free)
    mine = select(Job).where(*open_ones, Job.args["person_id"].as_integer() == person_id)
    return list(work.session.scalars(mine.order_by(Job.id).limit(limit).with_for_update(skip_locked=True)))


def lease(work: Work, jobs: Iterable[Job]) -> None:
    """Keep them from other workers for LEASE, as claim does; a worker that dies gives them back by it."""
    for job in jobs:
        job.claimed_until = work.now + LEASE


def release(work: Work, job_ids: list[int]) -> None:
    """Give leased jobs back undone."""
    work.session.execute(update(Job).where(Job.id.in_(job_ids), Job.done_at.is_(None)).values(claimed_until=None))


def troubled(work: Work) -> list[Job]:
    """Jobs that failed at least once and are not done, oldest first."""
    query = select(Job).where(Job.done_at.is_(None), Job.attempts > 0, Job.error != "").order_by(Job.created_at)
    return list(work.session.scalars(query.limit(200)))


def retry(work: Work, job_id: int) -> None:
    """Run it again now. One that is done meanwhile stays done."""
    if work.actor is not None:
        permissions.require_role(work, Role.ADMINISTRATOR)
    job = work.session.get(Job, job_id)
    if job is None:
        raise NotFound
    if job.done_at is None:
        job.run_at, job.given_up_at, job.attempts = work.now, None, min(job.attempts, 1)
        audit.record(work, Event.JOB_RETRIED, job_id=job.id, kind=job.kind)


def _due(work: Work) -> tuple:
    free = or_(Job.claimed_until.is_(None), Job.claimed_until < work.now)
    return Job.done_at.is_(None), Job.given_up_at.is_(None), Job.run_at <= work.now, free
