"""Disposal of letters (pemusnahan, Perka ANRI 37/2016): listed at night, approved with a decree, confirmed by a second
person, each with a one-time code over the list as shown; then their files are removed and a record is left. Each step
looks anew whether a letter may still go.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from webapp.config import Config
from webapp.domain import (
    audit,
    contents,
    documents,
    indexing,
    outbox,
    page_images,
    permissions,
    retention,
    second_factor,
)
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import Disposal, DisposalItem, DisposalState, Letter, Office, Role  # fmt: skip

MOST = 200  # letters in one list: as many as two people can look through
SETTLED = timedelta(days=2)  # a file touched later may be on its way into another letter: it is looked at again later
OPEN = (DisposalState.PROPOSED, DisposalState.APPROVED)

OTHER_LIST = N_("Daftar ini berubah sejak Anda melihatnya. Periksa lagi, lalu ulangi.")
SAME_PERSON = N_("Yang menyetujui tidak boleh mengonfirmasi sendiri. Mintalah administrator lain.")
CHANGED_SINCE = N_("Daftar ini berubah sejak disetujui. Batalkan, agar sisanya diusulkan lagi.")
WRONG_STATE = N_("Usul musnah ini sudah berubah. Muat ulang halaman.")


@dataclass(frozen=True)
class Record:
    """What is left of a disposed letter, beside the letter's own row and its trail."""

    decree: str
    decree_on: date | None
    disposed_at: datetime
    rule: str
    subject_sha256: str | None


def propose(work: Work) -> None:
    """List what is due, one open list an office. Adds to it night by night; runs twice as once."""
    for office in work.session.scalars(select(Office).order_by(Office.id)):
        query = select(Disposal).where(Disposal.office_id == office.id, Disposal.state == DisposalState.PROPOSED)
        listed = work.session.scalars(query.order_by(Disposal.id.desc())).first()
        _prune(work, listed)
        found = retention.due(work, office, MOST - (len(listed.items) if listed else 0))
        if not found:
            continue
        if listed is None:
            listed = Disposal(office_id=office.id, proposed_at=work.now)
            work.session.add(listed)
        listed.items.extend(DisposalItem(letter_id=one.id, rule=retention.told(rule)) for one, rule in found)
        work.session.flush()
        audit.record(work, Event.DISPOSAL_PROPOSED, disposal_id=listed.id, letters=[one.id for one, _rule in found])


def _prune(work: Work, listed: Disposal | None) -> None:
    """Letters that may not go any more leave a list that nobody has approved."""
    for item in list(listed.items) if listed else ():
        if retention.rule_if_due(work, item.letter) is None:
            listed.items.remove(item)


def listed(work: Work, offices: list[Office]) -> list[Disposal]:
    """Those of these offices, the newest first."""
    query = select(Disposal).where(Disposal.office_id.in_([one.id for one in offices]))
    return list(work.session.scalars(query.order_by(Disposal.id.desc()).limit(200)))


def get(work: Work, disposal_id: int) -> Disposal:
    """One of an office that the actor administers. Raises NotFound."""
    found = work.session.get(Disposal, disposal_id)
    if found is None or not permissions.holds(work.person, Role.ADMINISTRATOR, found.office, inherited=True):
        raise NotFound
    return found


def digest(disposal: Disposal) -> str:
    """Of the list as it is shown: which letters, by which rule, in which file."""
    shown = [[one.letter_id, one.letter.number, one.rule, _signed(one.letter)] for one in disposal.items]
    return hashlib.sha256(json.dumps(["teken disposal 1", shown], separators=(",", ":")).encode()).hexdigest()


def approve(work: Work, disposal: Disposal, *, decree: str, decree_on: date, shown: str, code: str) -> None:
    """The first person: by this decree, exactly the list that was shown. Raises Conflict, Invalid, WrongCode."""
    disposal = _locked(work, disposal, DisposalState.PROPOSED)
    decree = decree.strip()
    if not decree:
        raise Invalid(N_("Isi nomor berita acaranya."), field="decree")
    if decree_on > work.now.date() + timedelta(days=1):
        raise Invalid(N_("Tanggal berita acara belum tiba."), field="decree_on")
    _require_unchanged(work, disposal, shown)
    second_factor.consume(work, work.person, code, f"approve disposal {disposal.id} {shown} {decree_on} {decree}")
    disposal.state, disposal.decree, disposal.decree_on = DisposalState.APPROVED, decree, decree_on
    disposal.digest, disposal.approved_by_id, disposal.approved_at = shown, work.person.id, work.now
    audit.record(work, Event.DISPOSAL_APPROVED, disposal_id=disposal.id, decree=disposal.decree, digest=shown)


def confirm(work: Work, disposal: Disposal, *, shown: str, code: str) -> None:
    """The second person: from here on the files go. Raises Conflict, WrongCode; Invalid for the one who approved."""
    disposal = _locked(work, disposal, DisposalState.APPROVED)
    if disposal.approved_by_id == work.person.id:
        raise Invalid(SAME_PERSON)
    if digest(disposal) != disposal.digest:
        raise Conflict(CHANGED_SINCE)
    _require_unchanged(work, disposal, shown)
    second_factor.consume(work, work.person, code, f"confirm disposal {disposal.id} {shown} {disposal.decree}")
    disposal.state, disposal.confirmed_by_id, disposal.confirmed_at = DisposalState.CONFIRMED, work.person.id, work.now
    audit.record(work, Event.DISPOSAL_CONFIRMED, disposal_id=disposal.id, decree=disposal.decree, digest=shown)
    outbox.add(work, "dispose", disposal_id=disposal.id)


def drop(work: Work, disposal: Disposal) -> None:
    """Give a list up before its confirmation; what is still due then is listed anew some night."""
    disposal = _locked(work, disposal, *OPEN)
    disposal.items.clear()
    disposal.state = DisposalState.DROPPED
    audit.record(work, Event.DISPOSAL_DROPPED, disposal_id=disposal.id)


def waiting(work: Work, disposal_id: int) -> list[int]:
    """Ids of the confirmed list's letters that are not disposed of yet; none of a list that nobody confirmed."""
    disposal = work.session.get_one(Disposal, disposal_id)
    if disposal.state != DisposalState.CONFIRMED:
        return []
    return [item.id for item in disposal.items if item.disposed_at is None]


def dispose(work: Work, item_id: int) -> None:
    """One letter: the record is made and its words go, in one transaction; its files are removed after that.

    One that may not go any more (held, another rule) leaves the list instead.
    """
    item = work.session.get(DisposalItem, item_id)
    if item is None:  # held meanwhile
        return
    letter = work.session.get_one(Letter, item.letter_id, with_for_update={"of": Letter}, populate_existing=True)
    if item.disposed_at is not None or item.disposal.state != DisposalState.CONFIRMED:
        return
    if retention.rule_if_due(work, letter) is None:
        audit.record(work, Event.DISPOSAL_SKIPPED, letter, disposal_id=item.disposal_id)
        work.session.delete(item)
        return
    item.files, item.disposed_at = sorted(contents.files(work, letter)), work.now
    item.subject_sha256 = contents.forget_words(work, letter)
    letter.disposed_at = work.now
    indexing.put(work, letter, "")
    audit.record(
        work, Event.LETTER_DISPOSED, letter, disposal_id=item.disposal_id, decree=item.disposal.decree,
        sha256=_signed(letter), subject_sha256=item.subject_sha256, files=item.files,
    )  # fmt: skip


def removable(work: Work, disposal_id: int) -> dict[int, list[str]]:
    """Of each disposed letter whose files may still be there: those that no other letter needs. Reads only."""
    query = select(DisposalItem).where(
        DisposalItem.disposal_id == disposal_id, DisposalItem.disposed_at.is_not(None),
        DisposalItem.files_removed_at.is_(None),
    )  # fmt: skip
    items = list(work.session.scalars(query))
    needed = contents.needed(work, {sha256 for item in items for sha256 in item.files})
    return {item.id: [sha256 for sha256 in item.files if sha256 not in needed] for item in items}


def remove(config: Config, files: list[str], now: datetime) -> bool:
    """Remove files and the pictures of their pages. -> whether all are gone; one that was touched lately stays."""
    gone = [documents.remove(config, sha256, untouched_since=now - SETTLED) for sha256 in files]
    for sha256, is_gone in zip(files, gone, strict=True):
        if is_gone:
            page_images.forget(config, sha256)
    return all(gone)


def note_removed(work: Work, disposal_id: int, item_ids: list[int]) -> None:
    """Write down whose files are gone; ask for another look at those that stay, or end the list."""
    disposal = work.session.get_one(Disposal, disposal_id, populate_existing=True)
    work.session.refresh(disposal, ["items"])
    for item in disposal.items:
        if item.id in item_ids and item.files_removed_at is None:
            item.files_removed_at = work.now
    if any(item.files_removed_at is None for item in disposal.items):
        outbox.add(work, "dispose", at=work.now + SETTLED, disposal_id=disposal.id)
    elif disposal.state == DisposalState.CONFIRMED:
        disposal.state, disposal.done_at = DisposalState.DONE, work.now
        audit.record(work, Event.DISPOSAL_DONE, disposal_id=disposal.id, letters=len(disposal.items))


def record_of(work: Work, letter: Letter) -> Record | None:
    """The record of a letter that was disposed of."""
    item = work.session.scalars(select(DisposalItem).where(DisposalItem.letter_id == letter.id)).first()
    if letter.disposed_at is None or item is None:
        return None
    return Record(item.disposal.decree, item.disposal.decree_on, letter.disposed_at, item.rule, item.subject_sha256)


def _locked(work: Work, disposal: Disposal, *states: DisposalState) -> Disposal:
    """The list as it is now, under its lock, for its office's administrator and in one of these states."""
    permissions.require_role(work, Role.ADMINISTRATOR, disposal.office)
    found = work.session.get_one(Disposal, disposal.id, with_for_update={"of": Disposal}, populate_existing=True)
    if found.state not in states:
        raise Conflict(WRONG_STATE)
    return found


def _require_unchanged(work: Work, disposal: Disposal, shown: str) -> None:
    """What may not go any more leaves the list; then the list is no longer the one that was shown."""
    kept = [item for item in disposal.items if retention.rule_if_due(work, item.letter) is None]
    if kept or not disposal.items or digest(disposal) != shown:
        raise Conflict(OTHER_LIST)


def _signed(letter: Letter) -> str:
    return letter.signature.file_sha256 if letter.signature else ""
