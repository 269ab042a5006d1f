"""How signing with BSrE stands, for the signer's page."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.domain import bsre, remote_signatures
from webapp.domain.work import Work
from webapp.models import BsreAccount, Letter, RemoteSignature
from webapp.models.remote import Attempt


@dataclass(frozen=True)
class Outlook:
    """What the signer's page shows."""

    account: BsreAccount
    attempt: RemoteSignature | None
    state: str  # "" while nothing was asked, else an Attempt; "unclear" also for one that nobody waits for any more
    may_sign: bool
    is_marked: bool
    can_recover: bool

    @property
    def after(self) -> int:
        """The attempt that the official knows of: a form that knows less starts nothing."""
        return self.attempt.id if self.attempt else 0


def outlook(work: Work, letter: Letter) -> Outlook | None:
    """None where this letter's signer does not sign with BSrE."""
    account = bsre.account(work, letter.signer)
    if account is None:
        return None
    found = remote_signatures.latest(work, letter)
    state = remote_signatures.state_of(work, found)
    is_marked = bsre.is_marked_for(letter)
    may_sign = is_marked and bsre.may_sign(account) and state != Attempt.SENDING
    can_recover = state == Attempt.UNCLEAR and bool(found and found.document_id)
    return Outlook(account, found, state, may_sign, is_marked, can_recover)
