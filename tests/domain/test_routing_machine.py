"""Random people do random things to one letter, allowed or not: it is never signed out of order, lost or ownerless.

Once with one signer, once with two of whom Sari signs before Hadi or either first, as the run has it; and again
with Rudi, who is the deputy of both.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

import signing
from tests.domain.test_deputies_of_several import deputy
from tests.factories import ONE_PAGE, examined
from webapp.domain import (
    chains,
    delegations,
    documents,
    letters,
    marks,
    permissions,
    reviews,
    searches,
    signers,
    turns,
    unfinished,
    verification,
    waits,
    workflow,
)
from webapp.domain.chains import Planned
from webapp.domain.errors import DomainError
from webapp.domain.searches import Filters
from webapp.domain.workflow import Action
from webapp.models import Delegation, State, StepKind, StepState

PEOPLE = st.sampled_from(["budi", "dewi", "lina", "joko", "sari", "admin", "agus", "rudi", "hadi"])
REVIEWERS = ["dewi", "lina", "joko"]
REASON = "Perlu diperbaiki."


class Routing(RuleBasedStateMachine):
    """`make`: the factory of the test, whose database all runs share; each run has a letter of its own."""

    make = None
    signs = ("sari",)

    def __init__(self) -> None:
        super().__init__()
        self.letter = self.make.placed() if len(self.signs) == 1 else self.make.cosigned(*self.signs)
        self.work = self.make.work

    def person(self, login):
        return self.make.person(login)

    def attempt(self, login, action, task) -> None:
        """Do it. Whatever permissions allow may still be refused for its arguments; what they do not never succeeds."""
        actor = self.person(login)
        may = action is None or permissions.can(actor, action, self.letter)
        before = self.picture()
        try:
            task(actor)
        except DomainError:
            self.work.session.flush()
            assert self.picture() == before, f"{login} was refused {action}, and yet something changed"
        else:
            assert may or self.picture() == before, f"{login} did {action} without being allowed to"

    def picture(self):
        return self.letter.state, [(s.id, s.state, s.person_id, s.round, s.position) for s in self.letter.steps]

    @rule(login=PEOPLE, order=st.permutations(REVIEWERS), size=st.integers(0, 3), together=st.booleans())
    def arrange(self, login, order, size, together) -> None:
        ids = [self.person(one).person.id for one in order[:size]]
        planned = [Planned(one, StepKind.COORDINATION, together) for one in ids]
        self.attempt(login, Action.EDIT, lambda actor: chains.arrange(actor, self.letter, planned))

    @rule(login=st.sampled_from(["budi", "budi", "budi", "rudi", "dewi"]))
    def submit(self, login) -> None:
        self.attempt(login, Action.SUBMIT, lambda actor: letters.submit(actor, self.letter))

    @rule(login=PEOPLE)
    def initial(self, login) -> None:
        digest = marks.digest(self.letter)
        self.attempt(login, Action.INITIAL, lambda actor: reviews.initial(actor, self.letter, digest=digest))

    @rule()
    def initial_by_whose_turn_it_is(self) -> None:
        step = next((step for step in self.letter.reviews if step.state == StepState.OPEN), None)
        if step is not None:
            self.initial(step.person.email.partition("@")[0])

    @rule(login=PEOPLE, to=st.integers(-1, 3))
    def send_back(self, login, to) -> None:
        chain = self.letter.chain
        target = chain[to].id if 0 <= to < len(chain) else None
        self.attempt(login, Action.RETURN, lambda actor: letters.send_back(actor, self.letter, REASON, to=target))

    @rule(login=PEOPLE)
    def recall(self, login) -> None:
        self.attempt(login, Action.RECALL, lambda actor: reviews.recall(actor, self.letter))

    @rule(
        login=st.sampled_from(["admin", "admin", "budi", "dewi"]), to=st.sampled_from(REVIEWERS), at=st.integers(0, 3)
    )
    def reassign(self, login, to, at) -> None:
        step = self.letter.chain[min(at, len(self.letter.chain) - 1)]
        new = self.person(to).person.id
        self.attempt(login, Action.REASSIGN, lambda actor: reviews.reassign(actor, self.letter, step.id, new, REASON))

    @rule(login=PEOPLE)
    def withdraw(self, login) -> None:
        self.attempt(login, Action.WITHDRAW, lambda actor: letters.withdraw(actor, self.letter))

    @rule(login=PEOPLE)
    def reject(self, login) -> None:
        self.attempt(login, Action.REJECT, lambda actor: letters.reject(actor, self.letter, REASON))

    @rule()
    def revise(self) -> None:
        def another(actor):
            letters.revise(actor, self.letter, examined(ONE_PAGE))
            self.make.place_all(self.letter)

        self.attempt("budi", Action.REVISE, another)

    @rule(login=st.sampled_from(["sari", "hadi"]))
    def sign(self, login) -> None:
        letter, before = self.letter, len(self.letter.all_signatures)
        may = permissions.can(self.person(login), Action.SIGN, letter)
        order = [step.person_id for step in workflow_order(letter)]
        try:
            self.make.sign(letter, login=login)
        except DomainError:
            assert not may
            return
        self.work.session.expire(letter, ["all_signatures"])
        assert may and len(letter.all_signatures) == before + 1
        made = letter.all_signatures[-1]
        assert made.person_id in order, "signed before his turn"
        self.is_signed_whole() if letter.state == State.SIGNED else self.waits_for_the_next()

    def is_signed_whole(self) -> None:
        letter = self.letter
        live = [step for step in letter.chain if step.state != StepState.SKIPPED]
        assert {step.state for step in live} == {StepState.DONE}, "signed before an earlier step was done"
        assert {made.person_id for made in letter.signatures} == {step.person_id for step in letter.signing_steps}
        assert len(letter.signatures) == len(self.letter.signing_steps), "somebody's signature is missing"
        first = {step.digest for step in live if not step.is_signature} | {letter.signatures[0].approval_digest}
        assert len(first) == 1, "an initial on another version was counted"
        assert letter.signatures[-1] is letter.signature and all(not m.is_complete for m in letter.signatures[:-1])
        verdict = signing.verify(
            documents.get(self.work.config, letter.signature.sha256), verification.trust(self.work)
        )
        assert verdict.is_valid and len(verdict.signatures) == len(letter.signatures), verdict.problems

    def waits_for_the_next(self) -> None:
        assert self.letter.state == State.SUBMITTED and self.letter.signature is None
        assert self.letter.signer_id not in {made.person_id for made in self.letter.signatures}

    @rule(login=PEOPLE)
    def take_the_turn(self, login) -> None:
        def take(actor):
            turns.take(actor, self.letter, turns.prepare_for(actor, self.letter), revision=self.letter.revision)

        self.attempt(login, Action.TAKE_TURN, take)

    @rule(login=st.sampled_from(["budi", "dewi"]), together=st.booleans())
    def plan_signers(self, login, together) -> None:
        """The same people at the same time, or one after the other."""
        planned = [Planned(person.id, StepKind.SIGNATURE, together) for person in self.letter.signers]

        def arrange(actor):
            signers.arrange(actor, self.letter, planned)
            self.make.place_all(self.letter)

        self.attempt(login, Action.EDIT, arrange)

    @invariant()
    def whoever_has_the_letter_is_known(self) -> None:
        """Never pending for nobody, never with two owners at different places."""
        letter = self.letter
        opened = [step for step in letter.steps if step.state == StepState.OPEN]
        assert all(step.round == letter.chain[0].round for step in opened)
        if letter.state in workflow.WAITING:
            assert opened, "it waits for nobody"
            assert len({step.position for step in opened}) == 1
            assert {step.is_signature for step in opened} == {letter.state == State.SUBMITTED}
            if letter.state == State.SUBMITTED:
                assert letter.signer_id in {step.person_id for step in opened}, "the turn is of nobody who may act"
            before = [step for step in letter.chain if step.position < opened[0].position]
            assert all(step.state in (StepState.DONE, StepState.SKIPPED) for step in before), "a step was skipped"
        else:
            assert not opened, "it waits for somebody although it is with its drafter, or final"
        if letter.state in workflow.OPEN:
            assert permissions.can(self.person("budi"), Action.SUBMIT, letter), "the drafter cannot go on"
            assert {step.state for step in letter.chain} == {StepState.WAITING}
            assert letter.signatures == [] and letter.version.turn == 1, "signatures of an old version count"
            assert letter.signer_id == letter.signing_steps[0].person_id
        assert letter.chain[-1].is_signature and letter.signer_id in {s.person_id for s in letter.signing_steps}
        assert (letter.signature is not None) == (letter.state == State.SIGNED), "signed in part counts as signed"

    @invariant()
    def it_is_in_the_list_of_exactly_those_for_whom_it_waits(self) -> None:
        opened = {step.person_id for step in self.letter.steps if step.state == StepState.OPEN}
        for login in ("dewi", "lina", "joko", "sari", "hadi"):
            actor = self.person(login)
            listed = self.letter in waits.page(actor, actor.person).letters
            assert listed == (actor.person.id in opened), f"the list of {login}"
        found = searches.find(self.person("budi"), Filters(number=self.letter.number)).letters
        assert self.letter in found, "lost"

    @invariant()
    def while_it_is_not_decided_the_administrator_sees_whose_it_is(self) -> None:
        found = {one.letter.id: one for one in unfinished.find(self.person("admin"), size=10_000)}
        is_open = self.letter.state in workflow.OPEN | workflow.WAITING
        assert (self.letter.id in found) == is_open
        if is_open:
            assert found[self.letter.id].owners and not found[self.letter.id].is_stuck


class Deputised(Routing):
    """Rudi has a mandate of each signer, and may sign for one of them."""

    @rule(login=st.sampled_from(["rudi", "rudi", "rudi", "hadi", "lina"]))
    def take_over(self, login) -> None:
        def take(actor):
            delegations.take_over(actor, self.letter, *delegations.draw(actor, self.letter))

        self.attempt(login, Action.TAKE, take)

    @rule(login=st.sampled_from(["rudi", "sari", "hadi", "budi"]))
    def give_back(self, login) -> None:
        self.attempt(login, Action.GIVE_BACK, lambda actor: delegations.give_back(actor, self.letter))

    @rule()
    def sign_as_deputy(self) -> None:
        self.sign("rudi")

    @invariant()
    def it_is_in_one_deputys_hands_and_he_signs_once(self) -> None:
        letter, rudi = self.letter, self.person("rudi").person
        held = [step for step in letter.chain if step.mandate_id is not None]
        open_ones = [step for step in held if step.state == StepState.OPEN]
        assert len(held) <= 1 and len([made for made in letter.signatures if made.authority]) <= 1
        if letter.state == State.SUBMITTED:
            assert (letter.mandate_id is not None) == (len(open_ones) == 1) == (letter.signer is rudi)
        if letter.state in workflow.OPEN:
            assert not held and letter.mandate_id is None, "addressed to a deputy"
        query = select(Delegation).where(Delegation.letter_id == letter.id, Delegation.ended_at.is_(None))
        assert len(self.work.session.scalars(query).all()) == len(open_ones)


def workflow_order(letter):
    """The signatures that may come next."""
    return [step for step in letter.signing_steps if step.state == StepState.OPEN]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "signs"), [(Routing, ("sari",)), (Routing, ("sari", "hadi")), (Deputised, ("sari", "hadi"))]
)
def test_no_order_of_actions_signs_too_early_loses_the_letter_or_leaves_it_with_nobody(work, make, kind, signs):
    from tests import people
    from webapp.models import Membership, Role

    if kind is Deputised:
        for official in signs:
            deputy(make, "rudi", principal=official)

    joko = people.find(work, "joko")
    joko.memberships.clear()
    office = people.find(work, "budi").memberships[0].office
    joko.memberships.append(Membership(office=office, role=Role.REVIEWER))
    work.session.flush()
    machine = type("Machine", (kind,), {"make": make, "signs": signs})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10, stateful_step_count=25, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
