"""What was decided on a device without a network, judged by the world as it is when it arrives.

Initial, return, note and question are carried out, once each. Signature and rejection take a code, which no device can
keep: for them it is only said whether the letter still is what was read, and the official confirms on the usual page.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from webapp.domain import (
    approvals,
    deadlines,
    idempotency,
    letters,
    mandates,
    marks,
    permissions,
    reviews,
    steps,
    workflow,
)
from webapp.domain.errors import N_, Conflict, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Delegation, Letter, Mandate, State, StepState

REVISED = N_("Surat ini telah diubah sejak Anda membacanya, jadi keputusan Anda tidak dijalankan. Baca versi terbaru.")
MOVED_ON = N_("Surat ini tidak lagi menunggu Anda: sudah dikerjakan, ditarik, atau dialihkan kepada orang lain.")
MANDATE_OVER = N_("Tugas Anda sebagai pejabat pengganti untuk surat ini sudah berakhir.")
NO_TARGET = N_("Langkah yang Anda pilih tidak dapat lagi dituju, jadi surat ini tidak dikembalikan. Pilih lagi.")
NO_ADVISER = N_("Rekan yang Anda pilih tidak dapat dimintai pendapat tentang surat ini. Pilih rekan lain.")
GONE = N_("Surat ini tidak dapat Anda buka lagi.")


class Kind(StrEnum):
    SIGN = "sign"
    REJECT = "reject"
    INITIAL = "initial"
    RETURN = "return"
    NOTE = "note"
    ASK = "ask"


ACTIONS = {
    Kind.SIGN: Action.SIGN, Kind.REJECT: Action.REJECT, Kind.INITIAL: Action.INITIAL, Kind.RETURN: Action.RETURN,
    Kind.NOTE: Action.COMMENT, Kind.ASK: Action.ASK,
}  # fmt: skip
NEED_CONSENT = frozenset({Kind.SIGN, Kind.REJECT})


class Outcome(StrEnum):
    DONE = "done"
    CONFIRM = "confirm"  # the official has to consent, on the usual page


@dataclass(frozen=True)
class Decision:
    letter_id: int
    kind: Kind
    digest: str  # of what was read: marks.digest
    text: str  # note, question or reason
    key: str  # made by the device: the same decision sent again counts once
    to: int = 0  # returned to: a step's id, or 0 for the drafter; asked: a person's id
    age: int = 0  # milliseconds since it was decided, by the device's own clock at both ends


def settle(work: Work, decision: Decision) -> Outcome:
    """Carry the decision out, or say that it may be confirmed now.

    Raises Conflict with the reason where the letter is another one than was read, or waits for the actor no more;
    Invalid for a reason or note that is too short.
    """
    if decision.kind in NEED_CONSENT:
        return _judge(work, decision)
    key, same = f"offline {decision.key}", astuple(replace(decision, age=0))
    sent = hashlib.sha256(json.dumps(same).encode()).hexdigest()
    if idempotency.find(work, key, sent) is not None or not idempotency.claim(work, key, sent):
        return Outcome.DONE
    letter = _letter(work, decision)
    steps.lock(work, letter)
    if not _is_done(work, letter, decision):
        _require_unchanged(work, letter, decision)
        _carry_out(work, letter, decision)
    idempotency.keep(work, key, status=200, answer=Outcome.DONE, location="")
    return Outcome.DONE


def _judge(work: Work, decision: Decision) -> Outcome:
    """Signed or rejected by the actor meanwhile (its answer was lost, or on another device): nothing is left to do."""
    letter = _letter(work, decision)
    is_rejected = letter.state == State.REJECTED and letter.signer_id == work.person.id
    if approvals.is_signed_by(work, letter) if decision.kind == Kind.SIGN else is_rejected:
        return Outcome.DONE
    _require_unchanged(work, letter, decision)
    if decision.kind == Kind.SIGN:
        deadlines.require_open(work, letter)
    return Outcome.CONFIRM


def _is_done(work: Work, letter: Letter, decision: Decision) -> bool:
    """Whether the page's own form had arrived after all, and only its answer was lost."""
    if decision.kind == Kind.NOTE:
        mine = (one for one in letter.opinions if one.person_id == work.person.id and one.answered_at is not None)
        return any(one.note == decision.text.strip() for one in mine)
    if decision.kind == Kind.ASK:
        mine = (one for one in letter.opinions if one.asked_by_id == work.person.id and one.person_id == decision.to)
        asked = (one for one in mine if one.version_id == letter.version.id)
        return any(one.question == decision.text.strip() for one in asked)
    step = workflow.open_step(letter, work.person)
    decided_at = work.now - timedelta(milliseconds=decision.age)
    if step is not None and step.opened_at is not None and step.opened_at <= decided_at:
        return False  # it is meant for this turn; of a letter that came back since it may be the last turn's
    acted = (one for one in letter.steps if one.acted_by_id == work.person.id and one.digest == decision.digest)
    if decision.kind == Kind.INITIAL:
        return any(one.state == StepState.DONE and not one.is_signature for one in acted)
    return any(one.state == StepState.RETURNED and one.note == decision.text.strip() for one in acted)


def _carry_out(work: Work, letter: Letter, decision: Decision) -> None:
    if decision.kind == Kind.INITIAL:
        reviews.initial(work, letter, digest=decision.digest, note=decision.text)
    elif decision.kind == Kind.RETURN:
        letters.send_back(work, letter, decision.text, to=_target(work, letter, decision.to))
    elif decision.kind == Kind.ASK:
        _ask(work, letter, decision)
    else:
        reviews.comment(work, letter, decision.text)


def _target(work: Work, letter: Letter, to: int) -> int | None:
    """Which step is meant now: a letter that came back unchanged stays on the device as it was, while its steps began
    anew. Another person in that place was not chosen.
    """
    if not to:
        return None
    meant = next((step.person_id for step in letter.steps if step.id == to), None)
    found = next((step.id for step in letters.earlier_steps(work, letter) if step.person_id == meant), None)
    if found is None:
        raise Conflict(NO_TARGET)
    return found


def _ask(work: Work, letter: Letter, decision: Decision) -> None:
    if all(person.id != decision.to for person in reviews.advisers(work, letter)):
        raise Conflict(NO_ADVISER)
    reviews.ask(work, letter, decision.to, decision.text)


def _letter(work: Work, decision: Decision) -> Letter:
    try:
        return letters.get(work, decision.letter_id)
    except NotFound:
        raise Conflict(_why_gone(work, decision.letter_id)) from None


def _why_gone(work: Work, letter_id: int) -> str:
    """Told to whoever had the letter before him; a stranger who guesses numbers hears the same of all of them."""
    letter = work.session.get(Letter, letter_id)
    if letter is None or letter.is_practice:
        return GONE
    if _had_mandate(work, letter):
        return MANDATE_OVER
    reached = (step for step in letter.steps if step.opened_at is not None)
    had = any(work.person.id in (step.person_id, step.official.id) for step in reached)
    return _state_of(letter) if had else GONE


def _require_unchanged(work: Work, letter: Letter, decision: Decision) -> None:
    if not permissions.can(work, ACTIONS[decision.kind], letter):
        raise Conflict(MANDATE_OVER if _had_mandate(work, letter) else _state_of(letter))
    if not secrets.compare_digest(decision.digest.encode(), marks.digest(letter).encode()):
        raise Conflict(REVISED)


def _state_of(letter: Letter) -> str:
    return MOVED_ON if letter.state in workflow.WAITING else workflow.REFUSALS[State(letter.state)]


def _had_mandate(work: Work, letter: Letter) -> bool:
    """Whether the actor had the letter by a mandate that is over, also before its letters have gone back."""
    by = select(Mandate).join(Delegation, Delegation.mandate_id == Mandate.id)
    by = by.where(Delegation.letter_id == letter.id, Mandate.deputy_id == work.person.id)
    return any(not mandates.is_in_force(mandate, work.now) for mandate in work.session.scalars(by))
