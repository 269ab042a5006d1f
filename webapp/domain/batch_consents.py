"""The consent to a list of letters: one code, or one press of a passkey, for exactly what was shown.

Signing a long list takes several requests. Where only the passkey's PRF opens the key, what it put out goes sealed into
a cookie between them, as the password's secret does at log-in: its key lies in the log-in session, so neither alone
opens anything. It counts for this batch only, and no longer than the consent.
"""

from __future__ import annotations

import secrets

from webapp.domain import (
    assertions,
    audit,
    batch_lists,
    evidence,
    keys,
    notifications,
    outbox,
    passkeys,
    second_factor,
    vault,
)
from webapp.domain.assertions import PRF_BYTES, SIGN_BATCH, Presented
from webapp.domain.audit import Event
from webapp.domain.batches import SHOWN_FOR, STALE
from webapp.domain.errors import Conflict
from webapp.domain.notifications import Message
from webapp.domain.passkeys import Opener
from webapp.domain.work import Work
from webapp.models import Batch, LoginSession


def by_code(work: Work, batch: Batch, code: str, *, digest: str) -> None:
    """Spend the official's code on the list as it was shown. Raises WrongCode, Conflict (another list, or too old).

    A repeated answer finds the consent given, and spends nothing.
    """
    _lock(work, batch)
    if batch.consented_at is not None:
        return
    _require_shown(work, batch, digest)
    second_factor.consume(work, work.person, code, f"batch {batch_lists.about(batch)}")
    _give(work, batch)


def ask(work: Work, login: LoginSession, batch: Batch, digest: str) -> dict:
    """What the browser hands to the authenticator: a challenge over exactly the list as shown."""
    _require_shown(work, batch, digest)
    return assertions.ask(work, login, SIGN_BATCH, batch_lists.about(batch))


def by_passkey(
    work: Work, login: LoginSession, batch: Batch, *, digest: str, presented: Presented, secret: bytes | None
) -> tuple[Opener, bytes]:
    """Accept a passkey in place of the code, and keep what it proved for every letter. Spent last, as a code.

    Returns what opens the key, and what the device keeps to go on with (nothing where its own secret opens the key).
    After the consent it only opens the key again. Raises as `by_code`; Locked, Forbidden where the key does not open.
    """
    _lock(work, batch)
    _require_shown(work, batch, digest)
    about = batch_lists.about(batch)
    assertion = assertions.check(work, login, presented, SIGN_BATCH, about)
    opener = Opener(b"")
    if not batch.is_practice:
        opener = passkeys.opener(work, assertion, secret)
        keys.open_key(work, work.person, opener.secret, wrapped=opener.wrapped)
    assertions.spend(work, assertion)
    if not batch.is_practice:
        passkeys.tie_if_new(work, assertion, secret)
    if batch.consented_at is None:
        evidence.keep_for_each(work, [item.letter_id for item in batch.items], assertion, about)
        _give(work, batch, assertion=assertion.sha256)
    if opener.wrapped is None:
        return opener, b""
    kept = opener.secret + str(assertion.passkey.id).encode()
    return opener, vault.encrypt(login.seal_key, kept, _context(batch))


def unseal(work: Work, login: LoginSession, batch: Batch, sealed: bytes) -> Opener:
    """What opens the key for this batch, from what the device kept. Raises Locked, also once the passkey is gone."""
    kept = vault.decrypt(login.seal_key, sealed, _context(batch))
    return passkeys.opener_by_id(work, int(kept[PRF_BYTES:]), kept[:PRF_BYTES])


def _lock(work: Work, batch: Batch) -> None:
    """Of two taps at once the second sees what the first has done."""
    work.session.refresh(batch, ["consented_at"], with_for_update=True)


def _require_shown(work: Work, batch: Batch, digest: str) -> None:
    """A page may have been left open while another list was made, under the same number where one was forgotten."""
    is_same = secrets.compare_digest(digest.encode(), batch_lists.digest(batch.items).encode())
    if not is_same or (batch.consented_at is None and work.now - batch.created_at > SHOWN_FOR):
        raise Conflict(STALE)


def _give(work: Work, batch: Batch, **facts: str) -> None:
    batch.consented_at = work.now
    audit.record(work, Event.BATCH_APPROVED, batch_id=batch.id, digest=batch.digest, letters=len(batch.items), **facts)
    if not batch.is_practice:
        notifications.tell(work, work.person, Message.BATCH_IN_YOUR_NAME, batch_id=batch.id, count=len(batch.items))
        outbox.add(work, "push", person_id=work.person.id, signed=len(batch.items))


def _context(batch: Batch) -> str:
    return f"batch {batch.id} {batch.person_id}"
