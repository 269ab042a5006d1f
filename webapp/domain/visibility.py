"""permissions.relations as SQL: which letters the actor may see, for lists, searches and the register.

The permission matrix test holds both to the same table. Given in parts, each of which one index serves in the order
of the list, so that a page costs the same whether ten letters are there or a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import exists, false, literal, or_, select, true
from sqlalchemy.sql import ColumnElement

from webapp.domain import mandates, permissions
from webapp.domain.indexing import PARTS
from webapp.domain.permissions import SECRET
from webapp.domain.work import Work
from webapp.models import Letter, Mandate, Office, Opinion, Person, Role, State, Step, StepKind, StepState


def _literal(value: StrEnum) -> ColumnElement[str]:
    """Written out: a bound value hides a partial index from SQLite."""
    return literal(str(value), literal_execute=True)


SIGNERS = tuple(sorted(permissions.SHOWN_TO_SIGNER))
REACHED = tuple(sorted(permissions.SHOWN_TO_CHAIN))
ACTED_OR_OPEN = Step.acted_at.is_not(None) | (Step.state == _literal(StepState.OPEN))
FEW = 12  # offices that are asked one by one; more are so many letters that the first page is soon full


@dataclass(frozen=True)
class Via:
    """Steps or opinions under one condition, of which `index` holds few or those of one person, newest letter first."""

    table: type[Step] | type[Opinion]
    condition: ColumnElement[bool]
    index: str


@dataclass(frozen=True)
class Part:
    """Letters under one condition; in `states` alone, where the right depends on the state; where `via` is given,
    those alone that have such a step or opinion."""

    condition: ColumnElement[bool]
    states: tuple[State, ...] = ()
    via: Via | None = None

    @property
    def whole(self) -> ColumnElement[bool]:
        found = self.condition & Letter.state.in_(self.states) if self.states else self.condition
        if self.via is None:
            return found
        # The date is asked for too: so one entry of the index by which they are listed tells.
        table = self.via.table
        own = (table.letter_id == Letter.id) & (table.dated_on == Letter.dated_on)
        return found & exists().where(self.via.condition, own).correlate(Letter)

    def within(self, wanted: tuple[State, ...]) -> Iterator[ColumnElement[bool]]:
        """Conditions that together are those of the wanted states (none: of all): one for each where states matter,
        for an index holds the letters of one state in order."""
        states = tuple(state for state in wanted or self.states if state in (self.states or wanted))
        if not wanted and not self.states:
            yield self.condition
        elif self.via is None:
            yield from (self.condition & (Letter.state == state) for state in states)
        elif states:
            yield self.condition & Letter.state.in_(states)


@dataclass(frozen=True)
class Reach:
    """Where the actor sees letters: ids of offices. `audits`, `signs` and `initials` have those below in them."""

    person_id: int
    authors: frozenset[int]  # where the actor's own letters are
    drafts: frozenset[int]
    reviews: frozenset[int]
    audits: frozenset[int]
    signs: frozenset[int]
    initials: frozenset[int]  # with those below, unlike `reviews`: where a step may reach the actor
    belongs: frozenset[int]  # holds any role
    is_everywhere: bool  # audits every office
    acts: tuple[Mandate, ...] = ()  # mandates in force by which the actor signs for others
    acted: tuple[int, ...] = ()  # ids of all that he ever had
    given: tuple[int, ...] = ()  # ids of those by which others sign for him

    @property
    def all_states(self) -> frozenset[int]:
        """Offices whose open letters are seen in every state."""
        return self.drafts | self.audits

    @property
    def shown(self) -> frozenset[int]:
        """Offices of which more is seen than what one is named on."""
        return self.drafts | self.audits | self.reviews


def reach(work: Work) -> Reach:
    person = work.person
    offices = {row.id: row.path for row in work.session.execute(select(Office.id, Office.path))}
    if person.disabled_at is not None:
        offices = {}

    def below(role: Role) -> frozenset[int]:
        own = [f"/{office_id}/" for office_id in person.offices_as(role)]
        return frozenset(office_id for office_id, path in offices.items() if any(one in path for one in own))

    def held(role: Role) -> frozenset[int]:
        return frozenset(person.offices_as(role)) & offices.keys()

    audits = below(Role.AUDITOR)
    authors = held(Role.DRAFTER)
    if person.is_service:  # of others' letters it sees what was submitted, as a reviewer does
        none: frozenset[int] = frozenset()
        return Reach(person.id, authors, none, authors, none, none, none, none, is_everywhere=False)
    return Reach(
        person.id, authors, authors, held(Role.REVIEWER), audits, below(Role.SIGNER), below(Role.REVIEWER),
        frozenset(person.offices_as(*Role)) & offices.keys(), bool(offices) and audits == offices.keys(),
        *(_mandates(work, person) if offices else ()),
    )  # fmt: skip


def _mandates(work: Work, person: Person) -> tuple[tuple[Mandate, ...], tuple[int, ...], tuple[int, ...]]:
    given = work.session.scalars(select(Mandate.id).where(Mandate.principal_id == person.id))
    return tuple(mandates.in_force(work, person)), tuple(one.id for one in person.mandates), tuple(given)


def parts(mine: Reach, office_id: int | None = None) -> list[Part]:
    """The parts of what is visible, or of what is in one office. They overlap. Practice letters are in none."""
    found = [
        *_open(mine, office_id),
        *_named(mine, office_id),
        *_by_mandate(mine, office_id),
        *_in_chain(mine, office_id),
        *_beside(mine, office_id),
    ]
    return [replace(part, condition=part.condition & Letter.trainee_id.is_(None)) for part in found]


def visible(mine: Reach, office_id: int | None = None) -> ColumnElement[bool]:
    """All parts as one condition on a letter."""
    return or_(false(), *(part.whole for part in parts(mine, office_id)))


def words(mine: Reach, office_id: int | None = None) -> list[str]:
    """As indexing.put writes them: no letter without one of these is visible. None where every open letter is."""
    if office_id is None and mine.is_everywhere:
        return []
    named = [f"{role}_{mine.person_id}" for role in PARTS]
    named += [f"{role}_{one.principal_id}" for one in mine.acts for role in "gk"]
    offices = mine.shown if office_id is None else mine.shown & {office_id}
    return named + [f"o_{one}" for one in sorted(offices)]


def _open(mine: Reach, office_id: int | None) -> Iterator[Part]:
    is_open, submitted = Letter.confidentiality.not_in(SECRET), Letter.state != State.DRAFT
    if office_id is None and mine.is_everywhere:
        yield Part(is_open)
        return
    asked = mine.shown if office_id is None else mine.shown & {office_id}
    for offices, condition in ((asked & mine.all_states, is_open), (asked - mine.all_states, is_open & submitted)):
        if len(offices) > FEW:
            yield Part(Letter.office_id.in_(sorted(offices)) & condition)
        else:
            yield from (Part((Letter.office_id == one) & condition) for one in sorted(offices))


def _named(mine: Reach, office_id: int | None) -> Iterator[Part]:
    """Drafted or to be signed by the actor; all that is seen of secret letters."""
    here = [] if office_id is None else [Letter.office_id == office_id]
    for offices, condition, states in (
        (mine.authors, Letter.drafter_id == mine.person_id, ()),
        (mine.signs, (Letter.signer_id == mine.person_id) & Letter.mandate_id.is_(None), SIGNERS),
    ):
        if offices:
            inside = Letter.office_id.in_(sorted(offices))
            yield Part(_all(condition, inside, *here), states)


def _by_mandate(mine: Reach, office_id: int | None) -> Iterator[Part]:
    """Offered to the actor or in his hands by a mandate in force; decided by him ever; or by a deputy of his."""
    here = [] if office_id is None else [Letter.office_id == office_id]
    for ids, states in (([one.id for one in mine.acts], SIGNERS), (mine.acted, tuple(sorted(permissions.DECIDED)))):
        if ids:
            yield Part(_all(Letter.mandate_id.in_(ids), *here), states)
    yield from (Part(_all(mandates.offered(one), *here)) for one in mine.acts)
    if mine.given and mine.signs:
        yield Part(_all(Letter.mandate_id.in_(mine.given), Letter.office_id.in_(sorted(mine.signs)), *here), SIGNERS)


def _in_chain(mine: Reach, office_id: int | None) -> Iterator[Part]:
    """Whom a step has reached (Step.was_seen) and who still holds the role for it."""
    own, kind = Step.person_id == mine.person_id, _literal(StepKind.SIGNATURE)
    for offices, index, condition in (
        (mine.initials, "ix_steps_initialled_dated", (Step.kind != kind) & Step.opened_at.is_not(None)),
        (mine.signs, "ix_steps_signed_dated", (Step.kind == kind) & Step.mandate_id.is_(None) & ACTED_OR_OPEN),
    ):
        here = offices if office_id is None else offices & {office_id}
        if here:
            yield Part(Letter.office_id.in_(sorted(here)), REACHED, Via(Step, own & condition, index))


def _beside(mine: Reach, office_id: int | None) -> Iterator[Part]:
    """Signed for another by a mandate, whose turn it may be no more; signed in the actor's place; or a colleague has
    asked him."""
    here = true() if office_id is None else Letter.office_id == office_id
    if mine.acted:
        signed = Step.mandate_id.in_(mine.acted) & (Step.state == StepState.DONE)
        yield Part(here, REACHED, Via(Step, signed, "ix_steps_mandate_id"))
    if mine.given and mine.signs:
        in_his_place = Step.mandate_id.in_(mine.given) & ACTED_OR_OPEN
        inside = Letter.office_id.in_(sorted(mine.signs)) & here
        yield Part(inside, REACHED, Via(Step, in_his_place, "ix_steps_mandate_id"))
    if mine.belongs:
        told = Letter.confidentiality.not_in(SECRET) & (Letter.signer_id != mine.person_id)
        asked = Via(Opinion, Opinion.person_id == mine.person_id, "ix_opinions_person_dated")
        yield Part(_all(told, Letter.office_id.in_(sorted(mine.belongs)), here), REACHED, asked)


def _all(first: ColumnElement[bool], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    for condition in more:
        first &= condition
    return first
