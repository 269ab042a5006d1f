"""Several letters with one code: bound to what was shown, each signed on its own, none lost and none signed twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests import people
from webapp.domain import approvals, batch_consents, batches, second_factor
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound, WrongCode
from webapp.domain.waits import Which
from webapp.models import AuditEntry, Batch, Job, Outcome, Signature, State


@pytest.fixture
def three(make):
    return [make.submitted(number=str(number)) for number in (1, 2, 3)]


@pytest.fixture
def sari(work):
    return people.as_person(work, people.find(work, "sari"))


def opened(sari, letters):
    for letter in letters:
        approvals.record_reading(sari, letter)
    return [letter.id for letter in letters]


def consented(sari, letters):
    batch = batches.make(sari, opened(sari, letters))
    batch_consents.by_code(sari, batch, second_factor.current_code(sari, sari.person), digest=batch.digest)
    return batch


def go_on(work, batch, most=10):
    turns = batches.begin(work, batch, most, people.secret_of(work.person))
    for turn in [batches.sign(work, turn) for turn in turns]:
        batches.complete(work, turn)
    return turns


def test_one_code_signs_each_letter_on_its_own(sari, three, session):
    batch = consented(sari, three)
    assert len(go_on(sari, batch, 2)) == 2 and len(go_on(sari, batch, 2)) == 1 and go_on(sari, batch, 2) == []
    assert {item.outcome for item in batch.items} == {Outcome.SIGNED}
    assert all(letter.state == State.SIGNED for letter in three)
    assert len({letter.signature.sha256 for letter in three}) == 3
    told = [job.args for job in session.scalars(select(Job).where(Job.kind == "mail"))]
    mine = [args["message"] for args in told if args["person_id"] == sari.person.id]
    assert mine.count("batch_in_your_name") == 1 and "signed_in_your_name" not in mine
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "batch.approved")).one()
    assert batch.digest in entry.facts


def test_an_unread_letter_does_not_join_unless_its_office_allows_it(sari, three):
    opened(sari, three[:2])
    assert [one.is_read for one in batches.choice(sari, Which()).candidates].count(True) == 2
    with pytest.raises(Invalid, match="belum Anda buka"):
        batches.make(sari, [letter.id for letter in three])
    three[2].office.may_batch_unread = True
    assert len(batches.make(sari, [letter.id for letter in three]).items) == 3


def test_reading_an_older_version_is_not_reading_it(sari, three):
    opened(sari, three)
    three[0].version_number += 1
    assert three[0].id not in batches._read(sari, three)


def test_a_letter_that_changed_after_it_was_shown_is_not_signed_and_holds_up_no_other(sari, three):
    batch = consented(sari, three)
    three[1].subject = "Lain sama sekali"
    go_on(sari, batch)
    assert [item.outcome for item in batch.items] == [Outcome.SIGNED, Outcome.FAILED, Outcome.SIGNED]
    assert "telah diubah" in batch.items[1].cause and three[1].state == State.SUBMITTED
    batches.try_again(sari, batch)
    assert batch.items[1].outcome == Outcome.FAILED, "it is still another letter than the one shown"
    three[1].subject = "Undangan Rapat Koordinasi SPBE"
    batches.try_again(sari, batch)
    go_on(sari, batch)
    assert batch.items[1].outcome == Outcome.SIGNED


def test_a_stretch_that_was_cut_off_is_made_good_and_nothing_is_signed_twice(sari, three, session):
    batch = consented(sari, three)
    cut = [batches.sign(sari, turn) for turn in batches.begin(sari, batch, 10, people.secret_of(sari.person))]
    go_on(sari, batch)  # another request was faster
    for turn in cut:
        batches.complete(sari, turn)
    assert {item.outcome for item in batch.items} == {Outcome.SIGNED}
    assert session.scalar(select(func.count(Signature.id))) == 3


def test_a_signature_whose_note_was_lost_is_found(sari, three):
    batch = consented(sari, three)
    go_on(sari, batch, 1)
    batch.items[0].outcome = Outcome.WAITING  # as if the process had died before this was written
    go_on(sari, batch)
    assert {item.outcome for item in batch.items} == {Outcome.SIGNED}


def test_the_code_counts_for_this_list_alone_and_only_while_it_is_fresh(sari, three):
    ids = opened(sari, three)
    code = second_factor.current_code(sari, sari.person)
    first = batches.make(sari, ids[:1])
    batch_consents.by_code(sari, first, code, digest=first.digest)
    second = batches.make(sari, ids[1:])
    with pytest.raises(WrongCode):
        batch_consents.by_code(sari, second, code, digest=second.digest)
    later = replace(sari, now=sari.now + batches.SHOWN_FOR + timedelta(seconds=1))
    with pytest.raises(Conflict):
        batch_consents.by_code(later, second, second_factor.current_code(later, sari.person), digest=second.digest)
    assert second.consented_at is None


def test_of_two_taps_at_once_one_consents(sari, three, session):
    batch = batches.make(sari, opened(sari, three))
    given = update(Batch).values(consented_at=sari.now).execution_options(synchronize_session=False)
    session.execute(given)  # what another request committed after this one had read
    batch_consents.by_code(sari, batch, "000000", digest=batch.digest)
    assert batch.consented_at == sari.now
    assert session.scalars(select(AuditEntry).where(AuditEntry.event == "batch.approved")).first() is None


def test_nothing_is_signed_without_consent_or_long_after_it(sari, three):
    batch = batches.make(sari, opened(sari, three))
    with pytest.raises(Conflict):
        batches.begin(sari, batch, 10, people.secret_of(sari.person))
    batch_consents.by_code(sari, batch, second_factor.current_code(sari, sari.person), digest=batch.digest)
    assert batches.unfinished(sari) is batch
    late = replace(sari, now=sari.now + batches.GOES_ON_FOR + timedelta(seconds=1))
    with pytest.raises(Conflict):
        batches.begin(late, batch, 10, people.secret_of(sari.person))
    assert batches.unfinished(late) is None


def test_it_is_nobody_elses(work, sari, three):
    batch = batches.make(sari, opened(sari, three))
    hadi = people.as_person(work, people.find(work, "hadi"))
    with pytest.raises(NotFound):
        batches.get(hadi, batch.id)
    with pytest.raises((NotFound, Forbidden)):
        batches.make(hadi, [three[0].id])


def test_too_many_or_none_is_said(sari):
    for chosen in ([], list(range(201))):
        with pytest.raises(Invalid):
            batches.make(sari, chosen)
