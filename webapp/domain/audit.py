"""The trail: who did what, when, to which letter. Ids, digests and states; never secrets or the text of a letter."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Row, Select, bindparam, exists, func, insert, select, update

from webapp.domain.work import Work
from webapp.models import AuditEntry, AuditHead, Letter

# On plain tables, and made once: an entry is on the way of every tap.
_LOCK, _MOVE = select(AuditHead.__table__).with_for_update(), update(AuditHead.__table__)
_ENTRIES, _HEAD = AuditEntry.__table__, select(AuditHead.__table__)
_ADD = insert(_ENTRIES)
_FOLLOWING = (
    select(_ENTRIES)
    .where(_ENTRIES.c.number > bindparam("after"), _ENTRIES.c.number <= bindparam("upto"))
    .order_by(_ENTRIES.c.number)
    .execution_options(yield_per=1000)
)
_IS_BEYOND_HEAD = select(exists().where(_ENTRIES.c.number > select(AuditHead.number).scalar_subquery()))


class Event(StrEnum):
    LOGGED_IN = "person.logged_in"
    LOG_IN_FAILED = "person.log_in_failed"
    LOGGED_OUT = "person.logged_out"
    SESSION_REVOKED = "person.session_revoked"
    PERSON_CREATED = "person.created"
    PERSON_INVITED = "person.invited"
    PERSON_DISABLED = "person.disabled"
    PERSON_UPDATED = "person.updated"
    PASSWORD_SET = "person.password_set"
    SECOND_FACTOR_SET = "person.second_factor_set"
    SECOND_FACTOR_RESET = "person.second_factor_reset"  # by an administrator
    RECOVERY_CODE_USED = "person.recovery_code_used"
    RECOVERY_CODES_REPLACED = "person.recovery_codes_replaced"
    PASSKEY_ADDED = "person.passkey_added"
    PASSKEY_REMOVED = "person.passkey_removed"
    CODE_REFUSED = "person.code_refused"
    ROLE_GIVEN = "person.role_given"
    ROLE_TAKEN = "person.role_taken"
    OFFICE_CREATED = "office.created"
    OFFICE_UPDATED = "office.updated"
    LETTERHEAD_SET = "office.letterhead_set"
    IMPORT_APPLIED = "import.applied"
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
    MANDATE_GRANTED = "mandate.granted"
    MANDATE_ACCEPTED = "mandate.accepted"
    MANDATE_DECLINED = "mandate.declined"
    MANDATE_REVOKED = "mandate.revoked"
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
    LETTER_LAPSED = "letter.lapsed"  # its day went by: returned by itself
    LETTER_REASSIGNED = "letter.reassigned"  # from who left
    LETTER_REJECTED = "letter.rejected"
    LETTER_TAKEN_OVER = "letter.taken_over"  # by a deputy
    LETTER_GIVEN_BACK = "letter.given_back"
    LETTER_READ = "letter.read"
    LETTER_KEPT = "letter.kept"  # on a device, to be read without a network
    LETTER_SIGNED = "letter.signed"
    MERGE_STARTED = "merge.started"
    MERGE_SUBMITTED = "merge.submitted"
    MERGE_DROPPED = "merge.dropped"  # the table and its names; not the letters
    TURN_TAKEN = "letter.turn_taken"
    SIGNATURES_VOIDED = "letter.signatures_voided"
    BATCH_APPROVED = "batch.approved"
    EVIDENCE_KEPT = "letter.evidence_kept"
    LETTER_DOWNLOADED = "letter.downloaded"
    LETTER_ARCHIVED = "letter.archived"
    LETTER_FINAL = "letter.final"
    ARCHIVE_CHECKED = "archive.checked"
    LETTER_REVOKED = "letter.revoked"
    LETTER_REPLACED = "letter.replaced"
    AUDIT_EXPORTED = "audit.exported"
    PATTERN_SET = "number.pattern_set"
    PATTERN_REMOVED = "number.pattern_removed"
    BOOK_STARTED = "number.book_started"
    NUMBER_TAKEN = "number.taken"
    NUMBER_RETURNED = "number.returned"
    NUMBER_VOIDED = "number.voided"
    LETTER_BUNDLED = "letter.bundled"
    COPY_LISTED = "copy.listed"
    COPY_UNLISTED = "copy.unlisted"
    COPY_SENT = "copy.sent"  # taken by the mail server
    COPY_REFUSED = "copy.refused"
    COPY_CODE_MADE = "copy.code_made"
    COPY_LINK_CLOSED = "copy.link_closed"
    COPY_FETCHED = "copy.fetched"  # by whoever held link and code
    REGISTER_EXPORTED = "register.exported"
    TRAINING_RECORDED = "training.recorded"
    ADOPTION_REPORTED = "adoption.reported"
    RETENTION_SET = "retention.set"
    RETENTION_REMOVED = "retention.removed"
    HOLD_PLACED = "hold.placed"
    HOLD_LIFTED = "hold.lifted"
    DISPOSAL_PROPOSED = "disposal.proposed"
    DISPOSAL_APPROVED = "disposal.approved"
    DISPOSAL_CONFIRMED = "disposal.confirmed"
    DISPOSAL_DROPPED = "disposal.dropped"
    DISPOSAL_SKIPPED = "disposal.skipped"  # a letter that may not go any more
    DISPOSAL_DONE = "disposal.done"
    LETTER_DISPOSED = "letter.disposed"
    JOB_RETRIED = "job.retried"
    TOKEN_CREATED = "token.created"
    TOKEN_REVOKED = "token.revoked"
    LETTER_HANDED_IN = "letter.handed_in"  # by another system, with one of its tokens
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_ENDED = "webhook.ended"
    WEBHOOK_SENT_AGAIN = "webhook.sent_again"
    WEBHOOK_SECRET_RENEWED = "webhook.secret_renewed"
    WEBHOOK_OLD_SECRET_ENDED = "webhook.old_secret_ended"  # before its day was over
    CUSTODIAN_SET = "custodian.set"
    BSRE_STATUS = "bsre.status"
    REMOTE_STARTED = "remote_signature.started"
    REMOTE_SENT = "remote_signature.sent"
    REMOTE_ENDED = "remote_signature.ended"
    PRACTICE_AUTHORITY_CREATED = "practice.authority_created"
    PRACTICE_CHECKED = "practice.letter_checked"  # its trainee looked up the code on the public page
    DRILL_ANSWERED = "practice.drill_answered"


class Entry(NamedTuple):
    """What the hash of an entry covers."""

    number: int
    at: datetime
    actor_id: int | None
    event: Event
    letter_id: int | None
    facts: str
    previous: str


def record(work: Work, event: Event, letter: Letter | None = None, **facts: object) -> None:
    """Append one entry in the transaction of the change it tells of. The head row is locked until the commit.

    What happens to a practice letter says so in its facts: nobody may take it for the work of the office.
    """
    work.session.flush()  # what it tells of has its id, and is older than the entry
    if letter is not None and letter.is_practice:
        facts["practice"] = True
    _append(work, [(event, letter.id if letter else None, facts)])


def record_all(work: Work, told: Sequence[tuple[Event, dict[str, object]]]) -> None:
    """Append many entries at once, in their order: thousands of changes hold the head for a moment only."""
    work.session.flush()
    _append(work, [(event, None, facts) for event, facts in told])


def _append(work: Work, told: Iterable[tuple[Event, int | None, dict[str, object]]]) -> None:
    head = work.execute(_LOCK).one_or_none()
    if head is None:
        raise LookupError("the audit trail has no head; the database is not migrated")
    number, previous, rows = head.number, head.sha256, []
    for event, letter_id, facts in told:
        number += 1
        text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        actor_id = work.actor.id if work.actor else None
        entry = Entry(number, work.now, actor_id, event, letter_id, text, previous)
        previous = digest(entry)
        rows.append(entry._asdict() | {"sha256": previous})
    if rows:
        work.execute(_ADD, rows if len(rows) > 1 else rows[0])
        work.execute(_MOVE, {"number": number, "sha256": previous})


def digest(entry: AuditEntry | Row | Entry) -> str:
    """SHA-256 in hex over everything in the entry, the hash of the one before included."""
    told = [
        entry.number, _iso(entry.at), entry.actor_id, str(entry.event), entry.letter_id, entry.facts, entry.previous,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Progress:
    """How far a check of the trail has come: everything up to `number` follows, and hashes to `sha256`."""

    number: int = 0
    sha256: str = "0" * 64
    of: int = 0  # entries there were when this was found out
    broken_at: int | None = None  # the first that does not follow from the one before
    is_done: bool = False


def check(work: Work, start: Progress, *, seconds: float = 2.0) -> Progress:
    """Go on with a check of the whole trail for a bounded time; writes nothing. Ends done, or broken.

    Cutting off the end leaves a whole but shorter chain: the head tells how long it was. Entries appended meanwhile
    are the next check's.
    """
    head = work.execute(_HEAD).one_or_none()
    if head is None:  # somebody removed it: nothing tells any more how long the trail was
        return replace(start, broken_at=start.number + 1, is_done=True)
    number, previous = start.number, start.sha256
    ends, looked = time.monotonic() + seconds, 0
    rows = work.session.execute(_FOLLOWING, {"after": number, "upto": head.number})
    for entry in rows:
        if entry.number != number + 1 or entry.previous != previous or entry.sha256 != digest(entry):
            return Progress(number, previous, head.number, number + 1, is_done=True)
        number, previous, looked = entry.number, entry.sha256, looked + 1
        if looked % 500 == 0 and time.monotonic() > ends and number < head.number:
            rows.close()
            return Progress(number, previous, head.number)
    has_more = work.execute(_IS_BEYOND_HEAD).scalar()  # one statement, so that a racing writer is no alarm
    is_whole = (head.number, head.sha256) == (number, previous) and not has_more
    return Progress(number, previous, head.number, None if is_whole else number + 1, is_done=True)


def broken_at(work: Work) -> int | None:
    """The number of the first entry that does not follow from the one before, or None when the trail is whole."""
    return check(work, Progress(), seconds=float("inf")).broken_at


def of_letter(work: Work, letter: Letter) -> list[AuditEntry]:
    return list(
        work.session.scalars(select(AuditEntry).where(AuditEntry.letter_id == letter.id).order_by(AuditEntry.number))
    )


def first_read(work: Work, letter_id: int, people: Iterable[int], since: datetime) -> dict[int, datetime]:
    """{person: when he first opened the letter since then}, of those of these people who did."""
    mine = (AuditEntry.letter_id == letter_id, AuditEntry.event == Event.LETTER_READ, AuditEntry.at >= since)
    query = select(AuditEntry.actor_id, func.min(AuditEntry.at)).where(*mine, AuditEntry.actor_id.in_(list(people)))
    return dict(work.session.execute(query.group_by(AuditEntry.actor_id)).all())


def first_readings(work: Work, letters: Select[tuple[int]], person_id: int, since: datetime) -> dict[int, datetime]:
    """{letter: when this person first opened it since then}, of those of these letters that he opened."""
    mine = (AuditEntry.event == Event.LETTER_READ, AuditEntry.at >= since, AuditEntry.actor_id == person_id)
    query = select(AuditEntry.letter_id, func.min(AuditEntry.at)).where(*mine, AuditEntry.letter_id.in_(letters))
    return dict(work.session.execute(query.group_by(AuditEntry.letter_id)).all())


def latest(work: Work, *, limit: int = 50) -> list[AuditEntry]:
    """The newest entries first."""
    return list(work.session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit)))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
