"""The heads (kop) of the offices' letters. Set by their administrators; what one lacks it has from the office above."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from signing import writing
from webapp.domain import audit, documents, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Invalid
from webapp.domain.work import Work
from webapp.models import Letterhead, Office, Role

MAX_EMBLEM = 2_000_000  # bytes of an upload
MOST_LINES = 3


@dataclass(frozen=True)
class Paper:
    """What all letters of an office have: head and emblem."""

    head: writing.Letterhead
    emblem_sha256: str | None = None


def of(work: Work, office: Office) -> Paper:
    """Its own head, or one made of the offices' names; emblem, place and paper from the nearest above that has them."""
    own, above = find(work, office), [find(work, one) for one in _above(work, office)]
    known = [one for one in (own, *above) if one is not None]
    top = next(iter(reversed(_above(work, office))), None)
    head = writing.Letterhead(
        above=own.above if own else top.name if top else "",
        name=own.name if own else office.name,
        address=tuple(own.address) if own else (),
        place=next((one.place for one in known if one.place), ""),
        paper=next((one.paper for one in known), "F4"),
    )
    return Paper(head, next((one.emblem_sha256 for one in known if one.emblem_sha256), None))


def find(work: Work, office: Office) -> Letterhead | None:
    return work.session.get(Letterhead, office.id)


def set_for(work: Work, office: Office, head: writing.Letterhead, emblem: bytes | None) -> None:
    """Write an office's head. emblem: a PNG of writing.emblem; None leaves the one there is, empty bytes remove it."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    if head.paper not in writing.PAPERS or len(head.address) > MOST_LINES:
        raise Invalid(N_("Alamat pada kop paling banyak tiga baris."), field="address")
    found = find(work, office)
    if found is None:
        found = Letterhead(office_id=office.id, emblem_sha256=None)
        work.session.add(found)
    found.above, found.name, found.address = head.above, head.name, list(head.address)
    found.place, found.paper = head.place, head.paper
    if emblem is not None:
        found.emblem_sha256 = documents.put(work.config, emblem) if emblem else None
    work.session.flush()
    audit.record(work, Event.LETTERHEAD_SET, office_id=office.id, emblem_sha256=found.emblem_sha256)


def _above(work: Work, office: Office) -> list[Office]:
    """The nearest first."""
    ids = office.ancestor_ids - {office.id}
    return sorted(work.session.scalars(select(Office).where(Office.id.in_(ids))), key=lambda one: -len(one.path))
