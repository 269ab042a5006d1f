"""What a table of offices or people would change, line by line, in the world as it is now. Nothing is written here."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from webapp.domain import people, permissions
from webapp.domain.errors import N_, DomainError, Invalid
from webapp.domain.rosters import Kind
from webapp.domain.work import Work
from webapp.models import Office, Person, Role

AT_ONCE = 500  # values in one IN: every database takes that many
DEEPEST = 12  # offices above one another: Office.path has room for as many
FACTS = ("name", "title_before", "title_after", "nip", "rank", "position")
REACH = N_("Perangkat daerah %(code)s di luar yang Anda kelola.")

Row = tuple[int, dict, list[str]]


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass
class Line:
    """One line of the file. `changes`: (column, old, new); `problems`: sentences, or refusals to be put in words."""

    number: int
    values: dict
    outcome: Outcome = Outcome.SAME
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str | DomainError] = field(default_factory=list)
    found: Office | Person | None = None  # what is there already; of a training the person
    office: Office | None = None  # of a person; the parent of an office
    above: Line | None = None  # the parent of an office, where it is new as well

    def refuse(self, message: str, **values: object) -> None:
        self.problems.append(Invalid(message, **values))
        self.outcome = Outcome.WRONG


@dataclass(frozen=True)
class Plan:
    lines: list[Line]  # as in the file
    order: list[Line]  # what is to be written, parents before children

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.outcome for line in self.lines)
        return {str(outcome): found[outcome] for outcome in Outcome}

    @property
    def is_possible(self) -> bool:
        return bool(self.order) and not self.counts[Outcome.WRONG]

    @property
    def digest(self) -> str:
        """SHA-256 over everything that was shown: another world, another digest."""
        told = [
            [x.number, x.outcome, x.changes, x.values, x.found.id if x.found else None, [str(p) for p in x.problems]]
            for x in self.lines
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def make(work: Work, kind: Kind, rows: Iterable[Row]) -> Plan:
    """Compare the rows with the world, as the actor may change it. Raises Forbidden for who administers nothing."""
    lines = begin(work, rows)
    order = _offices(work, lines) if kind == Kind.OFFICES else _people(work, lines)
    return Plan(lines, order)


def begin(work: Work, rows: Iterable[Row]) -> list[Line]:
    """The rows as lines that change nothing yet; wrong where the form found something wrong."""
    permissions.require_role(work, Role.ADMINISTRATOR)
    lines = [Line(number, values, problems=list(faults)) for number, values, faults in rows]
    for line in lines:
        line.outcome = Outcome.WRONG if line.problems else Outcome.SAME
    return lines


def governs(work: Work, office: Office) -> bool:
    return permissions.holds(work.person, Role.ADMINISTRATOR, office, inherited=True)


def _offices(work: Work, lines: list[Line]) -> list[Line]:
    known = {office.code: office for office in people.offices(work)}
    listed = _firsts(lines, "code", N_("Kode ini sudah ada di baris %(line)s."))
    by_id = {office.id: office for office in known.values()}
    for line in sound(lines):
        line.found = known.get(line.values["code"])
        wanted = line.values.get("parent", "")
        if line.found is None:
            _place(work, line, known.get(wanted), listed.get(wanted))
        elif not governs(work, line.found):
            line.refuse(REACH, code=line.values["code"])
        else:
            above = by_id.get(line.found.parent_id)
            if wanted and (above is None or wanted != above.code):
                line.refuse(N_("Tempat perangkat daerah tidak dapat dipindah: induknya tetap %(code)s."),
                            code=above.code if above else "-")  # fmt: skip
            elif line.found.name != line.values["name"]:
                line.outcome, line.changes = Outcome.CHANGED, [("name", line.found.name, line.values["name"])]
    _refuse_orphans(lines)
    changed = [line for line in lines if line.outcome == Outcome.CHANGED]
    return changed + sorted((x for x in lines if x.outcome == Outcome.NEW), key=_depth)


def _place(work: Work, line: Line, present: Office | None, listed: Line | None) -> None:
    """Where a new office goes: below one that is there, or below another new one of the file."""
    wanted = line.values.get("parent", "")
    line.outcome, line.office, line.above = Outcome.NEW, present, None if present else listed
    if not wanted:
        line.refuse(N_("Isi kode induknya: perangkat daerah baru berada di bawah yang Anda kelola."))
    elif present is not None and not governs(work, present):
        line.refuse(REACH, code=wanted)
    elif present is None and listed is None:
        line.refuse(N_("Induk %(code)s tidak ada, di Teken maupun di berkas ini."), code=wanted)
    else:
        line.changes = [("name", "", line.values["name"]), ("parent", "", wanted)]


def _refuse_orphans(lines: list[Line]) -> None:
    """Below a line that is wrong nothing can stand; nor in a circle, nor too deep."""
    for line in lines:
        if line.outcome != Outcome.NEW:
            continue
        depth, above = _depth(line), line.above
        while above is not None and above.outcome == Outcome.NEW and depth <= DEEPEST:
            above = above.above
        if depth > DEEPEST:
            line.refuse(N_("Induknya berputar, atau lebih dari %(most)s tingkat."), most=DEEPEST)
        elif above is not None:
            line.refuse(N_("Induknya di baris %(line)s keliru."), line=above.number)


def _depth(line: Line) -> int:
    """How many offices stand above a new one; DEEPEST + 1 for a circle."""
    depth, at = 0, line
    while at.above is not None and depth <= DEEPEST:
        depth, at = depth + 1, at.above
    return depth + len(at.office.ancestor_ids) if at.office else depth


def _people(work: Work, lines: list[Line]) -> list[Line]:
    for line in lines:
        line.values["email"] = line.values["email"].lower()
    _firsts(lines, "email", N_("Surel ini sudah ada di baris %(line)s."))
    _firsts(lines, "nip", N_("NIP ini sudah ada di baris %(line)s."))
    left = list(sound(lines))
    known = {p.email: p for p in among(work, Person.email, [line.values["email"] for line in left])}
    numbers = {p.nip: p for p in among(work, Person.nip, [x.values["nip"] for x in left if x.values.get("nip")])}
    offices = {office.code: office for office in people.offices(work)}
    for line in left:
        line.found = known.get(line.values["email"])
        bearer = numbers.get(line.values.get("nip"))
        if not people.EMAIL.fullmatch(line.values["email"]):
            line.refuse(N_("Alamat surel belum benar."))
        if bearer is not None and bearer is not line.found:
            line.refuse(N_("NIP ini sudah tercatat pada orang lain."))
        _set_office(work, line, offices)
        if line.outcome != Outcome.WRONG:
            _compare(work, line)
    return [line for line in lines if line.outcome in (Outcome.NEW, Outcome.CHANGED)]


def _set_office(work: Work, line: Line, offices: dict[str, Office]) -> None:
    code, roles = line.values.get("office", ""), line.values.get("roles", [])
    line.office = offices.get(code)
    if code and line.office is None:
        line.refuse(N_("Perangkat daerah %(code)s tidak ada."), code=code)
    elif line.office is not None and not governs(work, line.office):
        line.refuse(REACH, code=code)
    elif line.office is None and (roles or line.found is None):
        line.refuse(N_("Isi kode perangkat daerahnya."))
    elif line.found is None and not roles:
        line.refuse(N_("Isi perannya: tanpa peran, orang baru tidak dapat membuka surat."))


def _compare(work: Work, line: Line) -> None:
    """A new person, or what differs. An empty cell changes nothing, and roles are only ever added."""
    given = [(name, str(line.values.get(name) or "")) for name in FACTS]
    roles = ", ".join(line.values.get("roles", []))
    if line.found is None:
        line.outcome = Outcome.NEW
        line.changes = [(name, "", value) for name, value in given if value] + [("roles", "", roles)]
        return
    if not _is_seen(work, line.found):  # before comparing: what fits a stranger's facts would be told as well
        line.refuse(N_("Surel ini dipakai orang di perangkat daerah yang tidak Anda kelola."))
        return
    was = [(name, str(getattr(line.found, name) or ""), value) for name, value in given if value]
    line.changes = [change for change in was if change[1] != change[2]]
    touches_facts = bool(line.changes)
    if line.office is not None and (added := new_roles(line)):
        held = sorted(str(m.role) for m in line.found.memberships if m.office_id == line.office.id)
        line.changes.append(("roles", ", ".join(held), ", ".join(sorted({*held, *added}))))
    if line.changes:
        line.outcome = Outcome.CHANGED
        _require_reach(work, line, touches_facts=touches_facts)


def new_roles(line: Line) -> list[str]:
    """The roles of the line that the person does not hold in its office yet."""
    held = {m.role for m in line.found.memberships if m.office_id == line.office.id} if line.found else set()
    return [role for role in line.values.get("roles", []) if role not in held]


def _is_seen(work: Work, person: Person) -> bool:
    return not person.memberships or any(governs(work, m.office) for m in person.memberships)


def _require_reach(work: Work, line: Line, *, touches_facts: bool) -> None:
    """As by hand: an account is changed by whoever administers all its offices, and by nobody for himself."""
    person = line.found
    if person.id == work.person.id:
        line.refuse(N_("Ini akun Anda sendiri. Ubah lewat Pengaturan, atau mintalah administrator lain."))
    elif person.is_service:
        line.refuse(N_("Ini identitas sebuah token, bukan orang. Ia diatur di halaman Integrasi."))
    elif person.disabled_at is not None:
        line.refuse(N_("Akun ini dinonaktifkan. Aktifkan dahulu di halaman orangnya."))
    elif touches_facts and not people.is_governed(work, person):
        line.refuse(N_("Orang ini juga berperan di perangkat daerah lain, jadi datanya diubah administrator di atas."))


def _firsts(lines: list[Line], name: str, message: str) -> dict[str, Line]:
    """The first line of each value; a later one of the same is refused."""
    firsts: dict[str, Line] = {}
    for line in lines:
        value = line.values.get(name)
        if not value:
            continue
        if value in firsts:
            line.refuse(message, line=firsts[value].number)
        firsts.setdefault(value, line)
    return firsts


def sound(lines: list[Line]) -> Iterable[Line]:
    """Those that nothing is wrong with so far."""
    return (line for line in lines if line.outcome != Outcome.WRONG)


def among(work: Work, column, values: list[str]) -> Iterable[Person]:  # noqa: ANN001
    """People with one of these values in this column."""
    for start in range(0, len(values), AT_ONCE):
        query = select(Person).where(column.in_(values[start : start + AT_ONCE])).order_by(Person.id)
        yield from work.session.scalars(query)
