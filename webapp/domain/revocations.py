"""A signed letter withdrawn from force (cabut), by any of its signers: it takes a code or a passkey, about exactly this
letter and this reason.

Without it a phone left unlocked on a table could end every letter that is in force, and nothing brings them back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from webapp.domain import assertions, audit, evidence, letters, permissions, second_factor
from webapp.domain.assertions import REVOKE, Presented
from webapp.domain.audit import Event
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, LoginSession, State

ENDED = (State.REVOKED, State.REPLACED)


@dataclass(frozen=True)
class Revocation:
    """Who withdrew a letter, under the name and position of his signature, and when."""

    name: str
    position: str
    at: datetime


def by_code(work: Work, letter: Letter, *, reason: str, code: str) -> None:
    """Withdraw the letter: its public page says so from now on. Raises Forbidden, Conflict, Invalid, WrongCode."""
    about = _about(work, letter, reason)
    second_factor.consume(work, work.person, code, f"{REVOKE} {about}")
    letters.revoke(work, letter, reason)


def ask_passkey(work: Work, login: LoginSession, letter: Letter, reason: str) -> dict:
    """What the browser hands to the authenticator: a challenge over the signed letter and the reason as written."""
    return assertions.ask(work, login, REVOKE, _about(work, letter, reason))


def by_passkey(work: Work, login: LoginSession, letter: Letter, *, reason: str, presented: Presented) -> None:
    """The same with a passkey, whose answer is kept as evidence. Raises as by_code."""
    about = _about(work, letter, reason)
    assertion = assertions.check(work, login, presented, REVOKE, about)
    assertions.spend(work, assertion)
    letters.revoke(work, letter, reason)
    evidence.keep(work, letter, assertion, action=REVOKE, about=about)


def _about(work: Work, letter: Letter, reason: str) -> str:
    permissions.require(work, Action.REVOKE, letter)
    if letter.signature is None:
        raise ValueError("only a signed letter is revoked")
    told = hashlib.sha256(letters.stated(reason).encode()).hexdigest()
    return f"{letter.id} {letter.signature.sha256} {told}"


def of(work: Work, letter: Letter | None) -> Revocation | None:
    """As the trail has it; None of a letter that nobody withdrew."""
    if letter is None or letter.state not in ENDED:
        return None
    entries = (entry for entry in audit.of_letter(work, letter) if entry.event == Event.LETTER_REVOKED)
    found = next(entries, None)
    if found is None:
        return None
    signed = next((made for made in letter.signatures if made.person_id == found.actor_id), None)
    if signed is not None:
        return Revocation(signed.signer_name, signed.signer_position, found.at)
    return Revocation(found.actor.full_name, found.actor.position, found.at)
