"""Who is verified, enrolled, trained and active: of one office by name, of all offices in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from webapp.domain import trainings
from webapp.domain.work import Work
from webapp.models import (
    BsreAccount,
    Certificate,
    IdentityVerification,
    LoginSession,
    Membership,
    Office,
    Person,
    Role,
    SecondFactor,
    SigningKey,
    Training,
)


@dataclass(frozen=True)
class Marks:
    """Ids of people, each set for itself."""

    verified: frozenset[int]  # an identity check is on record
    protected: frozenset[int]  # password and second factor are set
    certified: frozenset[int]  # a certificate in force, or an account at BSrE
    trained: frozenset[int]
    active: frozenset[int]  # was seen with a confirmed log-in in the span

    def is_enrolled(self, person_id: int, *, is_signer: bool) -> bool:
        """Ready to work: whoever signs needs a certificate too."""
        return person_id in self.protected and (person_id in self.certified or not is_signer)


@dataclass(frozen=True)
class Member:
    person: Person
    is_signer: bool
    is_verified: bool
    is_enrolled: bool
    is_active: bool
    trainings: list[Training]


@dataclass(frozen=True)
class Readiness:
    """How many people; `verified` of the signers, the others of the people."""

    people: int
    signers: int
    verified: int
    enrolled: int
    trained: int
    active: int


def marks(work: Work, since: datetime, until: datetime, office: Office | None = None) -> Marks:
    """Of everybody, or of the people of one office. One query a mark, over people and never over letters."""
    members = select(Membership.person_id).where(Membership.office_id == office.id) if office else None

    def ids(query: Select[tuple[int]]) -> frozenset[int]:
        column = query.selected_columns[0]
        return frozenset(work.session.scalars(query.where(column.in_(members)) if members is not None else query))

    in_force = (
        Certificate.revoked_at.is_(None), Certificate.suspended_at.is_(None),
        Certificate.not_before <= work.now, Certificate.not_after > work.now,
    )  # fmt: skip
    seen = (LoginSession.seen_at >= since, LoginSession.created_at < until, LoginSession.confirmed_at.is_not(None))
    return Marks(
        verified=ids(select(IdentityVerification.person_id)),
        protected=ids(select(SecondFactor.person_id).where(SecondFactor.confirmed_at.is_not(None))),
        certified=ids(select(SigningKey.person_id).join(Certificate).where(*in_force))
        | ids(select(BsreAccount.person_id)),
        trained=ids(select(Training.person_id)),
        active=ids(select(LoginSession.person_id).where(*seen)),
    )


def members_of(work: Work, office: Office, since: datetime, until: datetime) -> list[Member]:
    """The people of an office, each with how far he is."""
    people, found = trainings.people_of(work, office), marks(work, since, until, office)
    courses = trainings.of_people(work, (person.id for person in people))

    def member(person: Person) -> Member:
        is_signer = office.id in person.offices_as(Role.SIGNER)
        return Member(
            person, is_signer, person.id in found.verified, found.is_enrolled(person.id, is_signer=is_signer),
            person.id in found.active, courses.get(person.id, []),
        )  # fmt: skip

    return [member(person) for person in people]


def by_office(work: Work, since: datetime, until: datetime) -> dict[int | None, Readiness]:
    """The figures of each office that has people; without an office those of all, each person once."""
    held = select(Membership.person_id, Membership.office_id, Membership.role).join(
        Person, (Person.id == Membership.person_id) & Person.disabled_at.is_(None)
    )
    signs: dict[int | None, dict[int, bool]] = defaultdict(dict)
    for person_id, office_id, role in work.session.execute(held):
        for place in (office_id, None):
            signs[place][person_id] = signs[place].get(person_id, False) or role == Role.SIGNER
    found = marks(work, since, until)
    return {place: _counted(of_place.items(), found) for place, of_place in signs.items()}


def _counted(people: Iterable[tuple[int, bool]], found: Marks) -> Readiness:
    known = list(people)
    signers = [person_id for person_id, is_signer in known if is_signer]
    ids = {person_id for person_id, _ in known}
    return Readiness(
        people=len(known), signers=len(signers), verified=len(found.verified.intersection(signers)),
        enrolled=sum(found.is_enrolled(person_id, is_signer=is_signer) for person_id, is_signer in known),
        trained=len(found.trained & ids), active=len(found.active & ids),
    )  # fmt: skip
