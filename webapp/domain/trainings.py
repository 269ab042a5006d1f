"""Who has completed which course. Practice mode records its own; an administrator those held elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from webapp.domain import audit, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import Membership, Office, Person, Role, Training


def record(work: Work, person: Person, course: str, completed_at: datetime) -> bool:
    """Note that a person has completed a course. -> whether it was new: a course counts once, the first time."""
    if is_recorded(work, person, course):
        return False
    audit.record_all(work, note(work, [(person, course, completed_at)]))
    return True


def is_recorded(work: Work, person: Person, course: str) -> bool:
    known = select(Training.id).where(Training.person_id == person.id, Training.course == course)
    return work.session.scalars(known).first() is not None


def note(work: Work, completed: Sequence[tuple[Person, str, datetime]]) -> list[tuple[Event, dict]]:
    """Insert courses that are not noted yet, many at once. -> what the trail is to say of them."""
    rows = [{"person_id": person.id, "course": course, "completed_at": at} for person, course, at in completed]
    by = {"recorded_by_id": work.actor.id if work.actor else None, "recorded_at": work.now}
    work.execute(insert(Training.__table__), [row | by for row in rows])
    return [(Event.TRAINING_RECORDED, row | {"completed_at": row["completed_at"].isoformat()}) for row in rows]


def record_for(work: Work, office: Office, person_ids: Sequence[int], *, course: str, on: date) -> int:
    """Note a course held elsewhere for people of an office that the actor administers. -> how many were new.

    Raises Forbidden, NotFound for somebody of another office, Invalid for a day that has not come.
    """
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    at = moment_of(work, office, on)
    members = {person.id: person for person in people_of(work, office)}
    if not set(person_ids) <= members.keys():
        raise NotFound
    return sum(record(work, members[person_id], course, at) for person_id in dict.fromkeys(person_ids))


def moment_of(work: Work, office: Office, on: date) -> datetime:
    """Noon of that day where the office is. Raises Invalid for a day that has not come."""
    here = ZoneInfo(office.zone)
    if on > work.now.astimezone(here).date():
        raise Invalid(N_("Tanggal pelatihan belum tiba."), field="completed_on")
    return datetime.combine(on, time(12), here)


def people_of(work: Work, office: Office) -> list[Person]:
    """Who holds a role in the office itself and has not left, by name."""
    held = select(Membership.person_id).where(Membership.office_id == office.id)
    query = select(Person).where(Person.id.in_(held), Person.disabled_at.is_(None))
    return list(work.session.scalars(query.order_by(Person.name, Person.id)))


def of_people(work: Work, person_ids: Iterable[int]) -> dict[int, list[Training]]:
    """Their courses, by person, the newest first."""
    found: dict[int, list[Training]] = {}
    query = select(Training).where(Training.person_id.in_(list(person_ids)))
    for one in work.session.scalars(query.order_by(Training.completed_at.desc())):
        found.setdefault(one.person_id, []).append(one)
    return found
