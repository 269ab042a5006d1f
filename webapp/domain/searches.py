"""Finding letters among all that the actor may see: by words, number, subject, person, date, state and office.

Nothing is counted: a number of hits would tell of letters beyond the page, and counting a million takes a second.
Pages are told apart by the last letter of the one before (keyset), never by an offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select, text, tuple_, union
from sqlalchemy.orm import lazyload
from sqlalchemy.sql import ColumnElement

from webapp.domain import indexing, visibility
from webapp.domain.visibility import Part
from webapp.domain.work import Work
from webapp.models import Letter, Person, State

# Of the people named on a letter only their names are shown.
NAMED = [lazyload(Letter.drafter, Person.memberships), lazyload(Letter.signer, Person.memberships)]
MOST_PEOPLE = 50  # of one name that are asked for; more is no name
MOST_MONTHS = 24
# In this transaction: each word has a plan of its own, and for one page no processes are started.
PLANNED = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('max_parallel_workers_per_gather', '0', true)"
)
NEXT = 20_000  # letters among which PostgreSQL looks first


@dataclass(frozen=True)
class Filters:
    """What is looked for. Empty asks for nothing; `text` is any word of number, subject, addressee or file."""

    text: str = ""
    number: str = ""
    subject: str = ""
    person: str = ""  # a part of the name of who drafted or signs it
    since: date | None = None  # of the letter's date, both included
    until: date | None = None
    states: tuple[State, ...] = ()
    office_id: int | None = None

    @property
    def by_words(self) -> bool:
        return bool(self.text or self.number or self.subject or self.person)

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Mark:
    """The last letter of a page."""

    dated_on: date
    id: int

    def __str__(self) -> str:
        return f"{self.dated_on:%Y%m%d}-{self.id}"

    @classmethod
    def of(cls, told: str) -> Mark | None:
        """As str writes it; None for anything else."""
        day, _, number = told.partition("-")
        try:
            return cls(date(int(day[:4]), int(day[4:6]), int(day[6:8])), int(number[:9]))
        except ValueError:
            return None


@dataclass(frozen=True)
class Slice:
    """How many letters, from which on."""

    size: int = 30
    after: Mark | None = None
    oldest_first: bool = False


@dataclass(frozen=True)
class Page:
    letters: list[Letter]
    after: Mark | None  # where the next page begins; None: this is the last


def find(work: Work, filters: Filters, part: Slice | None = None) -> Page:
    """A page of letters, newest date first; by words, the newest drawn up first (the order of the index)."""
    part, found = part or Slice(), list[int]()
    for ids in (_by_words if filters.by_words else _by_date)(work, filters, part):
        found += work.session.scalars(ids.limit(part.size + 1 - len(found)))
        if len(found) > part.size:
            break
    loaded = work.session.scalars(select(Letter).where(Letter.id.in_(found)).options(*NAMED)).unique()
    by_id = {letter.id: letter for letter in loaded}
    letters = [by_id[one] for one in found if one in by_id]
    last = letters[part.size - 1] if len(letters) > part.size else None
    return Page(letters[: part.size], Mark(last.dated_on, last.id) if last else None)


def _by_date(work: Work, filters: Filters, part: Slice) -> Iterator[Select[tuple[int]]]:
    """The first letters of every part of what is visible, each out of its own index, and of those the first."""
    branches = [
        _first(seen, condition, filters, part)
        for seen in visibility.parts(visibility.reach(work), filters.office_id)
        for condition in seen.within(filters.states)
    ]
    if branches:
        merged = union(*(select(branch.subquery()) for branch in branches)).subquery()
        yield select(merged.c.id).order_by(*_order(part, merged.c.dated_on, merged.c.id))


def _first(seen: Part, condition: ColumnElement[bool], filters: Filters, part: Slice) -> Select[tuple[date, int]]:
    """The first letters under the condition: dated_on, id. Via steps or opinions, their index tells the order, and a
    letter may have several."""
    dated_on, number = Letter.dated_on, Letter.id
    if via := seen.via:
        dated_on, number = via.table.dated_on, via.table.letter_id.label("id")
    query = select(dated_on, number).where(condition, *_dates(filters, dated_on))
    if via:
        query = query.join(Letter, Letter.id == via.table.letter_id).where(via.condition).distinct()
        # By itself SQLite may look through all letters of an office for the few that have one.
        query = query.with_hint(via.table, f"INDEXED BY {via.index}", "sqlite")
    if part.after:
        query = query.where(_beyond(tuple_(dated_on, number), tuple_(part.after.dated_on, part.after.id), part))
    return query.order_by(*_order(part, dated_on, number)).limit(part.size + 1)


def _order(part: Slice, *columns: ColumnElement) -> list[ColumnElement]:
    return [column.asc() if part.oldest_first else column.desc() for column in columns]


def _beyond(place: ColumnElement, last: object, part: Slice) -> ColumnElement[bool]:
    return place > last if part.oldest_first else place < last


def _by_words(work: Work, filters: Filters, part: Slice) -> Iterator[Select[tuple[int]]]:
    mine = visibility.reach(work)
    groups = _groups(work, filters, mine)
    if groups is None:
        return
    index = indexing.INDEX
    query = select(index.c.rowid).join(Letter, Letter.id == index.c.rowid)
    query = query.where(indexing.matching(work, groups), visibility.visible(mine, filters.office_id))
    query = query.where(*_dates(filters, Letter.dated_on))
    if filters.states:
        query = query.where(Letter.state.in_(filters.states))
    if part.after:
        query = query.where(_beyond(index.c.rowid, part.after.id, part))
    if work.session.get_bind().dialect.name == "sqlite":
        yield query.order_by(*_order(part, index.c.rowid))
    else:
        yield from _in_turns(work, query, filters, part)


def _in_turns(work: Work, query: Select[tuple[int]], filters: Filters, part: Slice) -> Iterator[Select[tuple[int]]]:
    """The letters that come next, and all others, where those did not fill the page.

    SQLite's index gives what matches in the order of the list, as much as is asked for. PostgreSQL's gives all of it in
    none, or it walks the letters in order and looks whether each matches: right for the first, for a word is common or
    the page is not filled; for the others wrong, which it cannot know and is kept from.
    """
    rowid = indexing.INDEX.c.rowid
    work.execute(PLANNED)
    if part.oldest_first:
        border = (part.after.id if part.after else 0) + NEXT
        near, far = rowid <= border, rowid > border
    else:
        border = (part.after.id if part.after else work.session.scalar(select(func.max(rowid))) or 0) - NEXT
        near, far = rowid >= border, rowid < border
    yield query.where(near).order_by(*_order(part, rowid))
    others = query.where(far)
    if filters.states or (bool(filters.since) != bool(filters.until)):  # words alone may match far too many
        yield others.order_by(*_order(part, rowid))
    else:
        found = others.cte("found").prefix_with("MATERIALIZED")
        yield select(found.c.rowid).order_by(*_order(part, found.c.rowid))


def _groups(work: Work, filters: Filters, mine: visibility.Reach) -> list[list[str]] | None:
    """What the index is asked for; None where nothing can match (only signs, or a name that nobody has)."""
    fields = ((filters.text, indexing.words), (filters.number, _numbers), (filters.subject, _subjects))
    groups = []
    for told, cut in fields:
        found = dict.fromkeys(cut(told))
        if told and not found:
            return None
        groups += [[word] for word in found]
    if filters.person:
        ids = _people(work, filters.person)
        if not ids:
            return None
        groups.append([f"{role}_{one}" for one in ids for role in indexing.PARTS])
    if months := _months(filters):
        groups.append(months)
    if seen := visibility.words(mine, filters.office_id):
        groups.append(seen)
    return groups


def _numbers(told: str) -> list[str]:
    return indexing.tagged("n", told)


def _subjects(told: str) -> list[str]:
    return indexing.tagged("s", told)


def _people(work: Work, name: str) -> list[int]:
    if "\0" in name:  # PostgreSQL takes none
        return []
    query = select(Person.id).where(Person.name.icontains(name, autoescape=True)).order_by(Person.id)
    return list(work.session.scalars(query.limit(MOST_PEOPLE)))


def _months(filters: Filters) -> list[str]:
    """The months of a short period; of a longer one its years; of an open one nothing, the dates are judged anyway."""
    if filters.since is None or filters.until is None or filters.since > filters.until:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in (filters.since, filters.until))
    if last - first < MOST_MONTHS:
        return [f"m_{month // 12}{month % 12 + 1:02}" for month in range(first, last + 1)]
    return [f"y_{year}" for year in range(filters.since.year, filters.until.year + 1)]


def _dates(filters: Filters, day: ColumnElement) -> list[ColumnElement[bool]]:
    since = [day >= filters.since] if filters.since else []
    return since + ([day <= filters.until] if filters.until else [])
