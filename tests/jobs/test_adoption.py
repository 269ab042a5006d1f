"""The night counts the board's figures once, however often it runs; the months before it come one a job."""

from datetime import timedelta

from sqlalchemy import func, select

from webapp import db, jobs
from webapp.models import Job, OfficeMonth, Signature


def rows(app):
    with db.unit(app.extensions["engine"], writes=False) as own:
        return own.execute(select(OfficeMonth.month, func.count()).group_by(OfficeMonth.month)).all()


def test_a_night_that_runs_twice_counts_once(app, make, session):
    make.signed()
    session.commit()
    jobs.run(app, "nightly", {})
    once = rows(app)
    assert len(once) == 2 and all(count >= 1 for _month, count in once)
    jobs.run(app, "nightly", {})
    assert rows(app) == once


def test_months_from_before_are_counted_by_jobs(app, make, session):
    signature = make.signed().signature
    signature.signed_at -= timedelta(days=100)
    session.query(Job).delete()
    session.commit()
    args = {"after": ""}
    for _ in range(6):
        jobs.run(app, "adoption", args)
        with db.unit(app.extensions["engine"]) as own:
            job = own.scalars(select(Job).where(Job.kind == "adoption")).first()
            if job is None:
                break
            args = dict(job.args)
            own.delete(job)
    kept = [month for month, _count in rows(app)]
    assert len(kept) >= 3 and kept == sorted(kept)
    with db.unit(app.extensions["engine"], writes=False) as own:
        signed = own.scalars(select(OfficeMonth.signed).where(OfficeMonth.office_id.is_(None))).all()
        assert sum(signed) == own.scalar(select(func.count(Signature.id))) == 1
