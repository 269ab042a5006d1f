"""What waits for a person, in the order in which it is worked off: the most urgent first, then the longest waiting.

Real letters or practice letters, never both in one list. Pages are told apart by the last letter of the one before
(keyset): a letter that is signed meanwhile moves none of those that follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Subquery, case, func, literal, select, tuple_, union
from sqlalchemy.orm import aliased, selectinload

from webapp.domain import mandates, permissions
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, MergeRow, Person, Step, StepKind, StepState, Urgency
from webapp.models.base import UtcDateTime

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
RANK = case({Urgency.IMMEDIATE: 0, Urgency.PROMPT: 1}, value=Letter.urgency, else_=2).label("rank")


@dataclass(frozen=True)
class Which:
    """Which of the waiting letters: the real ones or those of practice; all, or those that the person signs himself;
    all, or those made from one table."""

    practice: bool = False
    to_sign: bool = False
    merge_id: int | None = None


@dataclass(frozen=True)
class Mark:
    """The last letter of a page."""

    rank: int
    since: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.rank}-{(self.since - EPOCH) // MICROSECOND}-{self.id}"

    @classmethod
    def of(cls, told: str) -> Mark | None:
        """As str writes it; None for anything else."""
        try:
            rank, since, number = (int(part[:18]) for part in told.split("-"))
            return cls(min(rank, 9), EPOCH + since * MICROSECOND, min(number, 2**31 - 1))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Page:
    letters: list[Letter]
    after: Mark | None = None  # where the next page begins; None: this is the last


ALL = Which()


def page(
    work: Work, person: Person, which: Which = ALL, *, size: int | None = None, after: Mark | None = None
) -> Page:  # fmt: skip
    """The letters that wait for this person's initial or signature, or are offered to him as a deputy."""
    waiting = _waiting(work, person, which)
    place = (waiting.c.rank, waiting.c.since, waiting.c.letter_id)
    query = select(*place).order_by(*place)
    if after is not None:
        last = (literal(after.rank), literal(after.since, UtcDateTime), literal(after.id))
        query = query.where(tuple_(*place) > tuple_(*last))
    if size is not None:
        query = query.limit(size + 1)
    rows = work.session.execute(query).all()
    has_more = size is not None and len(rows) > size
    rows = rows[:size]
    # Their ids first: of both at once PostgreSQL reads every letter there is.
    query = select(Letter).where(Letter.id.in_([number for _, _, number in rows])).options(selectinload(Letter.steps))
    found = {letter.id: letter for letter in work.session.scalars(query).unique()}
    letters = [found[number] for _, _, number in rows if permissions.can(work, Action.VIEW, found[number])]
    return Page(letters, Mark(*rows[-1]) if has_more else None)


def count(work: Work, person: Person, which: Which = ALL) -> int:
    """How many there are on all pages together."""
    return work.session.scalar(select(func.count()).select_from(_waiting(work, person, which))) or 0


def _waiting(work: Work, person: Person, which: Which) -> Subquery:
    """(letter_id, rank of its urgency, since when it waits)."""
    step = aliased(Step)  # a mandate's own conditions speak of steps too
    open_steps = select(step.letter_id, RANK, step.opened_at.label("since")).join(Letter, Letter.id == step.letter_id)
    open_steps = open_steps.where(step.state == StepState.OPEN)
    kind = Letter.trainee_id.is_not(None) if which.practice else Letter.trainee_id.is_(None)
    own, acts = open_steps.where(step.person_id == person.id, kind), mandates.in_force(work, person)
    if which.to_sign:
        own = own.where(step.kind == StepKind.SIGNATURE, Letter.signer_id == person.id)
    if which.merge_id is not None:
        own = own.where(Letter.id.in_(select(MergeRow.letter_id).where(MergeRow.merge_id == which.merge_id)))
    if which != ALL:  # an offered letter is taken over before it is signed
        acts = []
    found = union(own, *(open_steps.where(mandates.offered(one)) for one in acts)).subquery()
    one = (found.c.letter_id, found.c.rank)  # of several signers who may be stood in for, one letter
    return select(*one, func.min(found.c.since).label("since")).group_by(*one).subquery()
