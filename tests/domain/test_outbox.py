"""Jobs are claimed once, retried with patience, and none is lost with its worker."""

import threading

from sqlalchemy import delete

from tests.factories import later
from webapp import db
from webapp.domain import outbox
from webapp.domain.work import Work
from webapp.models import Job


def add(work, **kind):
    work.session.execute(delete(Job))
    outbox.add(work, "mail", person_id=1, message="x", **kind)
    work.session.flush()


def test_a_job_is_claimed_once_and_finished(work):
    add(work)
    job = outbox.claim(work)
    assert job.attempts == 1 and outbox.claim(work) is None
    outbox.finish(work, job.id)
    assert outbox.claim(later(work, 10_000)) is None and outbox.troubled(work) == []


def test_a_dead_workers_job_is_free_again(work):
    add(work)
    outbox.claim(work)
    assert outbox.claim(later(work, outbox.LEASE.total_seconds() + 1)).attempts == 2


def test_a_failed_job_is_tried_again_ever_more_slowly_and_then_shown_to_a_person(work):
    add(work)
    waits, now = [], work
    for _ in range(outbox.MAX_ATTEMPTS):
        job = outbox.claim(now)
        outbox.fail(now, job.id, "ConnectionRefusedError: nobody listens")
        waits.append((job.run_at - now.now).total_seconds())
        now = later(now, max(waits[-1], 0) + 1)
    assert waits[:3] == [10, 20, 40] and max(waits) == 4 * 3600
    (job,) = outbox.troubled(now)
    assert job.given_up_at and "nobody listens" in job.error
    assert outbox.claim(later(now, 10**6)) is None
    outbox.retry(now, job.id)
    assert outbox.claim(now).id == job.id


def test_two_workers_never_take_the_same(app, work, clock, config):
    work.session.execute(delete(Job))
    for number in range(20):
        outbox.add(work, "mail", person_id=number, message="x")
    work.session.commit()
    taken = []

    def take():
        while True:
            with db.unit(app.extensions["engine"]) as session:
                job = outbox.claim(Work(session, None, clock(), config))
                if job is None:
                    return
                taken.append(job.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(taken) == len(set(taken)) == 20
