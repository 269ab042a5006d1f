"""The whole trail searched and exported, for auditors. What an entry is: audit.py. Nothing is written here but that
an export was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from webapp.domain import audit, exports, permissions, vault, visibility
from webapp.domain.audit import Event, Progress
from webapp.domain.errors import N_, Conflict
from webapp.domain.work import Work
from webapp.models import AuditEntry, Letter, Person, Role

CHUNK = 1_000
NAMED = 10  # people whose entries are looked for in the facts too: each costs a scan
COLUMNS = ("nomor", "waktu_utc", "peristiwa", "pelaku", "surel_pelaku", "surat", "nomor_surat", "rincian", "sha256")
CHECK_LIVES = 3600  # seconds between two steps of one check

STALE = N_("Pemeriksaan ini sudah terlalu lama. Mulai lagi dari awal.")


@dataclass(frozen=True)
class Search:
    """What is looked for; what is empty asks for nothing."""

    kinds: tuple[str, ...] = ()  # what the events begin with: "letter."
    event: str = ""
    who: str = ""  # a part of the name or address of who did it, or whom it was done to
    letter: str = ""  # a part of the number of a letter that the auditor may read
    since: datetime | None = None
    until: datetime | None = None  # exclusive

    @property
    def is_empty(self) -> bool:
        return self == Search()


def find(work: Work, search: Search, *, before: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """The newest entries first; `before` is the number to page on from."""
    permissions.require_role(work, Role.AUDITOR)
    query = _query(work, search).order_by(AuditEntry.number.desc()).limit(limit)
    if before:
        query = query.where(AuditEntry.number < before)
    return list(work.session.scalars(query))


def note_export(work: Work, search: Search) -> None:
    """That the trail left the system is an event as well, with what was looked for in names of fields only."""
    permissions.require_role(work, Role.AUDITOR)
    audit.record(work, Event.AUDIT_EXPORTED, fields=sorted(name for name, value in asdict(search).items() if value))


def chunk(work: Work, search: Search, *, after: int, upto: int) -> tuple[list[AuditEntry], dict[int, str]]:
    """The next CHUNK entries, oldest first, up to a number; and the numbers of those letters that may be read."""
    query = _query(work, search).where(AuditEntry.number > after, AuditEntry.number <= upto)
    found = list(work.session.scalars(query.order_by(AuditEntry.number).limit(CHUNK)))
    ids = {entry.letter_id for entry in found if entry.letter_id}
    readable = select(Letter.id, Letter.number).where(Letter.id.in_(ids), visibility.visible(visibility.reach(work)))
    return found, dict(work.session.execute(readable).all())


def csv_lines(entries: list[AuditEntry], numbers: dict[int, str]) -> Iterator[str]:
    for entry in entries:
        who = entry.actor
        yield exports.csv_line([
            entry.number, entry.at.isoformat(), entry.event, who.full_name if who else "", who.email if who else "",
            entry.letter_id, numbers.get(entry.letter_id or 0), entry.facts, entry.sha256,
        ])  # fmt: skip


def _query(work: Work, search: Search) -> Select[tuple[AuditEntry]]:
    query = select(AuditEntry).options(joinedload(AuditEntry.actor))
    if search.kinds:
        query = query.where(or_(*(AuditEntry.event.startswith(kind, autoescape=True) for kind in search.kinds)))
    if search.event:
        query = query.where(AuditEntry.event == search.event)
    if search.since:
        query = query.where(AuditEntry.at >= search.since)
    if search.until:
        query = query.where(AuditEntry.at < search.until)
    if search.who:
        query = query.where(_concerns(work, search.who))
    if search.letter:
        wanted = and_(
            Letter.number.icontains(search.letter, autoescape=True), visibility.visible(visibility.reach(work))
        )
        query = query.where(AuditEntry.letter_id.in_(select(Letter.id).where(wanted)))
    return query


def _concerns(work: Work, who: str):  # noqa: ANN202
    """Done by these people, or to one of the first NAMED of them: the facts name him by id, in canonical JSON."""
    named = or_(Person.name.icontains(who, autoescape=True), Person.email.icontains(who, autoescape=True))
    ids = list(work.session.scalars(select(Person.id).where(named).order_by(Person.id).limit(NAMED)))
    subject = [AuditEntry.facts.contains(f'"person_id":{i}{end}') for i in ids for end in (",", "}")]
    return or_(AuditEntry.actor_id.in_(select(Person.id).where(named)), *subject)


def check(work: Work, token: str = "") -> tuple[Progress, str]:
    """Go on with a check of the whole trail: how far it has come, and the token for the next step.

    Bounded in time and without a job, so that an auditor writes nothing. The token is signed and the auditor's own:
    nobody makes a trail look whole by an address.
    """
    permissions.require_role(work, Role.AUDITOR)
    start = Progress()
    if token:
        try:
            number, sha256 = _tokens(work).loads(token, max_age=CHECK_LIVES)
        except BadData:
            raise Conflict(STALE) from None
        start = replace(start, number=number, sha256=sha256)
    found = audit.check(work, start)
    return found, "" if found.is_done else _tokens(work).dumps([found.number, found.sha256])


def _tokens(work: Work) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(vault.subkey(work.config, "trail"), salt=f"check {work.person.id}")
