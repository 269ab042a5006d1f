"""A letter goes into a deputy's hands and comes back. Who may do it is asked elsewhere.

Each taking writes the mark anew, so that the deputy reads the very bytes that he signs; the official's own file is kept
beside it, so the way back draws nothing and can never fail.
"""

from __future__ import annotations

from sqlalchemy import select

from webapp.domain import audit, indexing, mandates, marks, notifications, outbox, steps
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict
from webapp.domain.work import Work
from webapp.models import Delegation, Letter, Mandate, Person, Role, Step, StepState
from webapp.models.mandate import Outcome

NOBODY = N_("Surat ini tidak sedang ditangani pejabat pengganti.")


def take(work: Work, letter: Letter, mandate: Mandate, mark: marks.PlacedMark) -> None:
    """The deputy's mark in place of the official's; the signature waits for the deputy. Raises Conflict (changed)."""
    version, step = letter.version, _signature(letter)
    kept = Delegation(
        letter_id=letter.id, mandate=mandate, version_id=version.id, taken_at=work.now,
        prepared_sha256=version.prepared_sha256, prepared_holes=version.prepared_holes,
    )  # fmt: skip
    work.session.add(kept)
    letter.signer, letter.signer_id, letter.mandate = mandate.deputy, mandate.deputy_id, mandate
    marks.keep(work, letter, mark)
    steps.hand_over(work, letter, step, mandate.deputy, _note(mandate))
    indexing.put_again(work, letter)
    audit.record(
        work, Event.LETTER_TAKEN_OVER, letter, mandate=mandate.id, principal_id=mandate.principal_id,
        sha256=version.prepared_sha256,
    )  # fmt: skip
    outbox.add(work, "pages", letter_id=letter.id)


def give_back(work: Work, letter: Letter, outcome: Outcome) -> None:
    """The letter is the official's again, with the mark that it had for him. Nothing where no deputy has it."""
    mandate = letter.mandate
    if mandate is None:
        return
    kept = close(work, letter, outcome)
    letter.signer, letter.signer_id, letter.mandate = mandate.principal, mandate.principal_id, None
    version = letter.version
    if kept is not None and kept.version_id == version.id:
        version.prepared_sha256, version.prepared_holes = kept.prepared_sha256, kept.prepared_holes
    else:
        marks.forget(version)
    step = _signature(letter)
    if step.state == StepState.OPEN:
        made = steps.hand_over(work, letter, step, mandate.principal, _note(mandate))
        _tell(work, letter, mandate, made)
    else:
        steps.follow_signer(letter)
        steps.touch(work, letter)
    indexing.put_again(work, letter)
    audit.record(work, Event.LETTER_GIVEN_BACK, letter, mandate=mandate.id, outcome=outcome)


def close(work: Work, letter: Letter, outcome: Outcome) -> Delegation | None:
    """Write down how the letter left the deputy's hands; None where no deputy has it."""
    if letter.mandate_id is None:
        return None
    query = select(Delegation).where(Delegation.letter_id == letter.id, Delegation.ended_at.is_(None))
    kept = work.session.scalars(query).first()
    if kept is not None:
        kept.ended_at, kept.outcome = work.now, outcome
    return kept


def require_held(letter: Letter) -> Mandate:
    """The mandate by which a deputy has the letter. Raises Conflict."""
    if letter.mandate is None:
        raise Conflict(NOBODY)
    return letter.mandate


def _tell(work: Work, letter: Letter, mandate: Mandate, step: Step) -> None:
    """Whoever can do the next thing: the official, or, where he is gone, the drafter, who chooses another."""
    if is_able(mandate.principal, letter):
        notifications.letter_waiting(work, letter, step, marks.control_code(letter))
    else:
        notifications.tell(work, letter.drafter, notifications.Message.LETTER_MOVED, letter, step_id=step.id)


def is_able(person: Person, letter: Letter) -> bool:
    """Whether the person may sign letters of this office."""
    return person.disabled_at is None and not letter.office.ancestor_ids.isdisjoint(person.offices_as(Role.SIGNER))


def _signature(letter: Letter) -> Step:
    return letter.chain[-1]


def _note(mandate: Mandate) -> str:
    return f"{', '.join(mandates.heading(mandate))} · {mandate.decree}"
