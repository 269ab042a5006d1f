"""The number book of an office and year, as one reads it. What is written in it is numbers.py's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from webapp.domain import numbers, permissions
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import LetterNumber, NumberCounter, Office, Role


@dataclass(frozen=True)
class Book:
    """One page of a year's book, the newest numbers first. `missing` counts numbers without a line: always 0."""

    lines: list[LetterNumber]
    total: int
    start: int
    last: int
    missing: int


def book_of(work: Work, office: Office, year: int, *, page: int, size: int) -> Book:
    """For those who may read it; see `readable`."""
    of_year = numbers.of_year(office.id, year)
    query = select(LetterNumber).where(of_year)
    counter = work.session.get(NumberCounter, (office.id, year)) or NumberCounter(start=0, last=0)
    counted = LetterNumber.sequence.between(counter.start + 1, counter.last)
    known = work.session.scalar(select(func.count(LetterNumber.id)).where(of_year, counted)) or 0
    order = (LetterNumber.sequence.is_(None), LetterNumber.sequence.desc(), LetterNumber.id.desc())
    lines = work.session.scalars(query.order_by(*order).limit(size).offset((page - 1) * size))
    total = work.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return Book(list(lines.unique()), total, counter.start, counter.last, counter.last - counter.start - known)


def years(work: Work, office: Office) -> list[int]:
    """Those that the office's book has something of, the newest first."""
    query = select(LetterNumber.year).where(LetterNumber.office_id == office.id).distinct()
    return sorted(work.session.scalars(query), reverse=True)


def readable(work: Work) -> list[Office]:
    """The offices whose book the actor may read: his own as drafter or reviewer, and below him for the rest."""
    offices = work.session.scalars(select(Office).order_by(Office.path))
    return [office for office in offices if _may_read(work, office)]


def get_office(work: Work, office_id: int, *, governed: bool = False) -> Office:
    """An office whose book the actor may read (`governed`: whose patterns he sets). Any other is not found."""
    found = work.session.get(Office, office_id)
    if found is None or work.actor is None:
        raise NotFound
    governs = permissions.holds(work.actor, Role.ADMINISTRATOR, found, inherited=True)
    if not (governs if governed else _may_read(work, found)):
        raise NotFound
    return found


def _may_read(work: Work, office: Office) -> bool:
    own, above = (Role.DRAFTER, Role.REVIEWER), (Role.SIGNER, Role.ADMINISTRATOR, Role.AUDITOR)
    return any(permissions.holds(work.person, role, office) for role in own) or any(
        permissions.holds(work.person, role, office, inherited=True) for role in above
    )
