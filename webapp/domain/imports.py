"""Offices, people and trainings from a file: kept while they are looked at, then applied as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from webapp.domain import accounts, audit, outbox, permissions, plans, training_plans, trainings
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, NotFound
from webapp.domain.notifications import Message
from webapp.domain.plans import Line, Outcome, Plan
from webapp.domain.rosters import Kind, Roster
from webapp.domain.work import Work
from webapp.models import Import, Invitation, Membership, Office, Person, Role

KEPT_FOR = timedelta(days=1)  # names and numbers of people lie no longer in a table that nobody applied
CHANGED = N_("Keadaan berubah sejak pratinjau ini. Periksa lagi apa yang akan terjadi, lalu terapkan.")

Told = list[tuple[Event, dict]]


def keep(work: Work, kind: Kind, filename: str, roster: Roster, judged: list[list]) -> Import:
    """Keep a table that was read and judged (forms.imports) for a look at what it would change."""
    permissions.require_role(work, Role.ADMINISTRATOR)
    forget_old(work)
    made = Import(
        person_id=work.person.id, kind=kind, filename=filename[-200:], sha256=roster.sha256, rows=judged,
        notes=roster.unknown, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    return made


def forget_old(work: Work) -> None:
    """Erase what was looked at and never applied."""
    work.session.execute(
        delete(Import).where(Import.applied_at.is_(None), Import.created_at < work.now - KEPT_FOR)
    )  # fmt: skip


def get(work: Work, import_id: int) -> Import:
    """One of the actor's own. Raises NotFound."""
    found = work.session.get(Import, import_id, options=[joinedload(Import.person)])
    if found is None or found.person_id != work.person.id:
        raise NotFound
    return found


def plan(work: Work, kept: Import) -> Plan:
    """What it would change now."""
    if kept.kind == Kind.TRAININGS:
        return training_plans.make(work, kept.rows)
    return plans.make(work, Kind(kept.kind), kept.rows)


def apply(work: Work, kept: Import, seen: tuple[str, str], *, invite: bool) -> Plan:
    """Do all that was shown, in this transaction. seen: digests of the file and of the changes as they were shown.

    Raises Conflict: applied already, or the world is not the one that was shown, or a line is wrong.
    """
    taken = work.session.execute(
        update(Import).where(Import.id == kept.id, Import.applied_at.is_(None)).values(applied_at=work.now)
    )
    if taken.rowcount != 1:
        raise Conflict(N_("Berkas ini sudah diterapkan."))
    work.session.refresh(kept)
    found = plan(work, kept)
    if (kept.sha256, found.digest) != seen or not found.is_possible:
        raise Conflict(CHANGED)
    if kept.kind == Kind.PEOPLE:
        told = _write_people(work, found, invite=invite)
    else:
        told = _write_offices(work, found) if kept.kind == Kind.OFFICES else _write_trainings(work, found)
    counts = found.counts
    applied = {"import_id": kept.id, "kind": kept.kind, "sha256": kept.sha256, "invited": invite}
    audit.record_all(work, [*told, (Event.IMPORT_APPLIED, applied | counts)])
    kept.rows, kept.outcome = [], counts | {"invited": invite and kept.kind == Kind.PEOPLE}
    return found


def _write_offices(work: Work, found: Plan) -> Told:
    """Parents come before their children, so that each path is known when it is needed."""
    made: dict[int, Office] = {}
    told: Told = []
    for line in found.order:
        if line.outcome == Outcome.CHANGED:
            line.found.name = line.values["name"]
            told.append((Event.OFFICE_UPDATED, {"office_id": line.found.id}))
            continue
        parent = line.office or made[line.above.number]
        office = Office(parent=parent, code=line.values["code"], name=line.values["name"], zone=parent.zone)
        work.session.add(office)
        made[line.number] = office
    _insert(work)
    for office in made.values():
        office.path = f"{office.parent.path}{office.id}/"
    work.session.flush()
    return told + [(Event.OFFICE_CREATED, {"office_id": office.id}) for office in made.values()]


def _write_people(work: Work, found: Plan, *, invite: bool) -> Told:
    made: list[Person] = []
    told: Told = []
    given: list[tuple[Person, Line]] = []
    for line in found.order:
        facts = {name: new for name, _old, new in line.changes if name != "roles"}
        if line.outcome == Outcome.NEW:
            person = Person(email=line.values["email"], created_at=work.now, **facts)
            made.append(person)
        else:
            person = line.found
            for name, value in facts.items():
                setattr(person, name, value)
            told += [(Event.PERSON_UPDATED, {"person_id": person.id, "fields": sorted(facts)})] if facts else []
        given.append((person, line))
    work.session.add_all(made)
    _insert(work)
    told += [(Event.PERSON_CREATED, {"person_id": person.id}) for person in made]
    roles = [row for person, line in given for row in _new_roles(person, line)]
    if roles:
        work.execute(insert(Membership.__table__), roles)
    told += [(Event.ROLE_GIVEN, row) for row in roles]
    return told + (_invite(work, made) if invite and made else [])


def _write_trainings(work: Work, found: Plan) -> Told:
    at = training_plans.completed_at
    with _or_changed():
        return trainings.note(work, [(line.found, line.values["course"], at(work, line)) for line in found.order])


def _insert(work: Work) -> None:
    with _or_changed():
        work.session.flush()


@contextmanager
def _or_changed() -> Iterator[None]:
    try:
        yield
    except IntegrityError:  # somebody added the same office, address or course in this very moment
        raise Conflict(CHANGED) from None


def _new_roles(person: Person, line: Line) -> list[dict]:
    if line.office is None:
        return []
    return [{"person_id": person.id, "office_id": line.office.id, "role": role} for role in plans.new_roles(line)]


def _invite(work: Work, made: list[Person]) -> Told:
    """accounts.invite for many at once; they are new, so there is no older link."""
    rows = [accounts.new_invitation(work, person.id) for person in made]
    adding = insert(Invitation.__table__).returning(Invitation.id, Invitation.person_id)
    told = [{"invitation_id": i, "person_id": person_id} for i, person_id in work.session.execute(adding, rows)]
    outbox.add_all(work, (("mail", row | {"message": Message.INVITATION}) for row in told))
    return [(Event.PERSON_INVITED, row) for row in told]
