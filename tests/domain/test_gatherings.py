"""What many letters come out of at once (a batch, a takeover, an ended mandate, a flood) is told of as one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import people, practice
from tests.domain.test_batches import consented, go_on
from tests.domain.test_takeovers import REASON, leave
from tests.factories import later
from tests.jobs.merged import merged
from webapp import db
from webapp.domain import delegations, gatherings, letters, merge_runs, merges, takeovers
from webapp.domain.gatherings import Key
from webapp.domain.unfinished import Cause
from webapp.domain.work import Work
from webapp.models import GatheredStep, Gathering, Job, Letter, Part, Urgency


def told(work, login):
    """How the person is told so far: one by one, and of how many letters together, by what they came out of."""
    person = people.find(work, login)
    pushes = [job for job in work.session.scalars(select(Job).where(Job.kind == "push")) if about(job, person)]
    counted = select(GatheredStep.source, func.count()).where(GatheredStep.person_id == person.id)
    rows = work.session.execute(counted.group_by(GatheredStep.source))
    return len(pushes), dict(rows.all())


def about(job, person):
    return job.args["person_id"] == person.id and "step_id" in job.args


def cosigned(make, count=3):
    made = [make.cosigned("sari", "hadi") for _ in range(count)]
    for letter in made:
        letters.submit(make.person("budi"), letter)
    return made


def test_the_next_signer_hears_once_of_what_was_approved_at_once(work, make):
    sari = make.person("sari")
    batch = consented(sari, cosigned(make))
    go_on(sari, batch, 2), go_on(sari, batch, 2)
    source = f"batch-{batch.id}"
    assert told(work, "hadi") == (0, {source: 3})
    key = Key(people.find(work, "hadi").id, source)
    assert gatherings.ripe_at(work, key) == work.now + gatherings.SETTLE
    after = later(work, 60)
    gatherings.tell(after, key), gatherings.tell(after, key)
    assert len(work.session.scalars(select(Gathering)).all()) == 1 and gatherings.ripe_at(after, key) is None
    pushes = [job.args for job in work.session.scalars(select(Job).where(Job.kind == "push")) if "rung" in job.args]
    assert len([args for args in pushes if args["person_id"] == key.person_id]) == 1


def test_letters_of_a_table_go_on_as_its_group_also_out_of_a_batch_or_one_by_one(work, make):
    sari, some = make.person("sari"), [make.cosigned("sari", "hadi") for _ in range(3)]
    merge = merged(work, some)
    for row in merges.rows(work, merge):
        merge_runs.hand_in(work, merge, row)
    assert told(work, "sari") == (0, {f"merge-{merge.id}": 3}) and told(work, "hadi") == (0, {})
    go_on(sari, consented(sari, some[:2]))
    make.sign(some[2])
    assert told(work, "hadi") == (0, {f"merge-{merge.id}": 3})


def test_one_letter_of_a_table_that_is_handed_in_again_is_told_of_alone(work, make):
    some = [make.placed(), make.placed()]
    merge = merged(work, some)
    for row in merges.rows(work, merge):
        merge_runs.hand_in(work, merge, row)
    letters.withdraw(make.person("budi"), some[0])
    letters.submit(make.person("budi"), some[0])
    assert told(work, "sari") == (1, {f"merge-{merge.id}": 2})


def test_who_takes_over_from_somebody_who_left_hears_once_of_all(work, make):
    some = [make.in_review("dewi") for _ in range(3)]
    dewi, lina = leave(work, "dewi"), people.find(work, "lina")
    admin = people.as_person(work, people.find(work, "admin"))
    assert takeovers.take_over(admin, dewi, {Cause.REVIEWER_LEFT: lina}, REASON) == []
    assert told(work, "lina") == (0, {f"takeover-{dewi.id}": len(some)})


def test_the_official_hears_once_of_what_comes_back_when_the_mandate_ends(work, make):
    mandate = make.mandate()
    for _ in range(3):
        make.take_over(make.submitted())
    alone, _ = told(work, "sari")
    delegations.follow(replace(work, now=mandate.ends_at), mandate.id)
    assert told(work, "sari") == (alone, {f"mandate-{mandate.id}": 3})


def test_a_flood_is_told_of_as_one_and_what_comes_later_alone_again(work, make):
    some = [make.placed() for _ in range(gatherings.FLOOD + 3)]
    by_budi = make.person("budi")
    for letter in some[:-1]:
        letters.submit(by_budi, letter)
    assert told(work, "sari") == (gatherings.FLOOD, {"flood": 2})
    letters.submit(later(by_budi, gatherings.WITHIN.total_seconds() + 1), some[-1])
    assert told(work, "sari") == (gatherings.FLOOD + 1, {"flood": 2})


def test_what_others_are_sent_is_no_flood_of_mine(work, make):
    for _ in range(gatherings.FLOOD):
        make.in_review("dewi")
    make.submitted()
    assert told(work, "sari") == (1, {})


def test_of_practice_nothing_is_gathered(work):
    for _ in range(gatherings.FLOOD + 2):
        practice.letter(people.as_person(work, people.find(work, "sari")), Part.SIGNER)
    assert work.session.scalars(select(GatheredStep)).all() == []
    assert work.session.scalars(select(Job).where(Job.kind.in_(("push", "gathering")))).all() == []


def test_the_first_of_a_long_stretch_does_not_wait_for_the_last(work, make):
    step = make.submitted().chain[-1]
    key = Key(step.person_id, "batch-1")
    for seconds in range(0, 150, 5):
        gatherings._add(later(work, seconds), step, key, is_held=False)
    assert gatherings.ripe_at(later(work, 150), key) == work.now + gatherings.LONGEST
    work.session.get_one(Letter, step.letter_id).urgency = Urgency.IMMEDIATE
    work.session.flush()
    assert gatherings.ripe_at(later(work, 150), key) == work.now + gatherings.SETTLE


@pytest.mark.parametrize("attempt", range(3))
def test_two_workers_at_once_tell_once(engine, work, make, attempt):
    step = make.submitted().chain[-1]
    key = Key(step.person_id, "batch-1")
    for _ in range(5):
        gatherings._add(work, step, key, is_held=False)
    work.session.commit()

    def tell(_):
        with db.unit(engine) as session:
            gatherings.tell(Work(session, None, work.now + timedelta(minutes=1), work.config), key)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(tell, range(4)))
    made = work.session.scalars(select(Gathering)).one()
    assert {row.gathering_id for row in work.session.scalars(select(GatheredStep))} == {made.id}
    assert len([job for job in work.session.scalars(select(Job)) if job.args.get("gathering_id")]) == 3
