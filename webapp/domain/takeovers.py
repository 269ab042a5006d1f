"""Letters that somebody left behind (his account or his role is gone), given by an administrator to somebody else.

A draft gets another drafter, an initial another reviewer; what he was to sign goes back to its drafter under another
signer, since another name is another mark. Nothing is taken from who can still act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from webapp.domain import (
    audit,
    gatherings,
    handovers,
    indexing,
    letters,
    marks,
    notifications,
    people,
    permissions,
    steps,
    turns,
    unfinished,
    webhooks,
    workflow,
)
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, DomainError, Invalid
from webapp.domain.gatherings import Group
from webapp.domain.notifications import Message
from webapp.domain.unfinished import Cause
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, Office, Person, Role, Step, StepState
from webapp.models.mandate import Outcome

MOST = 200  # letters at once; the rest after them
ROLES = {Cause.DRAFTER_LEFT: Role.DRAFTER, Cause.REVIEWER_LEFT: Role.REVIEWER, Cause.SIGNER_LEFT: Role.SIGNER}
UNFIT = N_("Orang ini tidak memegang peran itu untuk perangkat daerah suratnya.")
TWICE = N_("Orang ini sudah ada dalam alur surat itu.")


@dataclass(frozen=True)
class Left:
    """A letter that the person left behind, and as what."""

    letter: Letter
    cause: Cause


def left_by(work: Work, person: Person) -> list[Left]:
    """What waits for this person, who cannot act on it any more; the longest untouched first, at most MOST."""
    people.require_governed(work, person)
    cause = unfinished.cause(work.now)
    open_to_him = select(Step.letter_id).where(Step.person_id == person.id, Step.state == StepState.OPEN)
    query = select(Letter, cause).where(
        or_(Letter.drafter_id == person.id, Letter.signer_id == person.id, Letter.id.in_(open_to_him)),
        cause.in_(sorted(ROLES)), Letter.trainee_id.is_(None),
    )  # fmt: skip
    rows = work.session.execute(query.order_by(Letter.updated_at, Letter.id).limit(MOST)).unique()
    found = [Left(letter, Cause(why)) for letter, why in rows if _governs(work, letter)]
    return [one for one in found if _is_of(one, person)]


def candidates(work: Work, left: list[Left], cause: Cause) -> list[Person]:
    """Who holds the role for at least one of these letters. Never the actor: two people see to it."""
    offices = {one.letter.office_id: one.letter.office for one in left if one.cause == cause}
    known = {person.id: person for office in offices.values() for person in _holders(work, cause, office)}
    return sorted((one for one in known.values() if one.id != work.person.id), key=lambda one: one.full_name)


def take_over(work: Work, person: Person, successors: Mapping[Cause, Person], reason: str) -> list[tuple[Left, str]]:
    """Give each letter to the successor of its kind. -> those that could not be given, each with why."""
    reason = letters.stated(reason)
    if any(one.id in (work.person.id, person.id) for one in successors.values()):
        raise Invalid(N_("Pilih orang lain: bukan Anda sendiri, dan bukan yang pergi."))
    refused, given = [], dict.fromkeys((one.id for one in successors.values()), 0)
    for one in left_by(work, person):
        successor = successors.get(one.cause)
        if successor is None:
            continue
        try:
            _give(work, one, person, successor, reason)
        except DomainError as error:
            refused.append((one, error.message))
        else:
            given[successor.id] += 1
    for successor in {one.id: one for one in successors.values()}.values():
        if given[successor.id]:
            facts = {"count": given[successor.id], "owner_id": person.id}
            notifications.tell(work, successor, Message.LETTERS_TAKEN_OVER, **facts)
    return refused


def _give(work: Work, left: Left, person: Person, successor: Person, reason: str) -> None:
    letter = left.letter
    steps.lock(work, letter)
    if successor.id not in {one.id for one in _holders(work, left.cause, letter.office)}:
        raise Conflict(UNFIT)
    part = {step.person_id for step in letter.chain if step.state != StepState.SKIPPED}
    if left.cause != Cause.DRAFTER_LEFT and successor.id in part | {letter.drafter_id}:
        raise Conflict(TWICE)
    facts = {"from_id": person.id, "to_id": successor.id, "role": ROLES[left.cause]}
    if left.cause == Cause.DRAFTER_LEFT:
        if successor.id in part:
            raise Conflict(TWICE)
        letter.drafter = successor
        steps.touch(work, letter)
    elif left.cause == Cause.REVIEWER_LEFT:
        step = workflow.open_step(letter, person)
        assert step is not None
        made = steps.hand_over(work, letter, step, successor, reason)
        gatherings.ask(work, letter, made, marks.control_code(letter), Group(f"takeover-{person.id}"))
    elif letter.mandate_id is not None:  # the deputy is gone: the letter is the official's own again
        handovers.give_back(work, letter, Outcome.ENDED, Group(f"takeover-{person.id}"))
    else:
        _return_under(work, letter, person, successor, reason)
    indexing.put_again(work, letter)
    audit.record(work, Event.LETTER_REASSIGNED, letter, **facts)


def _return_under(work: Work, letter: Letter, gone: Person, signer: Person, reason: str) -> None:
    """Back to the drafter, who places the mark of the new signer and submits it again."""
    letter.state, letter.reason = workflow.next_state(letter.state, Action.RETURN), reason
    told = steps.concerned(letter)
    steps.end_round(work, letter)
    work.session.expire(letter, ["steps"])
    turns.begin_anew(work, letter)
    next(step for step in letter.signing_steps if step.person_id == gone.id).person = signer
    letter.signer = letter.signing_steps[0].person
    marks.forget(letter.version)
    webhooks.announce(work, letter, Event.LETTER_RETURNED)
    notifications.tell(work, letter.drafter, Message.LETTER_RETURNED, letter)
    for one in told:
        if one.id not in (letter.drafter_id, signer.id):
            notifications.tell(work, one, Message.LETTER_MOVED, letter)


def _is_of(left: Left, person: Person) -> bool:
    """Whether it is he who is gone from this letter, not another of its people."""
    letter = left.letter
    if left.cause == Cause.DRAFTER_LEFT:
        return letter.drafter_id == person.id
    if left.cause == Cause.SIGNER_LEFT:
        return letter.signer_id == person.id
    is_able = person.disabled_at is None and permissions.holds(person, Role.REVIEWER, letter.office, inherited=True)
    return workflow.open_step(letter, person) is not None and not is_able


def _holders(work: Work, cause: Cause, office: Office) -> list[Person]:
    if cause == Cause.REVIEWER_LEFT:
        return people.reviewers_for(work, office)
    if cause == Cause.SIGNER_LEFT:
        return people.signers_for(work, office)
    return people.drafters_of(work, office)


def _governs(work: Work, letter: Letter) -> bool:
    return permissions.holds(work.person, Role.ADMINISTRATOR, letter.office, inherited=True)
