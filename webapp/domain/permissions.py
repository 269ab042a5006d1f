"""Who may do what. Denied unless a row below allows it; templates ask the same can()."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain import workflow
from webapp.domain.errors import N_, Conflict, Forbidden
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Letter, Office, Person, Role, State


class Relation(StrEnum):
    """What a person is to a letter."""

    AUTHOR = "author"  # drafted it
    COLLEAGUE = "colleague"  # drafts for the same office
    REVIEWER = "reviewer"  # of its office
    SIGNER = "signer"  # is to sign it or has signed it
    AUDITOR = "auditor"  # of its office or one above


READERS = frozenset({Relation.AUTHOR, Relation.COLLEAGUE, Relation.REVIEWER, Relation.SIGNER, Relation.AUDITOR})
DRAFTERS = frozenset({Relation.AUTHOR, Relation.COLLEAGUE})

RULES: dict[Action, frozenset[Relation]] = {
    Action.VIEW: READERS,
    Action.VIEW_TRAIL: READERS,
    Action.DOWNLOAD: READERS,
    Action.EDIT: DRAFTERS,
    Action.REVISE: DRAFTERS,
    Action.SUBMIT: DRAFTERS,
    Action.WITHDRAW: DRAFTERS,
    Action.RETURN: frozenset({Relation.REVIEWER, Relation.SIGNER}),
    Action.REJECT: frozenset({Relation.SIGNER}),
    Action.SIGN: frozenset({Relation.SIGNER}),
    Action.REVOKE: frozenset({Relation.SIGNER}),
    Action.REPLACE: frozenset({Relation.AUTHOR, Relation.COLLEAGUE, Relation.SIGNER}),
}

LEFT = frozenset({Action.VIEW, Action.VIEW_TRAIL})  # of a letter that was disposed of: its record and its trail
DISPOSED = N_("Arsip surat ini telah dimusnahkan; yang tersisa adalah catatannya.")

# Before it reaches him a letter is none of the signer's business; after a withdrawal neither.
SHOWN_TO_SIGNER = frozenset(State) - {State.DRAFT, State.WITHDRAWN}


def relations(work: Work, letter: Letter) -> frozenset[Relation]:
    """What the actor is to the letter. Secret letters are for those named on them only."""
    person = work.actor
    if person is None or person.disabled_at is not None:
        return frozenset()
    found: set[Relation] = set()
    if letter.drafter_id == person.id and holds(person, Role.DRAFTER, letter.office):
        found.add(Relation.AUTHOR)
    named = letter.signer_id == person.id and State(letter.state) in SHOWN_TO_SIGNER
    if named and holds(person, Role.SIGNER, letter.office, inherited=True):
        found.add(Relation.SIGNER)
    if letter.confidentiality in (Confidentiality.SECRET, Confidentiality.TOP_SECRET):
        return frozenset(found)
    if holds(person, Role.DRAFTER, letter.office):
        found.add(Relation.COLLEAGUE)
    if holds(person, Role.REVIEWER, letter.office) and letter.state != State.DRAFT:
        found.add(Relation.REVIEWER)
    if holds(person, Role.AUDITOR, letter.office, inherited=True):
        found.add(Relation.AUDITOR)
    return frozenset(found)


def holds(person: Person, role: Role, office: Office, *, inherited: bool = False) -> bool:
    """Whether the role is held in this office, or (inherited) in one above it."""
    offices = office.ancestor_ids if inherited else {office.id}
    return not offices.isdisjoint(person.offices_as(role))


def can(work: Work, action: Action, letter: Letter) -> bool:
    """Whether the actor may do this to the letter in the state it is in."""
    if letter.disposed_at is not None and action not in LEFT:
        return False
    return workflow.is_possible(letter.state, action) and not RULES[action].isdisjoint(relations(work, letter))


def require(work: Work, action: Action, letter: Letter) -> None:
    """Raise Forbidden when the actor never may; Conflict when the letter's state is in the way."""
    if RULES[action].isdisjoint(relations(work, letter)):
        raise Forbidden
    if letter.disposed_at is not None and action not in LEFT:
        raise Conflict(DISPOSED)
    if action not in workflow.READING:
        workflow.next_state(letter.state, action)


def has_role(work: Work, *roles: Role) -> bool:
    """Whether the actor holds one of the roles anywhere."""
    return work.actor is not None and bool(work.actor.offices_as(*roles))


def require_role(work: Work, role: Role, office: Office | None = None) -> None:
    """Raise Forbidden unless the actor holds the role over this office (in it or above), or anywhere without one."""
    if work.actor is None or work.actor.disabled_at is not None:
        raise Forbidden
    if not (holds(work.actor, role, office, inherited=True) if office else has_role(work, role)):
        raise Forbidden
