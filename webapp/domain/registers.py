"""The register of letters of an office (buku agenda): what of it the actor may see, and taking it along as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import select

from webapp.domain import audit, searches, visibility
from webapp.domain.audit import Event
from webapp.domain.searches import Filters, Slice
from webapp.domain.work import Work
from webapp.models import Letter, Office

CHUNK = 500  # letters read at once for an export


def offices(work: Work) -> list[Office]:
    """Whose registers the actor may open; in that of an office where he only signs stand the letters he signs."""
    mine = visibility.reach(work)
    query = select(Office).where(Office.id.in_(sorted(mine.shown | mine.signs))).order_by(Office.path, Office.name)
    return list(work.session.scalars(query))


def take_along(work: Work, filters: Filters, kind: str) -> None:
    """Record that the actor exports what he may see of the register. `kind`: csv or xlsx.

    What was looked for is recorded by its fields only: words may be the text of a letter.
    """
    asked = sorted(name for name, value in asdict(filters).items() if value)
    audit.record(work, Event.REGISTER_EXPORTED, kind=kind, office_id=filters.office_id, asked=asked)


def chunks(work: Work, filters: Filters) -> Iterator[list[Letter]]:
    """All letters of the register, oldest first, in chunks: each is a query of its own, so none holds a snapshot."""
    after, is_more = None, True
    while is_more:
        page = searches.find(work, filters, Slice(CHUNK, after, oldest_first=True))
        after, is_more = page.after, page.after is not None
        yield page.letters
