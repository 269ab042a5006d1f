"""A letter's way through its office: paraf, return, recall, reassignment, second opinion; and raced taps."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests import people
from tests.factories import THREE_PAGES, examined
from webapp import db
from webapp.domain import audit, chain_templates, chains, letters, marks, reviews, unfinished, waits
from webapp.domain.chains import Planned
from webapp.domain.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import Confidentiality, Job, Letter, Membership, Role, State, StepKind, StepState


def states(letter):
    return [str(step.state) for step in letter.chain]


def told(work, letter):
    """(message, person) of each mail in the outbox about this letter, in order."""
    jobs = [job for job in work.session.scalars(select(Job).order_by(Job.id)) if job.kind == "mail"]
    return [(job.args["message"], job.args["person_id"]) for job in jobs if job.args.get("letter_id") == letter.id]


def test_each_step_opens_only_when_the_one_before_is_done(work, make, sari, dewi, lina):
    letter = make.in_review("dewi", "lina")
    assert (letter.state, states(letter)) == (State.IN_REVIEW, ["open", "waiting", "waiting"])
    with pytest.raises((Forbidden, NotFound)):
        make.initial(letter, "lina")
    with pytest.raises(DomainError):
        make.sign(letter)
    make.initial(letter, "dewi", note="  Sudah sesuai.  ")
    assert (letter.state, states(letter)) == (State.IN_REVIEW, ["done", "open", "waiting"])
    make.initial(letter, "lina")
    assert (letter.state, states(letter)) == (State.SUBMITTED, ["done", "done", "open"])
    make.sign(letter)
    assert (letter.state, states(letter)) == (State.SIGNED, ["done", "done", "done"])
    first, last = letter.chain[0], letter.chain[-1]
    assert (first.note, first.acted_by_id, first.version_id) == ("Sudah sesuai.", dewi.id, letter.version.id)
    assert (last.acted_by_id, last.digest, last.acted_at) == (sari.id, marks.digest(letter), work.now)
    waiting = [person for message, person in told(work, letter) if message == "letter_waiting"]
    assert waiting == [dewi.id, lina.id, sari.id]


def test_reviewers_of_one_position_are_asked_together_and_all_are_waited_for(make):
    letter = make.in_review("dewi", "lina", together=True)
    assert states(letter) == ["open", "open", "waiting"]
    make.initial(letter, "lina")
    assert (letter.state, states(letter)) == (State.IN_REVIEW, ["open", "done", "waiting"])
    make.initial(letter, "dewi")
    assert (letter.state, states(letter)) == (State.SUBMITTED, ["done", "done", "open"])


def test_an_initial_is_bound_to_what_was_shown_and_a_second_tap_finds_it_done(work, make):
    letter = make.in_review("dewi")
    with pytest.raises(Conflict, match="belum diparaf"):
        reviews.initial(make.person("dewi"), letter, digest="0" * 64)
    make.initial(letter, "dewi")
    make.initial(letter, "dewi")
    events = [entry.event for entry in audit.of_letter(work, letter)]
    assert events.count("letter.initialled") == 1


@pytest.mark.parametrize("login", ["budi", "rudi", "sari", "admin", "agus", "hadi", "lina"])
def test_nobody_initials_for_another(make, login):
    letter = make.in_review("dewi")
    with pytest.raises(DomainError):
        make.initial(letter, login)
    assert states(letter) == ["open", "waiting"]


def test_a_return_needs_a_reason_tells_whoever_acted_and_begins_a_new_round(work, make, budi, dewi, lina, sari):
    letter = make.in_review("dewi", "lina")
    make.initial(letter, "dewi")
    with pytest.raises(Invalid):
        letters.send_back(make.person("lina"), letter, " abc ")
    before = len(told(work, letter))
    letters.send_back(make.person("lina"), letter, "Lampiran belum ada.")
    assert (letter.state, letter.reason) == (State.RETURNED, "Lampiran belum ada.")
    assert set(told(work, letter)[before:]) == {("letter_returned", budi.id), ("letter_moved", dewi.id)}
    assert states(letter) == ["waiting", "waiting", "waiting"]
    past = [(str(step.state), step.note) for step in letter.steps if step.round == 1]
    assert past == [("done", ""), ("returned", "Lampiran belum ada."), ("skipped", "")]
    letters.revise(make.person("budi"), letter, examined(THREE_PAGES))
    make.place(letter)
    letters.submit(make.person("budi"), letter)
    assert states(letter) == ["open", "waiting", "waiting"], "earlier initials do not count for the new version"


def test_a_return_to_an_earlier_step_repeats_everything_from_there(make, lina):
    letter = make.in_review("dewi", "lina")
    make.initial(letter, "dewi")
    make.initial(letter, "lina")
    second = letter.chain[1]
    letters.send_back(make.person("sari"), letter, "Periksa dasar hukumnya.", to=second.id)
    assert (letter.state, states(letter)) == (State.IN_REVIEW, ["done", "open", "waiting"])
    assert letter.chain[0].digest == marks.digest(letter)
    make.initial(letter, "lina")
    assert letter.state == State.SUBMITTED


def test_a_letter_is_not_sent_forward_or_to_a_stranger_by_a_return(make):
    letter = make.in_review("dewi", "lina")
    other = make.in_review("lina")
    for wrong in (letter.chain[1].id, letter.chain[0].id, other.chain[0].id, 10**6):
        with pytest.raises(Invalid):
            letters.send_back(make.person("dewi"), letter, "Kembalikan saja.", to=wrong)
    assert states(letter) == ["open", "waiting", "waiting"]


def test_an_initial_is_taken_back_until_the_next_has_acted(work, make, lina):
    letter = make.in_review("dewi", "lina")
    make.initial(letter, "dewi")
    reviews.recall(make.person("dewi"), letter)
    assert (letter.state, states(letter)) == (State.IN_REVIEW, ["open", "waiting", "waiting"])
    assert told(work, letter)[-1] == ("letter_moved", lina.id)
    with pytest.raises((Forbidden, NotFound)):
        make.initial(letter, "lina")
    make.initial(letter, "dewi")
    make.initial(letter, "lina")
    with pytest.raises(Forbidden):
        reviews.recall(make.person("dewi"), letter)
    reviews.recall(make.person("lina"), letter)
    assert (letter.state, states(letter)) == (State.IN_REVIEW, ["done", "open", "waiting"])
    with pytest.raises(DomainError):
        make.sign(letter)


def test_an_administrator_gives_a_step_to_another_reviewer_with_a_reason(work, make, admin, dewi, lina):
    letter = make.in_review("dewi")
    step = letter.chain[0]
    by_admin = people.as_person(work, admin)
    with pytest.raises(Invalid):
        reviews.reassign(by_admin, letter, step.id, lina.id, "")
    for wrong in (letter.signer_id, letter.drafter_id, dewi.id, admin.id):
        with pytest.raises(Invalid):
            reviews.reassign(by_admin, letter, step.id, wrong, "Sedang cuti.")
    reviews.reassign(by_admin, letter, step.id, lina.id, "Sedang cuti.")
    assert [(s.person_id, str(s.state)) for s in letter.chain[:2]] == [(dewi.id, "skipped"), (lina.id, "open")]
    assert (letter.chain[0].note, letter.chain[0].acted_by_id) == ("Sedang cuti.", admin.id)
    with pytest.raises(Forbidden):
        make.initial(letter, "dewi")
    make.initial(letter, "lina")
    assert letter.state == State.SUBMITTED


def test_an_administrator_of_another_office_and_one_for_himself_do_not_reassign(work, make, rudi, admin):
    letter = make.in_review("dewi")
    rudi.memberships.append(Membership(office=rudi.memberships[0].office, role=Role.ADMINISTRATOR))
    admin.memberships.append(Membership(office=letter.office, role=Role.REVIEWER))
    work.session.flush()
    with pytest.raises(NotFound):
        reviews.get_to_reassign(people.as_person(work, rudi), letter.id)
    assert unfinished.find(people.as_person(work, rudi)) == []
    assert [one.letter for one in unfinished.find(people.as_person(work, admin))] == [letter]
    with pytest.raises(Invalid):
        reviews.reassign(people.as_person(work, admin), letter, letter.chain[0].id, admin.id, "Saya saja.")


def test_a_second_opinion_hands_nothing_over(work, make, budi, dewi, lina):
    letter = make.in_review("dewi")
    with pytest.raises((Forbidden, NotFound)):
        reviews.comment(make.person("lina"), letter, "Belum diminta.")
    reviews.ask(make.person("dewi"), letter, lina.id, "Sudah sesuai Perda?")
    with pytest.raises(Invalid):
        reviews.ask(make.person("dewi"), letter, lina.id, "Lagi?")
    with pytest.raises(Forbidden):
        make.initial(letter, "lina")
    reviews.comment(make.person("lina"), letter, "Sesuai, pasal 4.")
    with pytest.raises(Conflict):
        reviews.comment(make.person("lina"), letter, "Satu lagi catatan.")
    assert states(letter) == ["open", "waiting"]
    assert told(work, letter)[-2:] == [("opinion_asked", lina.id), ("opinion_given", dewi.id)]
    make.initial(letter, "dewi")
    assert letter.state == State.SUBMITTED


def test_no_opinion_of_a_secret_letter_nor_from_another_office(make, lina, rudi):
    secret = make.in_review("dewi", confidentiality=Confidentiality.SECRET)
    letter = make.in_review("dewi")
    for one, person in ((secret, lina), (letter, rudi)):
        with pytest.raises(Invalid):
            reviews.ask(make.person("dewi"), one, person.id, "?")


def test_withdrawing_ends_the_round_at_any_step_and_tells_whom_it_had_reached(work, make, dewi, lina, sari):
    letter = make.in_review("dewi", "lina")
    make.initial(letter, "dewi")
    letters.withdraw(make.person("budi"), letter)
    assert (letter.state, states(letter)) == (State.WITHDRAWN, ["waiting"] * 3)
    withdrawn = {person for message, person in told(work, letter) if message == "letter_withdrawn"}
    assert withdrawn == {dewi.id, lina.id}, "the signer never had it"
    for login in ("dewi", "lina", "sari"):
        assert waits.count(work, people.find(work, login)) == 0


def test_the_chain_takes_only_reviewers_of_the_office_or_above(work, make, dewi, lina, sari, budi, rudi):
    letter = make.placed()
    by_budi = make.person("budi")
    budi.memberships.append(Membership(office=letter.office, role=Role.REVIEWER))
    work.session.flush()
    for wrong in (sari, budi, rudi):
        with pytest.raises(Invalid):
            chains.add(by_budi, letter, Planned(wrong.id, StepKind.HIERARCHY))
    with pytest.raises(Invalid):
        chains.arrange(by_budi, letter, [Planned(dewi.id, StepKind.HIERARCHY)] * 2)
    with pytest.raises(Invalid):
        chains.add(by_budi, letter, Planned(dewi.id, StepKind.SIGNATURE))
    chains.add(by_budi, letter, Planned(dewi.id, StepKind.HIERARCHY))
    dewi.memberships.clear()
    work.session.flush()
    with pytest.raises(Invalid, match="tidak lagi dapat memberi paraf"):
        letters.submit(by_budi, letter)


def test_the_chain_is_reordered_and_kept_under_a_name(work, make, dewi, lina):
    letter = make.planned("dewi", "lina")
    by_budi = make.person("budi")
    chains.change(by_budi, letter, "up", lina.id)
    assert [step.person_id for step in letter.reviews] == [lina.id, dewi.id]
    chains.change(by_budi, letter, "together", dewi.id)
    assert [step.position for step in letter.chain] == [1, 1, 2]
    assert letter.chain[-1].is_signature
    kept = chain_templates.save(by_budi, letter, "  Surat  tugas ")
    assert chain_templates.save(by_budi, letter, "Surat tugas") is kept
    fresh = make.placed()
    assert [one.name for one in chain_templates.of(by_budi, fresh)] == ["Surat tugas"]
    assert chain_templates.use(by_budi, fresh, kept.id) == 0
    assert [(s.person_id, s.position) for s in fresh.reviews] == [(lina.id, 1), (dewi.id, 1)]
    elsewhere = make.draft(drafter="rudi", signer="hadi")
    with pytest.raises(NotFound):
        chain_templates.use(make.person("rudi"), elsewhere, kept.id)
    chains.change(by_budi, fresh, "remove", lina.id)
    assert [step.person_id for step in fresh.reviews] == [dewi.id]
    chain_templates.forget(by_budi, fresh, kept.id)
    assert chain_templates.of(by_budi, fresh) == []


def test_a_chain_changed_after_the_preview_is_not_submitted(work, make, dewi):
    letter = make.placed()
    work.session.flush()
    seen = letter.revision
    chains.add(make.person("budi"), letter, Planned(dewi.id, StepKind.HIERARCHY))
    work.session.flush()
    with pytest.raises(Conflict):
        letters.submit(make.person("budi"), letter, seen=marks.digest(letter), revision=seen)


@pytest.mark.parametrize("logins", [("dewi", "lina"), ("dewi", "dewi", "dewi", "dewi")])
def test_raced_taps_neither_skip_a_step_nor_leave_it_closed(app, work, make, config, clock, logins):
    """Two reviewers of one position at the same moment, and one who taps four times: exactly the next step is open."""
    together = len(set(logins)) > 1
    letter = make.in_review("dewi", "lina", together=together)
    letter_id, digest = letter.id, marks.digest(letter)
    work.session.commit()
    refused, start = [], threading.Barrier(len(logins))

    def tap(login):
        start.wait(30)
        try:
            with db.unit(app.extensions["engine"]) as session:
                mine = Work(session, None, clock(), config)
                own = replace(mine, actor=people.find(mine, login))
                reviews.initial(own, letters.get(own, letter_id), digest=digest)
        except DomainError as error:
            refused.append(error)

    threads = [threading.Thread(target=tap, args=(login,)) for login in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert refused == []
    with db.unit(app.extensions["engine"]) as session:
        found = session.get_one(Letter, letter_id)
        expected = ["done", "done", "open"] if together else ["done", "open", "waiting"]
        assert states(found) == expected
        assert [str(s.state) for s in found.chain].count(StepState.OPEN) == 1
