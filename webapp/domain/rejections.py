"""A letter refused for good: like the approval it takes a code or a passkey, about exactly what was read and written.

Without it a phone left unlocked on a table could end every letter that waits, and nothing brings them back.
"""

from __future__ import annotations

import hashlib

from webapp.domain import approvals, assertions, evidence, letters, second_factor
from webapp.domain.assertions import REJECT, Presented
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, LoginSession


def ask_passkey(work: Work, login: LoginSession, letter: Letter, *, digest: str, reason: str) -> dict:
    """What the browser hands to the authenticator: a challenge over the letter as shown and the reason as written."""
    return assertions.ask(work, login, REJECT, _about(work, letter, digest, reason))


def by_code(work: Work, letter: Letter, *, digest: str, reason: str, code: str) -> None:
    """Reject with a one-time code, spent on this letter, digest and reason. Raises WrongCode, Conflict, Invalid."""
    about = _about(work, letter, digest, reason)
    second_factor.consume(work, work.person, code, f"{REJECT} {about}")
    letters.reject(work, letter, reason)


def by_passkey(
    work: Work, login: LoginSession, letter: Letter, *, digest: str, reason: str, presented: Presented
) -> None:  # fmt: skip
    """Reject with a passkey, whose answer is kept as evidence. Raises WrongCode, Conflict, Invalid."""
    about = _about(work, letter, digest, reason)
    assertion = assertions.check(work, login, presented, REJECT, about)
    assertions.spend(work, assertion)
    letters.reject(work, letter, reason)
    evidence.keep(work, letter, assertion, action=REJECT, about=about)


def _about(work: Work, letter: Letter, digest: str, reason: str) -> str:
    approvals.require_shown(work, letter, digest, Action.REJECT)
    return f"{letter.id} {digest} {hashlib.sha256(letters.stated(reason).encode()).hexdigest()}"
