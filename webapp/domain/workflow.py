"""Which action leads from which state to which. The only place that knows."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain.errors import N_, Conflict
from webapp.models import State


class Action(StrEnum):
    VIEW = "view"
    VIEW_TRAIL = "view_trail"
    DOWNLOAD = "download"
    EDIT = "edit"  # facts and mark
    REVISE = "revise"  # another file
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    REJECT = "reject"
    SIGN = "sign"
    REVOKE = "revoke"  # cabut, after signing
    REPLACE = "replace"  # ganti, after signing


OPEN = frozenset({State.DRAFT, State.RETURNED, State.WITHDRAWN})  # in the drafter's hands

TRANSITIONS: dict[tuple[Action, State], State] = {
    **{(Action.EDIT, state): state for state in OPEN},
    **{(Action.REVISE, state): State.DRAFT for state in OPEN},
    **{(Action.SUBMIT, state): State.SUBMITTED for state in OPEN},
    (Action.WITHDRAW, State.SUBMITTED): State.WITHDRAWN,
    (Action.RETURN, State.SUBMITTED): State.RETURNED,
    (Action.REJECT, State.SUBMITTED): State.REJECTED,
    (Action.SIGN, State.SUBMITTED): State.SIGNED,
    (Action.REVOKE, State.SIGNED): State.REVOKED,
    (Action.REPLACE, State.SIGNED): State.REPLACED,
    (Action.REPLACE, State.REVOKED): State.REPLACED,
}

# Reading changes nothing and is allowed in every state.
READING = frozenset({Action.VIEW, Action.VIEW_TRAIL, Action.DOWNLOAD})

REFUSALS: dict[State, str] = {
    State.DRAFT: N_("Surat ini masih berupa draf."),
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
