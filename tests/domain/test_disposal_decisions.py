"""Two people decide on a disposal: each in person, with a code, over the list that was shown."""

from datetime import date

import pytest

from tests import people
from tests.domain.disposing import approve, confirm
from tests.factories import later
from webapp.domain import disposals, second_factor
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound, WrongCode
from webapp.models import Disposal, DisposalItem, DisposalState


def test_nobody_confirms_what_he_approved(first, second, proposed):
    disposal, _letter = proposed()
    with pytest.raises(Conflict):
        confirm(second, disposal)
    approve(first, disposal)
    with pytest.raises(Invalid, match="administrator lain"):
        confirm(later(first, 30), disposal)
    assert disposal.state == DisposalState.APPROVED


def test_each_of_the_two_needs_a_code_of_the_own_and_a_fresh_one(first, second, proposed):
    disposal, _letter = proposed()
    for wrong in (
        "000000",
        " ",
        people.code_of(second, second.person),
        people.code_of(later(first, 300), first.person),
    ):
        with pytest.raises(WrongCode):
            approve(first, disposal, code=wrong)
    second_factor.consume(first, first.person, people.code_of(first, first.person), "login 1")
    with pytest.raises(WrongCode):
        approve(first, disposal)
    assert disposal.state == DisposalState.PROPOSED and disposal.decree == ""
    approve(later(first, 30), disposal)
    for wrong in ("000000", people.code_of(first, first.person)):
        with pytest.raises(WrongCode):
            confirm(second, disposal, code=wrong)
    assert disposal.state == DisposalState.APPROVED
    confirm(second, disposal)
    assert disposal.state == DisposalState.CONFIRMED


def test_a_code_counts_for_one_list_one_decree_and_one_deed(first, second, night, proposed, make):
    """What was approved with a code that somebody saw over a shoulder, or that a script sends again."""
    disposal, letter = proposed()
    approve(first, disposal)
    confirm(second, disposal)
    other = Disposal(office_id=letter.office_id, proposed_at=night.now)
    other.items.append(DisposalItem(letter_id=make.signed(dated_on=date(2026, 11, 3)).id, rule="x"))
    night.session.add(other)
    night.session.flush()
    with pytest.raises(WrongCode):
        approve(first, other)
    approve(later(first, 30), other)
    with pytest.raises(WrongCode):
        confirm(second, other)
    assert other.state == DisposalState.APPROVED


def test_a_list_that_changed_between_look_and_code_costs_no_code(first, night, proposed, make):
    disposal, _letter = proposed()
    shown = disposals.digest(disposal)
    make.signed(dated_on=date(2026, 11, 3))
    disposals.propose(night)
    night.session.expire_all()
    assert len(disposal.items) == 2
    with pytest.raises(Conflict):
        approve(first, disposal, shown=shown)
    approve(first, disposal)
    assert disposal.state == DisposalState.APPROVED


def test_a_list_that_changed_after_the_approval_is_not_confirmed(first, second, proposed, make):
    """A row slipped in by hand: neither the digest of before nor that of now is the approved one."""
    disposal, _letter = proposed()
    approve(first, disposal)
    before = disposal.digest
    disposal.items.append(DisposalItem(letter_id=make.signed(dated_on=date(2026, 11, 3)).id, rule="x"))
    first.session.flush()
    for shown in (before, disposals.digest(disposal)):
        with pytest.raises(Conflict):
            confirm(second, disposal, shown=shown)
    assert disposal.state == DisposalState.APPROVED


def test_a_decree_is_needed_and_the_list_must_be_the_one_that_was_shown(first, proposed):
    disposal, _letter = proposed()
    with pytest.raises(Invalid):
        approve(first, disposal, decree="  ")
    with pytest.raises(Invalid):
        approve(first, disposal, decree_on=date(2041, 1, 1))
    with pytest.raises(Conflict):
        approve(first, disposal, shown="0" * 64)


@pytest.mark.parametrize("login", ["sari", "budi", "dewi", "rina", "agus", "hadi"])
def test_nobody_else_approves_confirms_or_drops(work, first, proposed, login):
    disposal, _letter = proposed()
    actor = people.as_person(work, people.find(work, login))
    for forbidden in (
        lambda: approve(actor, disposal), lambda: confirm(actor, disposal), lambda: disposals.drop(actor, disposal),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            forbidden()
    with pytest.raises(NotFound):
        disposals.get(actor, disposal.id)
