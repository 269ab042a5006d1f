"""From draft to the last state."""

import json

import pytest
from sqlalchemy import select

from tests import people
from tests.factories import THREE_PAGES, examined
from webapp.domain import audit, documents, letters, marks, waits
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models import Job, Letter, State


def told(work, letter):
    """(message or kind, person id) of each row in the outbox about this letter."""
    jobs = work.session.scalars(select(Job).order_by(Job.id))
    mine = [job for job in jobs if job.args.get("letter_id") == letter.id]
    return [(job.args.get("message", job.kind), job.args.get("person_id")) for job in mine]


def events(work, letter):
    return [entry.event for entry in audit.of_letter(work, letter)]


def test_a_submitted_letter_reaches_its_signer_by_mail_and_push(work, make, sari):
    letter = make.submitted()
    assert waits.page(people.as_person(work, sari), sari).letters == [letter]
    assert told(work, letter) == [("pages", None), ("push", sari.id), ("letter_waiting", sari.id)]
    assert events(work, letter) == ["letter.created", "letter.mark_placed", "letter.submitted"]


def test_the_upload_is_kept_untouched_and_is_a_prefix_of_what_will_be_signed(config, make):
    letter = make.placed()
    original = documents.get(config, letter.version.sha256)
    prepared = documents.get(config, letter.version.prepared_sha256)
    assert original == examined("undangan.pdf").pdf
    assert prepared.startswith(original) and len(prepared) > len(original)


def test_a_letter_without_a_mark_is_not_submitted(work, make, budi):
    letter = make.draft()
    with pytest.raises(Invalid):
        letters.submit(people.as_person(work, budi), letter)
    assert letter.state == State.DRAFT


def test_a_returned_letter_is_revised_and_the_old_version_kept(work, make, budi, config):
    letter = make.returned()
    assert letter.reason == "Tanggalnya keliru."
    old = letter.version
    letters.revise(people.as_person(work, budi), letter, examined(THREE_PAGES))
    assert (letter.state, letter.version_number, letter.version.pages) == (State.DRAFT, 2, 3)
    assert letter.version.prepared_sha256 is None, "the mark must be placed anew"
    assert documents.get(config, old.sha256) and documents.get(config, old.prepared_sha256)


def test_another_signer_means_another_mark(work, make, budi, hadi):
    letter = make.placed()
    by_budi = people.as_person(work, budi)
    facts = {name: getattr(letter, name) for name in letters.FACTS}
    with pytest.raises(Invalid, match="bukan penandatangan"):
        letters.update(by_budi, letter, hadi, facts)
    people.find(work, "joko").memberships[0].office = letter.office.parent
    letters.update(by_budi, letter, people.find(work, "joko"), facts)
    assert letter.version.prepared_sha256 is None and letter.version.placement is None


def test_a_mark_drawn_for_an_older_version_is_refused(work, make, budi):
    letter = make.placed()
    version = letter.version
    stale = marks.PlacedMark(
        version.id, letter.signer_id, version.placement, "", version.prepared_sha256, version.prepared_holes
    )
    letters.revise(people.as_person(work, budi), letter, examined(THREE_PAGES))
    work.session.flush()
    with pytest.raises(Conflict):
        letters.place_mark(people.as_person(work, budi), letter, stale)


@pytest.mark.parametrize("decide", [letters.send_back, letters.reject])
def test_a_decision_needs_a_reason_and_reaches_the_drafter(work, make, sari, budi, decide):
    letter = make.submitted()
    by_sari = people.as_person(work, sari)
    with pytest.raises(Invalid) as refused:
        decide(by_sari, letter, "  . ")
    assert refused.value.field == "reason"
    assert letter.state == State.SUBMITTED
    decide(by_sari, letter, "Lampiran belum ada.")
    assert letter.reason == "Lampiran belum ada."
    assert told(work, letter)[-1][1] == budi.id
    assert "Lampiran" not in json.dumps([entry.facts for entry in audit.of_letter(work, letter)])


def test_a_withdrawn_letter_is_gone_from_the_signers_list(work, make, sari):
    letter = make.withdrawn()
    by_sari = people.as_person(work, sari)
    assert waits.page(by_sari, sari).letters == []
    with pytest.raises(NotFound):
        letters.get(by_sari, letter.id)


def test_most_urgent_first_then_longest_waiting(work, make, sari):
    normal, immediate, prompt = (make.submitted(urgency=u) for u in ("biasa", "sangat_segera", "segera"))
    older = make.submitted(urgency="biasa")
    older.steps[-1].opened_at = work.now.replace(year=2020)
    assert waits.page(people.as_person(work, sari), sari).letters == [immediate, prompt, older, normal]


def test_a_signed_letter_is_replaced_only_by_a_signed_one(work, make, sari):
    letter, unsigned, successor = make.signed(), make.submitted(), make.signed()
    by_sari = people.as_person(work, sari)
    with pytest.raises(Invalid):
        letters.replace(by_sari, letter, unsigned.number, "Diganti.")
    letters.replace(by_sari, letter, successor.number, "Diganti.")
    assert (letter.state, letter.replaced_by_id) == (State.REPLACED, successor.id)


def test_only_a_drafter_of_the_office_makes_letters_there(work, rudi, sari, budi):
    setda = next(m.office for m in budi.memberships)
    with pytest.raises(Forbidden):
        letters.create(people.as_person(work, rudi), setda, sari, examined("undangan.pdf"), {})


def test_two_people_cannot_overwrite_each_other(app, work, make, budi):
    from sqlalchemy.orm.exc import StaleDataError

    from webapp import db

    letter = make.submitted()
    work.session.commit()
    with db.unit(app.extensions["engine"]) as other:
        theirs = other.get_one(Letter, letter.id)
        theirs.state = State.WITHDRAWN
    letter.state = State.RETURNED
    with pytest.raises(StaleDataError):
        work.session.flush()
