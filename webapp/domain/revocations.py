"""A signed letter withdrawn from force (cabut), by any of its signers: it takes a code, about exactly this letter and
this reason.

Without it a phone left unlocked on a table could end every letter that is in force, and nothing brings them back.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from webapp.domain import audit, letters, permissions, second_factor
from webapp.domain.audit import Event
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, State

ENDED = (State.REVOKED, State.REPLACED)


@dataclass(frozen=True)
class Revocation:
    """Who withdrew a letter, under the name and position of his signature, and when."""

    name: str
    position: str
    at: datetime


def by_code(work: Work, letter: Letter, *, reason: str, code: str) -> None:
    """Withdraw the letter: its public page says so from now on. Raises Forbidden, Conflict, Invalid, WrongCode."""
    permissions.require(work, Action.REVOKE, letter)
    reason = letters.stated(reason)
    told = hashlib.sha256(reason.encode()).hexdigest()
    second_factor.consume(work, work.person, code, f"revoke {letter.id} {letter.signature.sha256} {told}")
    letters.revoke(work, letter, reason)


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
