"""Disposal: two people, a list that is what was shown, files that go, a record that stays, a log that still holds."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.domain.disposing import DECREE, approve, confirm, confirmed
from webapp.domain import (
    archives,
    audit,
    bundles,
    disposals,
    documents,
    downloads,
    letters,
    log,
    permissions,
    retention,
    searches,
)
from webapp.domain.errors import Conflict
from webapp.domain.retention import Line
from webapp.domain.searches import Filters
from webapp.domain.verification import Standing, look_up
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Disposal, DisposalItem, DisposalState, Fate, Job


def run(night, disposal):
    """The job's steps, in this test's own transaction."""
    for item_id in disposals.waiting(night, disposal.id):
        disposals.dispose(night, item_id)
    night.session.flush()
    done = [
        item_id for item_id, files in disposals.removable(night, disposal.id).items()
        if disposals.remove(night.config, files, night.now)
    ]  # fmt: skip
    disposals.note_removed(night, disposal.id, done)
    night.session.flush()


def stored(config):
    folder = config.data_dir / "documents"
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_from_the_list_to_the_record(work, first, second, night, proposed, config):
    disposal, letter = proposed(subject="Undangan rapat", number="D/1")
    signed, number = letter.signature.file_sha256, letter.number
    files = {letter.version.sha256, letter.version.prepared_sha256, letter.version.text_sha256, letter.signature.sha256}
    assert {item.letter_id for item in disposal.items} == {letter.id} and files - {None} <= stored(config)
    confirmed(disposal, first, second)
    run(night, disposal)
    assert not files & stored(config)
    assert disposal.state == DisposalState.DONE
    record = disposals.record_of(work, letter)
    assert (record.decree, record.decree_on) == (DECREE["decree"], DECREE["decree_on"])
    assert (letter.number, letter.subject, letter.addressee) == (number, "Undangan rapat", "")
    assert letter.signature.file_sha256 == signed, "a file that somebody holds can still be checked against it"
    assert audit.broken_at(work) is None
    assert audit.of_letter(work, letter)[-1].event == audit.Event.LETTER_DISPOSED
    assert log.find_signature(work, letter) is not None and log.checkpoint(work)


def test_the_public_page_knows_a_disposed_letter(work, first, second, night, proposed):
    disposal, letter = proposed()
    run(night, confirmed(disposal, first, second))
    finding = look_up(work, letter.code, "192.0.2.1")
    assert finding.standing == Standing.DISPOSED and finding.signature is letter.signature


@pytest.mark.parametrize("level", [Confidentiality.RESTRICTED, Confidentiality.SECRET])
def test_of_a_confidential_letter_only_the_digest_of_its_subject_is_left(first, second, night, proposed, level):
    disposal, letter = proposed(subject="Hal yang dirahasiakan", confidentiality=level)
    run(night, confirmed(disposal, first, second))
    assert letter.subject == "" and len(disposals.record_of(night, letter).subject_sha256) == 64


def test_its_words_are_found_no_more_but_its_number_is(work, first, second, night, proposed, budi, make):
    disposal, letter = proposed(number="D/77/X", addressee="Camat Kubung")
    mine = people.as_person(work, budi)
    assert [one.id for one in searches.find(mine, Filters(text="kubung")).letters] == [letter.id]
    run(night, confirmed(disposal, first, second))
    assert searches.find(mine, Filters(text="kubung")).letters == []
    assert [one.id for one in searches.find(mine, Filters(number="D/77/X")).letters] == [letter.id]


def test_only_its_record_can_be_read(work, first, second, night, proposed, sari, budi):
    disposal, letter = proposed()
    run(night, confirmed(disposal, first, second))
    for person in (sari, budi):
        mine = people.as_person(work, person)
        assert {one for one in Action if permissions.can(mine, one, letter)} == {Action.VIEW, Action.VIEW_TRAIL}
        with pytest.raises(Conflict):
            downloads.take(mine, letter)
        with pytest.raises(Conflict):
            bundles.pack(mine, letter)
    with pytest.raises(Conflict):
        letters.revoke(people.as_person(work, sari), letter, "Alasan yang cukup panjang")


def test_the_night_does_not_call_a_disposed_letter_broken(work, first, second, night, proposed, make):
    disposal, _letter = proposed()
    run(night, confirmed(disposal, first, second))
    kept = make.signed()
    holding, broken = archives.check(work, 0)
    assert (holding, broken) == ([kept.signature.id], [])


@pytest.mark.parametrize("stage", ["approved", "confirmed"])
def test_a_hold_stops_it_until_the_last_moment(first, second, night, proposed, config, stage):
    disposal, letter = proposed(number="D/9")
    shown = disposals.digest(disposal)
    approve(first, disposal)
    if stage == "confirmed":
        confirm(second, disposal)
    retention.hold(first, letter.office, "D/9", "Diminta inspektorat")
    night.session.expire_all()
    if stage == "approved":
        with pytest.raises(Conflict):
            confirm(second, disposal, shown=shown)
    run(night, disposal)
    assert letter.disposed_at is None and letter.signature.sha256 in stored(config)


def test_another_rule_stops_it_too(first, second, night, proposed):
    disposal, letter = proposed()
    confirmed(disposal, first, second)
    retention.set_rule(first, letter.office, Line("", 2, 3, Fate.PERMANENT, "Perbup 2/2039"))
    run(night, disposal)
    night.session.expire_all()
    assert letter.disposed_at is None and disposal.items == [] and disposal.state == DisposalState.DONE


def test_a_night_that_runs_twice_lists_a_letter_once_and_a_dropped_one_again(night, first, proposed):
    disposal, letter = proposed()
    disposals.propose(night)
    assert len(night.session.scalars(select(DisposalItem)).all()) == 1
    disposals.drop(first, disposal)
    night.session.flush()
    disposals.propose(night)
    assert [item.letter_id for item in night.session.scalars(select(DisposalItem))] == [letter.id]


def test_a_file_that_another_letter_needs_stays(first, second, night, proposed, make, config):
    disposal, letter = proposed()
    other = make.placed()  # the same upload
    assert other.version.sha256 == letter.version.sha256
    run(night, confirmed(disposal, first, second))
    assert other.version.sha256 in stored(config) and letter.signature.sha256 not in stored(config)
    assert documents.get(config, other.version.sha256)


def test_earlier_files_go_as_well(first, second, night, work, make, budi, config):
    """A mark that was placed again, a version that was replaced: their files are the letter's too."""
    letter = make.placed(dated_on=date(2026, 11, 2))
    before = letter.version.prepared_sha256
    place = make.suggested(letter)
    make.place(letter, replace(place, x=place.x + 9))
    assert letter.version.prepared_sha256 != before and before in stored(config)
    letters.submit(people.as_person(work, budi), letter)
    make.sign(letter)
    retention.set_rule(first, letter.office, Line("", 2, 3, Fate.DESTROY, "x"))
    disposals.propose(night)
    run(night, confirmed(night.session.scalars(select(Disposal)).one(), first, second))
    assert before not in stored(config)


def test_a_file_in_use_again_is_left(config):
    sha256 = documents.put(config, b"surat")
    now = datetime.now(UTC)
    assert not documents.remove(config, sha256, untouched_since=now - timedelta(days=2))
    old = (now - timedelta(days=9)).timestamp()
    os.utime(documents.path(config, sha256), (old, old))
    documents.put(config, b"surat")  # uploaded once more just now
    assert not documents.remove(config, sha256, untouched_since=now - timedelta(days=2))
    assert documents.get(config, sha256) == b"surat"
    os.utime(documents.path(config, sha256), (old, old))
    assert documents.remove(config, sha256, untouched_since=now - timedelta(days=2))
    assert documents.remove(config, sha256, untouched_since=now - timedelta(days=2)), "twice is as once"
    assert stored(config) == set()


def test_a_removal_that_was_cut_off_is_finished(config):
    sha256 = documents.put(config, b"surat")
    path, now = documents.path(config, sha256), datetime.now(UTC)
    path.rename(path.with_name(f"{sha256}.removed"))
    assert documents.remove(config, sha256, untouched_since=now + timedelta(days=1))
    assert stored(config) == set()


def test_a_file_touched_lately_is_looked_at_again(first, second, night, proposed, config, work):
    disposal, _letter = proposed()
    confirmed(disposal, first, second)
    soon = replace(night, now=datetime.now(UTC))
    for item_id in disposals.waiting(night, disposal.id):
        disposals.dispose(night, item_id)
    night.session.flush()
    found = disposals.removable(night, disposal.id)
    done = [item_id for item_id, files in found.items() if disposals.remove(config, files, soon.now)]
    assert done == []
    work.session.query(Job).delete()
    disposals.note_removed(night, disposal.id, done)
    again = work.session.query(Job).one()
    assert (again.kind, again.run_at) == ("dispose", night.now + disposals.SETTLED)
    assert disposal.state == DisposalState.CONFIRMED
