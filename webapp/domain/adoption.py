"""The adoption board: per office and month, how many take part, how fast letters are signed, when and where from.

The figures of a month are made at night and kept; only one that no night has seen yet is counted when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from webapp.domain import audit, outbox, permissions, readiness
from webapp.domain.audit import Event
from webapp.domain.errors import Forbidden, NotFound
from webapp.domain.readiness import Member
from webapp.domain.work import Work
from webapp.models import Letter, Office, OfficeMonth, Role, Signature, State

OVERSEERS = (Role.ADMINISTRATOR, Role.AUDITOR)
SIGNED = (State.SIGNED, State.REVOKED, State.REPLACED)
TREND = 12  # months


@dataclass(frozen=True)
class Trend:
    """One month of the offices that are shown, as a whole."""

    month: date
    signed: int
    outside_hours: int


@dataclass(frozen=True)
class Line:
    office: Office
    figures: OfficeMonth


@dataclass(frozen=True)
class Board:
    month: date
    lines: list[Line]  # in the order of the tree; an office without people and letters has one too
    whole: OfficeMonth | None  # for those who oversee every office
    trend: list[Trend]  # oldest first, ends with the month
    counted_at: datetime
    is_closed: bool  # the month is over, and its figures were made after its end


@dataclass
class Tally:
    """Letters while they are counted."""

    outside_hours: int = 0
    located: int = 0
    away: int = 0
    waited: list[int] = field(default_factory=list)  # seconds

    def add(self, *, is_outside: bool, is_away: bool | None, waited: int) -> None:
        self.outside_hours += is_outside
        self.located += is_away is not None
        self.away += bool(is_away)
        self.waited.append(waited)


def overseen(work: Work) -> list[Office]:
    """The offices whose figures the actor may see: those that he administers or audits, and all below."""
    offices = work.session.scalars(select(Office).order_by(Office.path))
    return [one for one in offices if any(permissions.holds(work.person, r, one, inherited=True) for r in OVERSEERS)]


def board(work: Work, month: date) -> Board:
    """The figures of a month, of what the actor oversees. Raises Forbidden where that is nothing."""
    offices = overseen(work)
    if not offices:
        raise Forbidden
    found = _kept(work, month) or count(work, month)
    by_office = {row.office_id: row for row in found}
    whole = by_office.get(None) if _is_everything(work, offices) else None
    lines = [Line(one, by_office.get(one.id) or _nothing(by_office[None], one)) for one in offices]
    shown = [whole] if whole else [line.figures for line in lines]
    counted_at = min(row.counted_at for row in found)
    trend, ends = _trend(work, month, shown), _span(work, month)[1]
    return Board(month, lines, whole, trend, counted_at, counted_at >= ends)


def office_of(work: Work, office_id: int) -> Office:
    """An office whose figures the actor may see. Any other is not found."""
    found = next((office for office in overseen(work) if office.id == office_id), None)
    if found is None:
        raise NotFound
    return found


def members(work: Work, office: Office, month: date) -> list[Member]:
    """The people of an office by name, as they are now; active in the month."""
    return readiness.members_of(work, office, *_span(work, month))


def report(work: Work, month: date) -> Board:
    """The board for the head of region, for those who oversee every office; that it was made is recorded."""
    made = board(work, month)
    if made.whole is None:
        raise Forbidden
    audit.record(work, Event.ADOPTION_REPORTED, month=f"{month:%Y-%m}")
    return made


def this_month(work: Work) -> date:
    return work.now.astimezone(_zone(work)).date().replace(day=1)


def months(work: Work) -> list[date]:
    """Those that have figures, the newest first; at least the running one."""
    query = select(OfficeMonth.month).where(OfficeMonth.office_id.is_(None)).distinct()
    return sorted({*work.session.scalars(query), this_month(work)}, reverse=True)


def due(work: Work) -> list[OfficeMonth]:
    """The figures of the running month, and those of the month before where they were last made before its end.

    Reads only; `keep` writes them.
    """
    running = this_month(work)
    before = _previous(running)
    kept, ended = _kept(work, before), _span(work, before)[1]
    is_open = not kept or any(row.counted_at < ended for row in kept)
    return [*(count(work, before) if is_open else ()), *count(work, running)]


def keep(work: Work, rows: Sequence[OfficeMonth]) -> None:
    """Keep what was counted, in place of what was kept of these months. Twice is as once."""
    work.session.execute(delete(OfficeMonth).where(OfficeMonth.month.in_({row.month for row in rows})))
    work.session.add_all(rows)


def catch_up(work: Work, after: str) -> None:
    """Of the time before figures were kept: keep the month after this one ("": the first there is), ask for the next.

    Those that have figures already keep them: how many people there were can not be counted later.
    """
    first = work.session.scalar(select(func.min(Signature.signed_at)))
    month = _next(date.fromisoformat(after)) if after else (first or work.now).date().replace(day=1)
    if month < this_month(work):
        if not _kept(work, month):
            keep(work, count(work, month))
        outbox.add(work, "adoption", after=month.isoformat())


def count(work: Work, month: date) -> list[OfficeMonth]:
    """Rows of every office that has letters or people, and of the whole; not kept yet.

    One read of the month's signatures along their index. The median is of the waiting times.
    """
    since, until = _span(work, month)
    letters = _tallied(work, since, until)
    is_known = work.now < until + timedelta(days=7)  # later than that people are others
    people = readiness.by_office(work, since, until) if is_known else {}

    def row(office_id: int | None) -> OfficeMonth:
        of_letters, of_people = letters.get(office_id, Tally()), people.get(office_id)
        return OfficeMonth(
            office_id=office_id, month=month, signed=len(of_letters.waited), outside_hours=of_letters.outside_hours,
            located=of_letters.located, away=of_letters.away,
            median_seconds=round(median(of_letters.waited)) if of_letters.waited else None,
            counted_at=work.now, **(asdict(of_people) if of_people else {}),
        )  # fmt: skip

    return [row(office_id) for office_id in {None, *letters, *people}]


def _tallied(work: Work, since: datetime, until: datetime) -> dict[int | None, Tally]:
    zones = {row.id: ZoneInfo(row.zone) for row in work.session.execute(select(Office.id, Office.zone))}
    query = (
        select(Letter.office_id, Letter.state, Letter.submitted_at, Signature.signed_at, Signature.is_away)
        .join_from(Signature, Letter, isouter=True)  # an inner one would begin with all letters of these states
        .where(Signature.signed_at >= since, Signature.signed_at < until, Signature.is_complete)
        .where(Letter.trainee_id.is_(None))
        .execution_options(yield_per=2000)
    )
    found: dict[int | None, Tally] = {None: Tally()}
    for office_id, state, submitted_at, signed_at, is_away in work.session.execute(query):
        if state not in SIGNED:
            continue
        is_outside = not work.config.office_hours.is_open(signed_at.astimezone(zones[office_id]))
        waited = max(0, int((signed_at - (submitted_at or signed_at)).total_seconds()))
        for place in (office_id, None):
            found.setdefault(place, Tally()).add(is_outside=is_outside, is_away=is_away, waited=waited)
    return found


def _kept(work: Work, month: date) -> list[OfficeMonth]:
    return list(work.session.scalars(select(OfficeMonth).where(OfficeMonth.month == month)))


def _nothing(whole: OfficeMonth, office: Office) -> OfficeMonth:
    """An office that has no letters and nobody in it, where people were counted at all."""
    counts = dict.fromkeys(("people", "signers", "verified", "enrolled", "trained", "active"), 0)
    return OfficeMonth(
        office_id=office.id, month=whole.month, signed=0, outside_hours=0, located=0, away=0,
        counted_at=whole.counted_at, **(counts if whole.people is not None else {}),
    )  # fmt: skip


def _trend(work: Work, month: date, shown: Sequence[OfficeMonth]) -> list[Trend]:
    """Of the whole (the one row without an office), or of the offices of these rows together."""
    wanted = [month]
    while len(wanted) < TREND:
        wanted.append(_previous(wanted[-1]))
    ids = [row.office_id for row in shown]
    place = OfficeMonth.office_id.is_(None) if ids == [None] else OfficeMonth.office_id.in_(ids)
    sums = func.sum(OfficeMonth.signed), func.sum(OfficeMonth.outside_hours)
    query = select(OfficeMonth.month, *sums).where(OfficeMonth.month.in_(wanted[1:]), place).group_by(OfficeMonth.month)
    found = {day: Trend(day, signed, outside) for day, signed, outside in work.session.execute(query)}
    found[month] = Trend(month, sum(row.signed for row in shown), sum(row.outside_hours for row in shown))
    return [found.get(day, Trend(day, 0, 0)) for day in reversed(wanted)]


def _is_everything(work: Work, offices: Sequence[Office]) -> bool:
    return len(offices) == work.session.scalar(select(func.count(Office.id)))


def _zone(work: Work) -> ZoneInfo:
    """Of the topmost office: where its month begins, everybody's does."""
    name = work.session.scalars(select(Office.zone).order_by(Office.path).limit(1)).first()
    return ZoneInfo(name or "Asia/Jakarta")


def _span(work: Work, month: date) -> tuple[datetime, datetime]:
    """From its first moment to the first one after it."""
    here = _zone(work)
    begins, ends = (datetime.combine(day, time(), here).astimezone(UTC) for day in (month, _next(month)))
    return begins, ends


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _previous(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)
