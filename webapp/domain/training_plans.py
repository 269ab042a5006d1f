"""What a table of trainings held elsewhere would note, line by line. Nothing is written here.

A course that is noted of a person stays as it is, so the same file twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from webapp.domain import plans, trainings
from webapp.domain.errors import N_, Invalid
from webapp.domain.plans import Line, Outcome, Plan, Row
from webapp.domain.work import Work
from webapp.models import Office, Person

# The same of somebody who is not there and of somebody elsewhere: a file does not find out who works where.
UNKNOWN = N_("Tidak ada orang dengan surel atau NIP ini di perangkat daerah yang Anda kelola.")


def make(work: Work, rows: Iterable[Row]) -> Plan:
    """Compare the rows with what is noted. Raises Forbidden for who administers nothing."""
    lines = plans.begin(work, rows)
    _find_people(work, lines)
    noted = trainings.of_people(work, {line.found.id for line in plans.sound(lines)})
    known = {(person_id, one.course) for person_id, theirs in noted.items() for one in theirs}
    firsts: dict[tuple[int, str], Line] = {}
    for line in plans.sound(lines):
        key = (line.found.id, line.values["course"])
        first = firsts.setdefault(key, line)
        _require_past(work, line)
        if first is not line:
            line.refuse(N_("Pelatihan orang ini sudah ada di baris %(line)s."), line=first.number)
        if line.outcome != Outcome.WRONG and key not in known:
            line.outcome = Outcome.NEW
            line.changes = [(name, "", line.values[name]) for name in ("course", "completed_on")]
    return Plan(lines, [line for line in lines if line.outcome == Outcome.NEW])


def _find_people(work: Work, lines: list[Line]) -> None:
    """Whose each line is: by the address, else by the NIP; of an office that the actor administers."""
    by_email, by_nip = _by(work, lines, "email"), _by(work, lines, "nip")
    for line in plans.sound(lines):
        email, nip = line.values.get("email", ""), line.values.get("nip", "")
        person = by_email.get(email) if email else by_nip.get(nip)
        office = _governed(work, person) if person else None
        if not email and not nip:
            line.refuse(N_("Isi surel atau NIP orangnya."))
        elif person is None or office is None:
            line.refuse(UNKNOWN)
        elif nip and person.nip and person.nip != nip:
            line.refuse(N_("NIP ini bukan NIP orang dengan surel itu."))
        else:
            line.found, line.office = person, office


def _by(work: Work, lines: list[Line], name: str) -> dict[str, Person]:
    values = sorted({line.values[name] for line in plans.sound(lines) if line.values.get(name)})
    return {getattr(person, name): person for person in plans.among(work, getattr(Person, name), values)}


def _governed(work: Work, person: Person) -> Office | None:
    """The office where somebody may be trained, of those that the actor administers."""
    if person.is_service or person.disabled_at is not None:
        return None
    return next((m.office for m in person.memberships if plans.governs(work, m.office)), None)


def completed_at(work: Work, line: Line) -> datetime:
    """Noon of the line's day. Raises Invalid for one that has not come."""
    return trainings.moment_of(work, line.office, date.fromisoformat(line.values["completed_on"]))


def _require_past(work: Work, line: Line) -> None:
    try:
        completed_at(work, line)
    except Invalid as error:
        line.refuse(error.message)
