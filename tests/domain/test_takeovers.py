"""What somebody left behind goes to somebody who can act; nothing is taken from who can."""

from __future__ import annotations

import pytest

from tests import people
from tests.domain.test_unfinished import lose_role
from webapp.domain import letters, permissions, reviews, takeovers, unfinished, waits
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.unfinished import Cause
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Membership, Role, State, StepState

REASON = "Pindah tugas ke provinsi."


@pytest.fixture
def admin(work):
    return people.as_person(work, people.find(work, "admin"))


def give(work, login: str, role: Role) -> None:
    """A role where the demo's letters are."""
    person, office = people.find(work, login), people.find(work, "budi").memberships[0].office
    person.memberships.append(Membership(office=office, role=role))
    work.session.flush()


def leave(work, login: str):
    person = people.find(work, login)
    person.disabled_at = work.now
    work.session.flush()
    return person


def test_a_draft_gets_another_drafter_who_goes_on(work, make, admin):
    letter = make.placed(confidentiality=Confidentiality.SECRET)
    give(work, "lina", Role.DRAFTER)
    lina = people.find(work, "lina")
    assert not permissions.can(make.person("lina"), Action.VIEW, letter)
    budi = leave(work, "budi")
    assert takeovers.take_over(admin, budi, {Cause.DRAFTER_LEFT: lina}, REASON) == []
    letters.submit(make.person("lina"), letter)
    assert letter.drafter is lina and letter.state == State.SUBMITTED


def test_an_initial_is_asked_of_another_reviewer(work, make, admin):
    letter = make.in_review("dewi")
    dewi = leave(work, "dewi")
    assert takeovers.take_over(admin, dewi, {Cause.REVIEWER_LEFT: people.find(work, "lina")}, REASON) == []
    from webapp.domain import marks

    reviews.initial(make.person("lina"), letter, digest=marks.digest(letter))
    assert letter.state == State.SUBMITTED


def test_a_signature_goes_back_to_the_drafter_under_another_signer(work, make, admin):
    letter = make.submitted()
    give(work, "joko", Role.SIGNER)
    sari, joko = leave(work, "sari"), people.find(work, "joko")
    assert takeovers.take_over(admin, sari, {Cause.SIGNER_LEFT: joko}, REASON) == []
    assert letter.state == State.RETURNED and letter.signer is joko and letter.reason == REASON
    assert letter.version.prepared_sha256 is None, "another name is another mark"
    assert [step.state for step in letter.chain] == [StepState.WAITING] and letter.chain[-1].person is joko
    make.place(letter)
    letters.submit(make.person("budi"), letter)
    assert letter in waits.page(make.person("joko"), joko).letters


def test_nothing_is_taken_from_who_can_still_act(work, make, admin):
    make.submitted(), make.in_review("dewi"), make.draft()
    for login in ("budi", "dewi", "sari"):
        assert takeovers.left_by(admin, people.find(work, login)) == []


def test_a_lost_role_is_enough(work, make, admin):
    letter = make.in_review("dewi")
    lose_role(work, "dewi", Role.REVIEWER)
    assert [one.letter for one in takeovers.left_by(admin, people.find(work, "dewi"))] == [letter]


def test_it_goes_to_nobody_unfit(work, make, admin):
    letter = make.in_review("dewi")
    dewi = leave(work, "dewi")
    ((left, why),) = takeovers.take_over(admin, dewi, {Cause.REVIEWER_LEFT: people.find(work, "rina")}, REASON)
    assert left.letter is letter and why == takeovers.UNFIT
    for unfit in (admin.person, dewi):
        with pytest.raises(Invalid):
            takeovers.take_over(admin, dewi, {Cause.REVIEWER_LEFT: unfit}, REASON)
    with pytest.raises(Invalid):
        takeovers.take_over(admin, dewi, {Cause.REVIEWER_LEFT: people.find(work, "lina")}, "  ")
    assert letter.chain[0].person is dewi


def test_nobody_is_twice_in_a_chain_by_it(work, make, admin):
    letter = make.in_review("dewi", "lina")
    dewi = leave(work, "dewi")
    ((_, why),) = takeovers.take_over(admin, dewi, {Cause.REVIEWER_LEFT: people.find(work, "lina")}, REASON)
    assert why == takeovers.TWICE and unfinished.find(admin)[0].letter is letter


def test_only_an_administrator_of_all_his_offices_may(work, make):
    make.draft()
    budi = leave(work, "budi")
    for login in ("sari", "agus", "rina", "lina"):
        with pytest.raises((Forbidden, Conflict)):
            takeovers.left_by(make.person(login), budi)
