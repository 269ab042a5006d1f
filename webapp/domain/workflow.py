"""Which action leads from which state to which. The only place that knows."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain.errors import N_, Conflict
from webapp.models import Letter, Person, State, Step, StepState


class Action(StrEnum):
    VIEW = "view"
    VIEW_TRAIL = "view_trail"
    DOWNLOAD = "download"
    EDIT = "edit"  # facts and mark
    REVISE = "revise"  # another file
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    INITIAL = "initial"  # paraf
    RECALL = "recall"  # an initial, until the next has acted
    REASSIGN = "reassign"  # a step, to another reviewer
    ASK = "ask"  # a colleague for a second opinion
    COMMENT = "comment"  # answer that
    TAKE = "take"  # a letter that waits for the official, by a mandate
    GIVE_BACK = "give_back"  # to the official
    RETURN = "return"
    REJECT = "reject"
    SIGN = "sign"
    TAKE_TURN = "take_turn"  # of several who may sign now: have the file prepared for oneself
    REVOKE = "revoke"  # cabut, after signing
    REPLACE = "replace"  # ganti, after signing
    DISTRIBUTE = "distribute"  # list who gets the signed letter, and send it again


OPEN = frozenset({State.DRAFT, State.RETURNED, State.WITHDRAWN})  # in the drafter's hands
WAITING = frozenset({State.IN_REVIEW, State.SUBMITTED})  # before a reviewer or the signer

TRANSITIONS: dict[tuple[Action, State], State] = {
    **{(Action.EDIT, state): state for state in OPEN},
    **{(Action.REVISE, state): State.DRAFT for state in OPEN},
    **{(Action.SUBMIT, state): State.SUBMITTED for state in OPEN},  # by way of IN_REVIEW: see steps.advance
    **{(Action.WITHDRAW, state): State.WITHDRAWN for state in WAITING},
    **{(Action.RETURN, state): State.RETURNED for state in WAITING},  # or to an earlier step: see steps.go_back
    **{(Action.RECALL, state): State.IN_REVIEW for state in WAITING},
    **{(action, state): state for action in (Action.ASK, Action.COMMENT) for state in WAITING},
    **{(Action.DISTRIBUTE, state): state for state in (*OPEN, State.SIGNED, State.REVOKED, State.REPLACED)},
    (Action.INITIAL, State.IN_REVIEW): State.IN_REVIEW,
    (Action.REASSIGN, State.IN_REVIEW): State.IN_REVIEW,
    (Action.TAKE, State.SUBMITTED): State.SUBMITTED,
    (Action.GIVE_BACK, State.SUBMITTED): State.SUBMITTED,
    (Action.REJECT, State.SUBMITTED): State.REJECTED,
    (Action.SIGN, State.SUBMITTED): State.SIGNED,  # of several signers with the last signature
    (Action.TAKE_TURN, State.SUBMITTED): State.SUBMITTED,
    (Action.REVOKE, State.SIGNED): State.REVOKED,
    (Action.REPLACE, State.SIGNED): State.REPLACED,
    (Action.REPLACE, State.REVOKED): State.REPLACED,
}

# Reading changes nothing and is allowed in every state.
READING = frozenset({Action.VIEW, Action.VIEW_TRAIL, Action.DOWNLOAD})

REFUSALS: dict[State, str] = {
    State.DRAFT: N_("Surat ini masih berupa draf."),
    State.IN_REVIEW: N_("Surat ini sedang menunggu paraf. Tarik dahulu untuk mengubahnya."),
    State.SUBMITTED: N_("Surat ini sedang menunggu tanda tangan. Tarik dahulu untuk mengubahnya."),
    State.RETURNED: N_("Surat ini sudah dikembalikan untuk perbaikan."),
    State.WITHDRAWN: N_("Surat ini sudah ditarik oleh pengonsep."),
    State.REJECTED: N_("Surat ini sudah ditolak."),
    State.SIGNED: N_("Surat ini sudah ditandatangani."),
    State.REVOKED: N_("Surat ini sudah dicabut."),
    State.REPLACED: N_("Surat ini sudah diganti dengan surat lain."),
}


def is_possible(state: State, action: Action) -> bool:
    return action in READING or (action, State(state)) in TRANSITIONS


def next_state(state: State, action: Action) -> State:
    """Where the action leads. Raises Conflict with a sentence about the state the letter is in."""
    try:
        return TRANSITIONS[action, State(state)]
    except KeyError:
        raise Conflict(REFUSALS[State(state)]) from None


def open_step(letter: Letter, person: Person | None) -> Step | None:
    """The step that waits for this person, or None."""
    mine = (step for step in letter.chain if person is not None and step.person_id == person.id)
    return next((step for step in mine if step.state == StepState.OPEN), None)


def first_open(letter: Letter) -> Step:
    """Of a letter that waits for somebody."""
    return next(step for step in letter.chain if step.state == StepState.OPEN)


def recallable_step(letter: Letter, person: Person | None) -> Step | None:
    """The initial that this person may take back: nobody after it has acted, and it is no signature."""
    chain = letter.chain
    for step in chain:
        is_mine = person is not None and step.acted_by_id == person.id and not step.is_signature
        if is_mine and step.state == StepState.DONE:
            acted = (one for one in chain if one.position > step.position and one.state == StepState.DONE)
            return step if next(acted, None) is None else None
    return None
