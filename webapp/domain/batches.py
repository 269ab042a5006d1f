"""Several letters approved at once: what was shown, and after the consent to exactly that the signing in stretches.

A key opens only with the official's own cookie, so no job can sign: each request signs a stretch, and whatever ended in
between goes on where it was. Each letter is signed on its own, so one that cannot be is told and holds up no other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, select

from signing.errors import SigningError
from webapp.domain import (
    approvals,
    batch_lists,
    bsre,
    custodians,
    keys,
    letters,
    marks,
    merges,
    permissions,
    signatures,
    waits,
)  # fmt: skip
from webapp.domain.approvals import Approval
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, DomainError, Invalid, Locked, NotFound
from webapp.domain.waits import Mark, Which
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import AuditEntry, Batch, BatchItem, Letter, Outcome

MOST = 200  # letters in one batch
SHOWN_FOR = timedelta(minutes=15)  # a list older than that is read again before a code counts for it
GOES_ON_FOR = timedelta(hours=1)  # after the code: time enough for a dead battery, too short for a forgotten phone

NONE_CHOSEN = N_("Pilih dulu suratnya.")
TOO_MANY = N_("Paling banyak 200 surat sekaligus.")
UNREAD = N_("Ada surat yang belum Anda buka. Baca dahulu, lalu pilih lagi.")
STALE = N_("Daftar ini sudah lama. Pilih lagi suratnya, agar yang disetujui sama dengan yang sekarang ada.")
OVER = N_("Persetujuan ini sudah lewat satu jam. Pilih dan setujui lagi surat yang tersisa.")
ONE_BY_ONE = N_("Penyedia tanda tangan Anda meminta persetujuan satu per satu, jadi surat tidak dapat digabung.")

MIXED = N_("Surat latihan dan surat sungguhan tidak dapat disetujui bersama.")
UNAVAILABLE = N_("Kunci tanda tangan sedang tidak dapat dipakai. Coba lagi.")


@dataclass(frozen=True)
class Candidate:
    """A letter that waits, and whether it may be taken into a batch yet."""

    letter: Letter
    is_read: bool
    may_join: bool


@dataclass(frozen=True)
class Choice:
    """A page of what may be chosen from, and how much there is on all pages."""

    candidates: list[Candidate]
    after: Mark | None
    total: int


@dataclass(frozen=True)
class Group:
    """What one table made and waits."""

    merge_id: int
    subject: str
    size: int


@dataclass(frozen=True)
class Turn:
    """One letter on its way: opened for signing, then signed; `cause` where it cannot be."""

    item: BatchItem
    approval: Approval | None = None
    signed: signatures.Made | None = None
    cause: str = ""


def choice(work: Work, which: Which, *, size: int = MOST, after: Mark | None = None) -> Choice:
    """The letters that wait for the actor's own signature, in the order of the list of waiting ones."""
    which = replace(which, to_sign=True)
    page = waits.page(work, work.person, which, size=size, after=after)
    waiting = [one for one in page.letters if permissions.can(work, Action.SIGN, one)]
    read = _read(work, waiting)
    found = [Candidate(one, one.id in read, one.id in read or one.office.may_batch_unread) for one in waiting]
    return Choice(found, page.after, waits.count(work, work.person, which))


def groups(work: Work) -> list[Group]:
    """What may be chosen at once since one table made it."""
    found: dict[int, list[int]] = {}
    for letter_id, merge_id in merges.groups(work, work.person).items():
        found.setdefault(merge_id, []).append(letter_id)
    return [Group(one, work.session.get_one(Letter, ids[0]).subject, len(ids)) for one, ids in found.items()]


def is_offered(work: Work) -> bool:
    """Whether the actor's custodian signs on one code for several letters."""
    return bsre.account(work, work.person) is None and not custodians.asks(keys.find(work, work.person))


def make(work: Work, letter_ids: Sequence[int]) -> Batch:
    """Write down the list that is shown next. A list that was never consented to makes room for it.

    Raises Invalid (none or too many chosen, one unread, a custodian who asks each time), NotFound, Forbidden, Conflict.
    """
    if not letter_ids or len(letter_ids) > MOST:
        raise Invalid(TOO_MANY if letter_ids else NONE_CHOSEN)
    chosen = [letters.get(work, letter_id) for letter_id in dict.fromkeys(letter_ids)]
    if len({letter.is_practice for letter in chosen}) > 1:
        raise Invalid(MIXED)
    if not chosen[0].is_practice and not is_offered(work):
        raise Invalid(ONE_BY_ONE)
    for letter in chosen:
        permissions.require(work, Action.SIGN, letter)
    read = _read(work, chosen)
    if any(letter.id not in read and not letter.office.may_batch_unread for letter in chosen):
        raise Invalid(UNREAD)
    _forget_unconsented(work)
    items = [BatchItem(letter_id=letter.id, approval_digest=marks.digest(letter)) for letter in chosen]
    made = Batch(person_id=work.person.id, digest=batch_lists.digest(items), created_at=work.now, items=items)
    work.session.add(made)
    work.session.flush()
    return made


def get(work: Work, batch_id: int) -> Batch:
    """The actor's own. Anybody else's is not found."""
    found = work.session.get(Batch, batch_id)
    if found is None or found.person_id != work.person.id:
        raise NotFound
    return found


def unfinished(work: Work) -> Batch | None:
    """The actor's newest batch that was consented to, may still go on and has letters left."""
    waits = Batch.items.any(BatchItem.outcome == Outcome.WAITING)
    query = select(Batch).where(Batch.person_id == work.person.id, Batch.consented_at > work.now - GOES_ON_FOR, waits)
    return work.session.scalars(query.order_by(Batch.id.desc()).limit(1)).first()


def may_go_on(work: Work, batch: Batch) -> bool:
    """Whether the consent still counts: it was given, and not long ago."""
    return batch.consented_at is not None and work.now - batch.consented_at <= GOES_ON_FOR


def begin(work: Work, batch: Batch, most: int, secret: bytes, wrapped: bytes | None = None) -> list[Turn]:
    """Open the next letters of the list for signing; reads only. `secret`, `wrapped`: as keys.open_key takes them.

    Raises Conflict (the consent is over, or the list is not the one consented to), Locked.
    """
    if not may_go_on(work, batch):
        raise Conflict(OVER)
    if batch_lists.digest(batch.items) != batch.digest:
        raise Conflict(STALE)
    return [_begun(work, item, secret, wrapped) for item in batch.of(Outcome.WAITING)[:most]]


def sign(work: Work, turn: Turn) -> Turn:
    """Make the signature and keep the signed file. No transaction needs to be open."""
    if turn.approval is None:
        return turn
    try:
        return replace(turn, signed=signatures.make(work, turn.approval))
    except SigningError:
        return replace(turn, cause=UNAVAILABLE)


def complete(work: Work, turn: Turn) -> None:
    """Write one letter's signature down, or why it could not be."""
    letter, cause = work.session.get_one(Letter, turn.item.letter_id), turn.cause
    if turn.approval is not None and turn.signed is not None:
        try:
            letter = signatures.complete(work, turn.approval, turn.signed)
        except Conflict as error:
            cause = error.message
    # What the actor has signed already was done by a request that could not say so any more.
    is_done = approvals.is_signed_by(work, letter)
    turn.item.outcome, turn.item.cause = (Outcome.SIGNED, "") if is_done else (Outcome.FAILED, cause[:300])
    work.session.flush()  # the next letter's conflict reads everything anew


def try_again(work: Work, batch: Batch) -> None:
    """Those that failed wait again, where they still are as they were shown."""
    for item in batch.of(Outcome.FAILED):
        if permissions.can(work, Action.SIGN, item.letter) and marks.digest(item.letter) == item.approval_digest:
            item.outcome, item.cause = Outcome.WAITING, ""


def _begun(work: Work, item: BatchItem, secret: bytes, wrapped: bytes | None) -> Turn:
    try:
        letter = approvals.get(work, item.letter_id)
        opened = approvals.begin(work, letter, digest=item.approval_digest, secret=secret, wrapped=wrapped)
    except Locked:
        raise
    except DomainError as error:
        return Turn(item, cause=error.message)
    return Turn(item, replace(opened, batch_id=item.batch_id))


def _read(work: Work, some: Sequence[Letter]) -> set[int]:
    """Ids of those that the actor opened in the version that is in force."""
    query = select(AuditEntry.letter_id, AuditEntry.facts).where(
        AuditEntry.letter_id.in_([letter.id for letter in some]), AuditEntry.actor_id == work.person.id,
        AuditEntry.event == Event.LETTER_READ,
    )  # fmt: skip
    opened = {(letter_id, json.loads(facts).get("version")) for letter_id, facts in work.session.execute(query)}
    return {letter.id for letter in some if (letter.id, letter.version_number) in opened}


def _forget_unconsented(work: Work) -> None:
    old = select(Batch.id).where(Batch.person_id == work.person.id, Batch.consented_at.is_(None))
    work.session.execute(delete(BatchItem).where(BatchItem.batch_id.in_(old)))
    work.session.execute(delete(Batch).where(Batch.person_id == work.person.id, Batch.consented_at.is_(None)))
