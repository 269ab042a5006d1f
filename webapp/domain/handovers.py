"""A letter goes into a deputy's hands and comes back. Who may do it is asked elsewhere.

Each taking writes the mark anew, so that the deputy reads the very bytes that he signs; the official's own file is kept
beside it, so the way back draws nothing and can never fail. Of several signers the deputy takes the official's turn and
place; he has the letter only while it is prepared for him, so it is in one deputy's hands at most.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

import signing
from webapp.domain import audit, gatherings, indexing, mandates, marks, notifications, outbox, steps
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict
from webapp.domain.gatherings import Group
from webapp.domain.work import Work
from webapp.models import Delegation, Letter, Mandate, Person, Role, Step, StepState
from webapp.models.mandate import Outcome

NOBODY = N_("Surat ini tidak sedang ditangani pejabat pengganti.")


@dataclass(frozen=True)
class Files:
    """What a deputy's taking needs, drawn before it; durable."""

    waiting: signing.Prepared  # with the deputy's mark
    own: signing.Prepared | None  # the official's, where the letter is prepared for another who may sign now too
    revision: int  # of the letter that was drawn


def take(work: Work, letter: Letter, mandate: Mandate, files: Files) -> None:
    """The deputy's mark in place of the official's; the signature waits for the deputy, and for no other deputy.

    Raises Conflict where the letter was changed meanwhile.
    """
    step = mandates.place(mandate, letter)
    if step is None or letter.revision != files.revision:
        raise Conflict
    release(work, letter, Outcome.GIVEN_BACK)
    if files.own is not None:
        steps.give_turn(letter, step, files.own)
    version = letter.version
    kept = Delegation(
        letter_id=letter.id, mandate=mandate, version_id=version.id, taken_at=work.now,
        prepared_sha256=version.prepared_sha256, prepared_holes=version.prepared_holes,
    )  # fmt: skip
    work.session.add(kept)
    step.person, step.mandate = mandate.deputy, mandate
    steps.give_turn(letter, step, files.waiting)
    steps.touch(work, letter)
    indexing.put_again(work, letter)
    audit.record(
        work, Event.LETTER_TAKEN_OVER, letter, mandate=mandate.id, principal_id=mandate.principal_id,
        sha256=version.prepared_sha256,
    )  # fmt: skip
    outbox.add(work, "pages", letter_id=letter.id)


def give_back(work: Work, letter: Letter, outcome: Outcome, group: Group | None = None) -> None:
    """The letter is the official's again, who is told where it waits for him. Nothing where no deputy has it."""
    step = release(work, letter, outcome)
    if step is not None and step.state == StepState.OPEN:
        _tell(work, letter, step, group)


def release(work: Work, letter: Letter, outcome: Outcome) -> Step | None:
    """The same, and nobody is told. -> the step of this round that the deputy had, where it is not done yet."""
    mandate = letter.mandate
    if mandate is None:
        return None
    kept, version = close(work, letter, outcome), letter.version
    if kept is not None and kept.version_id == version.id:
        version.prepared_sha256, version.prepared_holes = kept.prepared_sha256, kept.prepared_holes
    else:
        marks.forget(version)
    letter.signer, letter.mandate = mandate.principal, None
    held = (one for one in letter.signing_steps if one.mandate_id == mandate.id)
    step = next((one for one in held if one.state in (StepState.OPEN, StepState.WAITING)), None)
    if step is not None:
        step.person, step.mandate = mandate.principal, None
    steps.touch(work, letter)
    indexing.put_again(work, letter)
    audit.record(work, Event.LETTER_GIVEN_BACK, letter, mandate=mandate.id, outcome=outcome)
    return step


def close(work: Work, letter: Letter, outcome: Outcome) -> Delegation | None:
    """Write down how the letter left the deputy's hands; None where no deputy has it."""
    if letter.mandate_id is None:
        return None
    query = select(Delegation).where(Delegation.letter_id == letter.id, Delegation.ended_at.is_(None))
    kept = work.session.scalars(query).first()
    if kept is not None:
        kept.ended_at, kept.outcome = work.now, outcome
        work.session.flush()  # another deputy's may follow in this transaction
    return kept


def require_held(letter: Letter) -> Mandate:
    """The mandate by which a deputy has the letter. Raises Conflict."""
    if letter.mandate is None:
        raise Conflict(NOBODY)
    return letter.mandate


def _tell(work: Work, letter: Letter, step: Step, group: Group | None) -> None:
    """Whoever can do the next thing: the official, or, where he is gone, the drafter, who chooses another."""
    if is_able(step.person, letter):
        gatherings.ask(work, letter, step, marks.control_code(letter), group)
    else:
        notifications.tell(work, letter.drafter, notifications.Message.LETTER_MOVED, letter, step_id=step.id)


def is_able(person: Person, letter: Letter) -> bool:
    """Whether the person may sign letters of this office."""
    return person.disabled_at is None and not letter.office.ancestor_ids.isdisjoint(person.offices_as(Role.SIGNER))
