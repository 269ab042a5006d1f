"""The trail: who did what, when, to which letter. Ids, digests and states; never secrets or the text of a letter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, or_, select, update

from webapp.domain.work import Work
from webapp.models import AuditEntry, AuditHead, Letter, Person

# On plain tables, and made once: an entry is on the way of every tap.
_LOCK, _MOVE = select(AuditHead.__table__).with_for_update(), update(AuditHead.__table__)
_ADD, _COLUMNS = insert(AuditEntry.__table__), AuditEntry.__table__.columns.keys()


class Event(StrEnum):
    LOGGED_IN = "person.logged_in"
    LOG_IN_FAILED = "person.log_in_failed"
    LOGGED_OUT = "person.logged_out"
    SESSION_REVOKED = "person.session_revoked"
    PERSON_INVITED = "person.invited"
    PERSON_DISABLED = "person.disabled"
    PERSON_UPDATED = "person.updated"
    PASSWORD_SET = "person.password_set"
    SECOND_FACTOR_SET = "person.second_factor_set"
    RECOVERY_CODE_USED = "person.recovery_code_used"
    RECOVERY_CODES_REPLACED = "person.recovery_codes_replaced"
    PASSKEY_ADDED = "person.passkey_added"
    PASSKEY_REMOVED = "person.passkey_removed"
    CODE_REFUSED = "person.code_refused"
    ROLE_GIVEN = "person.role_given"
    ROLE_TAKEN = "person.role_taken"
    OFFICE_CREATED = "office.created"
    OFFICE_UPDATED = "office.updated"
    IDENTITY_VERIFIED = "identity.verified"
    KEY_CREATED = "key.created"
    KEY_RENEWED = "key.renewed"  # made to take the place of one that ends
    KEY_TIED = "key.tied_to_passkey"
    KEY_CLOSED = "key.closed_to_password"
    KEY_RECOVERED = "key.recovered_by_passkey"
    KEY_DESTROYED = "key.destroyed"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_RENEWED = "certificate.renewed"
    CERTIFICATE_ADOPTED = "certificate.adopted"  # a remote provider's
    CERTIFICATE_REVOKED = "certificate.revoked"
    CERTIFICATE_SUSPENDED = "certificate.suspended"
    CERTIFICATE_RESUMED = "certificate.resumed"
    SERVICE_KEY_ROTATED = "service_key.rotated"
    SERVICE_KEY_CERTIFIED = "service_key.certified"
    AUTHORITY_CREATED = "authority.created"
    AUTHORITY_SHARED = "authority.shared"
    AUTHORITY_REVOKED = "authority.revoked"
    ROOT_LIST_SIGNED = "authority.root_list_signed"
    ANCHOR_ADDED = "anchor.added"
    ANCHOR_REMOVED = "anchor.removed"
    LETTER_CREATED = "letter.created"
    LETTER_UPDATED = "letter.updated"
    LETTER_REVISED = "letter.revised"
    MARK_PLACED = "letter.mark_placed"
    LETTER_SUBMITTED = "letter.submitted"
    LETTER_WITHDRAWN = "letter.withdrawn"
    CHAIN_SET = "letter.chain_set"
    LETTER_INITIALLED = "letter.initialled"
    INITIAL_RECALLED = "letter.initial_recalled"
    STEP_REASSIGNED = "letter.step_reassigned"
    OPINION_ASKED = "letter.opinion_asked"
    OPINION_GIVEN = "letter.opinion_given"
    CHAIN_SAVED = "office.chain_saved"
    CHAIN_FORGOTTEN = "office.chain_forgotten"
    LETTER_RETURNED = "letter.returned"
    LETTER_REJECTED = "letter.rejected"
    LETTER_READ = "letter.read"
    LETTER_SIGNED = "letter.signed"
    EVIDENCE_KEPT = "letter.evidence_kept"
    LETTER_DOWNLOADED = "letter.downloaded"
    LETTER_ARCHIVED = "letter.archived"
    LETTER_FINAL = "letter.final"
    ARCHIVE_CHECKED = "archive.checked"
    LETTER_REVOKED = "letter.revoked"
    LETTER_REPLACED = "letter.replaced"
    JOB_RETRIED = "job.retried"
    CUSTODIAN_SET = "custodian.set"
    BSRE_STATUS = "bsre.status"
    REMOTE_STARTED = "remote_signature.started"
    REMOTE_SENT = "remote_signature.sent"
    REMOTE_ENDED = "remote_signature.ended"


def record(work: Work, event: Event, letter: Letter | None = None, **facts: object) -> None:
    """Append one entry in the transaction of the change it tells of. The head row is locked until the commit."""
    work.session.flush()  # what it tells of has its id, and is older than the entry
    head = work.execute(_LOCK).one_or_none()
    if head is None:
        raise LookupError("the audit trail has no head; the database is not migrated")
    entry = AuditEntry(
        number=head.number + 1,
        at=work.now,
        actor_id=work.actor.id if work.actor else None,
        event=event,
        letter_id=letter.id if letter else None,
        facts=json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str),
        previous=head.sha256,
    )
    entry.sha256 = digest(entry)
    work.execute(_ADD, {name: getattr(entry, name) for name in _COLUMNS})
    work.execute(_MOVE, {"number": entry.number, "sha256": entry.sha256})


def digest(entry: AuditEntry) -> str:
    """SHA-256 in hex over everything in the entry, the hash of the one before included."""
    told = [
        entry.number, _iso(entry.at), entry.actor_id, str(entry.event), entry.letter_id, entry.facts, entry.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def broken_at(work: Work) -> int | None:
    """The number of the first entry that does not follow from the one before, or None when the trail is whole."""
    previous, expected = "0" * 64, 1
    entries: Iterable[AuditEntry] = work.session.scalars(
        select(AuditEntry).order_by(AuditEntry.number).execution_options(yield_per=500)
    )
    for entry in entries:
        if entry.number != expected or entry.previous != previous or entry.sha256 != digest(entry):
            return expected
        previous, expected = entry.sha256, expected + 1
    head = work.session.get(AuditHead, 1)
    # Cutting off the end leaves a whole but shorter chain: the head tells how long it was.
    return None if head and (head.number, head.sha256) == (expected - 1, previous) else expected


def of_letter(work: Work, letter: Letter) -> list[AuditEntry]:
    return list(
        work.session.scalars(select(AuditEntry).where(AuditEntry.letter_id == letter.id).order_by(AuditEntry.number))
    )


def latest(
    work: Work, *, before: int | None = None, limit: int = 50, kinds: Iterable[str] = (), who: str = ""
) -> list[AuditEntry]:
    """The newest entries first, for auditors; `before` is the number to page on from.

    `kinds`: what their events begin with ("letter."); `who`: a part of the name or address of who did it.
    """
    query = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit)
    if kinds:
        query = query.where(or_(*(AuditEntry.event.startswith(kind, autoescape=True) for kind in kinds)))
    if who:
        named = or_(Person.name.icontains(who, autoescape=True), Person.email.icontains(who, autoescape=True))
        query = query.where(AuditEntry.actor_id.in_(select(Person.id).where(named)))
    if before:
        query = query.where(AuditEntry.number < before)
    return list(work.session.scalars(query))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
