"""Offices, people and the roles they hold: the administrator's work."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import or_, select

from webapp.domain import accounts, audit, keys, mandates, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, DomainError, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import Mandate, Membership, Office, Person, Role
from webapp.models.person import NOWHERE

VACANT = "jabatan lowong"  # written where a name would stand
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def offices(work: Work) -> list[Office]:
    """All offices, parents before children."""
    return list(work.session.scalars(select(Office).order_by(Office.path)))


def governed(work: Work) -> list[Office]:
    """The offices that the actor administers."""

    def is_governed(office: Office) -> bool:
        return permissions.holds(work.person, Role.ADMINISTRATOR, office, inherited=True)

    return [office for office in offices(work) if is_governed(office)]


def get_office(work: Work, office_id: int) -> Office:
    found = work.session.get(Office, office_id)
    if found is None:
        raise NotFound
    return found


def create_office(work: Work, *, parent: Office, code: str, name: str, footer: str = "") -> Office:
    """Add an office below another."""
    permissions.require_role(work, Role.ADMINISTRATOR, parent)
    return found_office(work, parent=parent, code=code, name=name, footer=footer)


def found_office(work: Work, *, parent: Office | None, code: str, name: str, footer: str = "") -> Office:
    """Add an office without asking who does it: the system's own start, and the lower half of create_office."""
    if work.session.scalars(select(Office.id).where(Office.code == code)).first():
        raise Invalid(N_("Kode perangkat daerah ini sudah dipakai."), field="code")
    made = Office(parent=parent, code=code, name=name, footer=footer, zone=parent.zone if parent else "Asia/Jakarta")
    work.session.add(made)
    work.session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    audit.record(work, Event.OFFICE_CREATED, office_id=made.id)
    return made


def update_office(
    work: Work, office: Office, *, name: str, footer: str, mark_lines: list[str], may_batch_unread: bool
) -> None:
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    office.name, office.footer, office.mark_lines = name, footer, mark_lines
    office.may_batch_unread = may_batch_unread
    audit.record(work, Event.OFFICE_UPDATED, office_id=office.id, may_batch_unread=may_batch_unread)


def people(work: Work, text: str = "") -> list[Person]:
    """The people with a role in an office that the actor administers or oversees, and those with no role.

    `text`: a part of the name, address, position or NIP.
    """
    if not permissions.has_role(work, Role.ADMINISTRATOR, Role.REGISTRAR, Role.AUDITOR):
        return []
    query = select(Person).where(Person.is_service.is_(False)).order_by(Person.name, Person.id)
    if text:
        columns = (Person.name, Person.email, Person.position, Person.nip)
        query = query.where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    everyone = work.session.scalars(query)
    return [p for p in everyone if _is_within_reach(work, p)]


def get(work: Work, person_id: int) -> Person:
    """A person within the actor's reach. Raises NotFound."""
    found = work.session.get(Person, person_id)
    if found is None or found.is_service or not _is_within_reach(work, found):
        raise NotFound  # a service identity gets no role, no invitation and no password: domain/tokens.py
    return found


def signers_for(work: Work, office: Office) -> list[Person]:
    """To whom letters of this office are addressed: its signers and those of the offices above it.

    Also an official who is gone, while somebody holds the vacant post by decree: his letters are offered to that one.
    """
    query = select(Mandate).where(Mandate.office_id.in_(office.ancestor_ids), Mandate.ends_at > work.now)
    acting = [one for one in work.session.scalars(query) if mandates.is_in_force(one, work.now)]
    vacant = {one.principal_id: one.principal for one in acting if one.principal.disabled_at is not None}
    return [*_holders(work, office.ancestor_ids, Role.SIGNER), *vacant.values()]


def signers_of(work: Work, office: Office) -> list[Person]:
    """The officials of this office itself, those who are gone as well: their posts may be vacant."""
    query = select(Person).join(Membership).where(Membership.role == Role.SIGNER, Membership.office_id == office.id)
    return list(work.session.scalars(query.order_by(Person.name).distinct()))


def find_post(work: Work, office: Office, position: str) -> Person | None:
    """The vacant post of this name in the office, where it was recorded before."""
    return next((one for one in signers_of(work, office) if one.is_post and one.position == position), None)


def found_post(work: Work, office: Office, position: str) -> Person:
    """A post that nobody holds, to whom letters can be addressed once a deputy has it by decree: no account, no key."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    email = f"{secrets.token_hex(8)}@{NOWHERE}"
    made = found(work, office, roles=[Role.SIGNER], email=email, name=VACANT, position=position)
    made.disabled_at = work.now
    audit.record(work, Event.PERSON_DISABLED, person_id=made.id)
    return made


def all_signers(work: Work) -> list[Person]:
    """The officials of the whole region."""
    query = select(Person).join(Membership).where(Membership.role == Role.SIGNER, Person.disabled_at.is_(None))
    return list(work.session.scalars(query.order_by(Person.name).distinct()))


def reviewers_for(work: Work, office: Office) -> list[Person]:
    """Who may initial letters of this office: its reviewers and those of the offices above it."""
    return _holders(work, office.ancestor_ids, Role.REVIEWER)


def drafters_of(work: Work, office: Office) -> list[Person]:
    """Who drafts letters of this office; a role that is not inherited."""
    return _holders(work, {office.id}, Role.DRAFTER)


def overseers_of(work: Work, office: Office, role: Role) -> list[Person]:
    """Administrators or registrars of this office: its own and those of the offices above it."""
    return _holders(work, office.ancestor_ids, role)


def colleagues(work: Work, office: Office) -> list[Person]:
    """Everyone with a role in this office itself."""
    return _holders(work, {office.id}, *Role)


def _holders(work: Work, office_ids: set[int], *roles: Role) -> list[Person]:
    query = select(Person).join(Membership).where(Membership.role.in_(roles), Membership.office_id.in_(office_ids))
    able = Person.disabled_at.is_(None), Person.is_service.is_(False)
    return list(work.session.scalars(query.where(*able).order_by(Person.name).distinct()))


def create(work: Work, office: Office, *, roles: list[Role], **facts: str | None) -> Person:
    """Add a person with roles in one office, and send the invitation. facts: columns of Person."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    made = found(work, office, roles=roles, **facts)
    accounts.invite(work, made)
    return made


def found(work: Work, office: Office, *, roles: list[Role], **facts: str | None) -> Person:
    """Add a person without asking who does it: the system's own start, and the lower half of create."""
    email = str(facts.pop("email", "")).strip().lower()
    if not EMAIL.fullmatch(email):
        raise Invalid(N_("Alamat surel belum benar."), field="email")
    if accounts.find_by_email(work, email) is not None:
        raise Invalid(N_("Alamat surel ini sudah dipakai orang lain."), field="email")
    made = Person(email=email, created_at=work.now, **facts)
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.PERSON_CREATED, person_id=made.id)
    for role in roles:
        _give(work, made, office, role)
    return made


def update(work: Work, person: Person, **facts: str | None) -> None:
    """Correct what is known of a person (right to correction, UU 27/2022 art. 30)."""
    require_governed(work, person)
    for name, value in facts.items():
        setattr(person, name, value)
    audit.record(work, Event.PERSON_UPDATED, person_id=person.id, fields=sorted(facts))


def give_role(work: Work, person: Person, office: Office, role: Role) -> None:
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    _give(work, person, office, role)


def _give(work: Work, person: Person, office: Office, role: Role) -> None:
    if any(m.office_id == office.id and m.role == role for m in person.memberships):
        return
    person.memberships.append(Membership(office=office, role=role))
    work.session.flush()
    audit.record(work, Event.ROLE_GIVEN, person_id=person.id, office_id=office.id, role=role)


def take_role(work: Work, person: Person, membership_id: int) -> None:
    held = next((m for m in person.memberships if m.id == membership_id), None)
    if held is None:
        raise NotFound
    permissions.require_role(work, Role.ADMINISTRATOR, held.office)
    if person.id == work.person.id and held.role == Role.ADMINISTRATOR:
        raise Conflict(N_("Anda tidak dapat mencabut peran administrator Anda sendiri."))
    person.memberships.remove(held)
    audit.record(work, Event.ROLE_TAKEN, person_id=person.id, office_id=held.office_id, role=held.role)


def invite_again(work: Work, person: Person) -> None:
    """A new link, also after a forgotten password. Nobody sends himself one: that would skip the old password."""
    require_governed(work, person)
    if person.disabled_at is not None:
        raise Conflict(N_("Akun ini dinonaktifkan. Aktifkan dahulu; undangannya ikut terkirim."))
    accounts.invite(work, person)


def disable(work: Work, person: Person) -> None:
    """The person has left: no log-in, no key."""
    require_governed(work, person)
    person.disabled_at = work.now
    accounts.end_all(work, person)
    keys.destroy_all(work, person)
    audit.record(work, Event.PERSON_DISABLED, person_id=person.id)


def enable(work: Work, person: Person) -> None:
    """The person is back, or was disabled by mistake: with a new invitation, and as a signer without a key."""
    require_governed(work, person)
    if person.is_post:
        raise Conflict(N_("Ini jabatan lowong, bukan orang. Tambahkan pejabat barunya sebagai orang."))
    person.disabled_at, person.password_hash = None, None
    audit.record(work, Event.PERSON_UPDATED, person_id=person.id, fields=["disabled_at"])
    accounts.invite(work, person)


def is_governed(work: Work, person: Person) -> bool:
    """Whether the actor may change this person's account."""
    try:
        require_governed(work, person)
    except DomainError:
        return False
    return True


def require_governed(work: Work, person: Person) -> None:
    """An administrator over every office where the person holds a role, and never of himself."""
    if person.id == work.person.id:
        raise Conflict(N_("Ubah akun Anda sendiri lewat Pengaturan, atau mintalah administrator lain."))
    permissions.require_role(work, Role.ADMINISTRATOR)
    for membership in person.memberships:
        permissions.require_role(work, Role.ADMINISTRATOR, membership.office)


def _is_within_reach(work: Work, person: Person) -> bool:
    overseers = (Role.ADMINISTRATOR, Role.REGISTRAR, Role.AUDITOR)
    if work.actor is None:
        return False
    if not person.memberships:
        return permissions.has_role(work, Role.ADMINISTRATOR)
    return any(
        permissions.holds(work.actor, role, m.office, inherited=True) for role in overseers for m in person.memberships
    )
