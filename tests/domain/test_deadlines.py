"""A letter's day: told before it, refused after it, and back to the drafter by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests import people
from webapp.domain import approvals, deadlines, letters, marks, reviews
from webapp.domain.errors import Conflict
from webapp.models import Job, State

WIB = ZoneInfo("Asia/Jakarta")


def at(work, day: date, hour: int = 8, minute: int = 0):
    return replace(work, now=datetime(day.year, day.month, day.day, hour, minute, tzinfo=WIB))


def told(work, message: str) -> list[int]:
    jobs = work.session.scalars(select(Job).where(Job.kind == "mail"))
    return sorted(job.args["person_id"] for job in jobs if job.args["message"] == message)


@pytest.fixture
def due(work):
    return (work.now + timedelta(days=10)).astimezone(WIB).date()


def test_reminders_come_three_days_one_day_and_on_the_day_once_each(work, make, due, sari, budi):
    letter = make.submitted(due_on=due)
    counts = []
    for before in (10, 4, 3, 3, 2, 1, 1, 0, 0):
        deadlines.watch(at(work, due - timedelta(days=before)))
        counts.append(len(told(work, "letter_due")) // 2)
    assert counts == [0, 0, 1, 1, 1, 2, 2, 3, 3]
    assert set(told(work, "letter_due")) == {sari.id, budi.id}
    assert letter.state == State.SUBMITTED


def test_a_worker_that_slept_tells_of_the_nearest_day_only(work, make, due):
    make.submitted(due_on=due)
    deadlines.watch(at(work, due))
    assert len(told(work, "letter_due")) == 2
    deadlines.watch(at(work, due, 9))
    assert len(told(work, "letter_due")) == 2


def test_the_reviewer_is_reminded_while_it_is_with_him(work, make, due):
    make.in_review("dewi", due_on=due)
    deadlines.watch(at(work, due - timedelta(days=1)))
    assert people.find(work, "dewi").id in told(work, "letter_due")
    assert people.find(work, "sari").id not in told(work, "letter_due")


def test_to_the_last_minute_it_is_signed_and_a_minute_later_refused(work, make, due, sari):
    letter = make.submitted(due_on=due)
    digest, secret = marks.digest(letter), people.secret_of(sari)
    approvals.begin(people.as_person(at(work, due, 23, 59), sari), letter, digest=digest, secret=secret)
    with pytest.raises(Conflict, match="Batas waktu"):
        approvals.begin(
            people.as_person(at(work, due + timedelta(days=1), 0, 1), sari), letter, digest=digest, secret=secret
        )


def test_after_its_day_it_is_neither_initialled_nor_submitted(work, make, due):
    letter = make.in_review("dewi", due_on=due)
    late = at(work, due + timedelta(days=1))
    with pytest.raises(Conflict, match="Batas waktu"):
        reviews.initial(people.as_person(late, people.find(work, "dewi")), letter, digest=marks.digest(letter))
    draft = make.placed(due_on=due)
    with pytest.raises(Conflict, match="Batas waktu"):
        letters.submit(people.as_person(late, people.find(work, "budi")), draft)


@pytest.mark.parametrize("kind", ["submitted", "in_review"])
def test_when_its_day_is_past_it_is_back_with_its_drafter_who_extends_it(work, make, due, kind, budi):
    letter = make.in_review("dewi", due_on=due) if kind == "in_review" else make.submitted(due_on=due)
    late = at(work, due + timedelta(days=1))
    deadlines.watch(late)
    assert letter.state == State.RETURNED and letter.reason == deadlines.REASON
    assert budi.id in told(work, "letter_lapsed") and len(told(work, "letter_lapsed")) == 2
    assert deadlines.watch(late) == 0
    facts = {name: getattr(letter, name) for name in letters.FACTS} | {"due_on": due + timedelta(days=30)}
    letters.update(people.as_person(late, budi), letter, letter.signer, facts)
    letters.submit(people.as_person(late, budi), letter)
    assert letter.state == (State.IN_REVIEW if kind == "in_review" else State.SUBMITTED)
    deadlines.watch(at(work, due + timedelta(days=29)))
    assert told(work, "letter_due")


def test_a_letter_without_a_day_is_left_alone(work, make):
    make.submitted()
    assert deadlines.watch(at(work, date(2099, 1, 1))) == 0


def test_the_job_comes_again_each_morning(app, work, make, due):
    from webapp import jobs

    letter = make.submitted(due_on=due)
    letter.due_on = date(2020, 1, 1)
    work.session.commit()
    with app.app_context():
        jobs.run(app, "deadlines", {})
        jobs.run(app, "deadlines", {})
    work.session.expire_all()
    assert letter.state == State.RETURNED
    waiting = work.session.scalars(select(Job).where(Job.kind == "deadlines")).all()
    assert len(waiting) == 1 and waiting[0].run_at.hour == deadlines.MORNING
