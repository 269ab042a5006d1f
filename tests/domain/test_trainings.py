"""Who may note which training of whom, and that a course counts once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import people
from tests import practice as rehearsal
from tests.factories import later
from webapp.domain import audit, drills, practice, trainings
from webapp.domain.audit import Event
from webapp.domain.errors import Forbidden, Invalid, NotFound
from webapp.domain.people import get_office
from webapp.models import AuditEntry, Membership, Part, Role


def test_a_course_counts_once_and_is_on_the_trail(work, sari, admin):
    mine = people.as_person(work, admin)
    office = get_office(work, sari.memberships[0].office_id)
    told = {"course": "Bimtek TTE", "on": work.now.date() - timedelta(days=3)}
    assert trainings.record_for(mine, office, [sari.id, sari.id], **told) == 1
    assert trainings.record_for(mine, office, [sari.id], **told) == 0
    assert [e.event for e in audit.latest(work, limit=1)] == ["training.recorded"]
    with pytest.raises(Invalid):
        trainings.record_for(mine, office, [sari.id], course="x", on=work.now.date() + timedelta(days=2))


def test_training_is_noted_by_the_office_s_administrator_for_its_people_only(work, sari, rudi, budi, agus):
    office = get_office(work, sari.memberships[0].office_id)
    on = work.now.date() - timedelta(days=1)
    for actor in (sari, budi, agus):
        with pytest.raises(Forbidden):
            trainings.record_for(people.as_person(work, actor), office, [sari.id], course="x", on=on)
    joko = people.find(work, "joko")
    joko.memberships[:] = [Membership(office=rudi.memberships[0].office, role=Role.ADMINISTRATOR)]
    work.session.flush()
    mine = people.as_person(work, joko)
    with pytest.raises(Forbidden):
        trainings.record_for(mine, office, [sari.id], course="x", on=on)
    with pytest.raises(NotFound):
        trainings.record_for(mine, rudi.memberships[0].office, [sari.id], course="x", on=on)


def test_practice_records_for_itself(work, sari):
    assert trainings.record(work, sari, "Latihan", work.now)
    found = trainings.of_people(work, [sari.id])[sari.id]
    assert [(one.course, one.recorded_by_id) for one in found] == [("Latihan", None)]


def test_all_tasks_done_are_a_training_once_and_of_the_day_they_were_done(work, make, session):
    rina = make.person("rina")  # neither drafts, initials nor signs: checking a printed letter is all of hers
    letter = rehearsal.letter(rina, Part.CHECKER)
    practice.note_check(rina, letter.code)
    practice.record(rina, rina.person)
    assert not trainings.of_people(work, [rina.person.id])  # the drill is left
    drill = drills.begin(rina, drills.compose(rina))
    drills.answer(rina, drill, [paper["kind"] for paper in drill.papers])
    later_work = later(rina, 72_000)
    practice.record_all(later_work)
    practice.record(later_work, rina.person)
    (training,) = trainings.of_people(work, [rina.person.id])[rina.person.id]
    assert (training.course, training.completed_at) == (practice.COURSE, drill.passed_at)
    entries = select(func.count(AuditEntry.number)).where(AuditEntry.event == Event.TRAINING_RECORDED)
    assert session.scalar(entries) == 1
