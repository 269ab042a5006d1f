"""Every letter that is not final: with whom it lies, since when, why, and so what can safely be done about it.

The stuck-letter guarantee (README): the cause is judged by one SQL expression, so a list of a million letters and the
page of one tell the same; each cause has owners, so nothing waits for nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased, lazyload

from webapp.domain import people, permissions, workflow
from webapp.domain.work import Work
from webapp.models import (
    BsreAccount,
    Certificate,
    Job,
    Letter,
    Membership,
    Office,
    Person,
    Role,
    Signature,
    SigningKey,
    State,
    Step,
    StepKind,
    StepState,
)  # fmt: skip

OVERSEERS = (Role.ADMINISTRATOR, Role.AUDITOR)
# A page of them shows names and offices: no files, and steps only where somebody is to initial.
_SHOWN = [
    lazyload(Letter.drafter, Person.memberships), lazyload(Letter.signer, Person.memberships),
    lazyload(Letter.versions), lazyload(Letter.signature),
]  # fmt: skip


class Cause(StrEnum):
    """Why a letter is not final. The first five are its way as it should be: it lies with somebody who can act."""

    DRAFT = "draft"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    INITIAL = "in_review"
    SIGNATURE = "submitted"
    DRAFTER_LEFT = "drafter_left"
    REVIEWER_LEFT = "reviewer_left"
    SIGNER_LEFT = "signer_left"
    NO_CERTIFICATE = "no_certificate"  # the signer has none in force


STUCK = frozenset({Cause.DRAFTER_LEFT, Cause.REVIEWER_LEFT, Cause.SIGNER_LEFT, Cause.NO_CERTIFICATE})


@dataclass(frozen=True)
class Lying:
    """One letter, untouched since `since`. `owners` can act on it, or see to it that somebody can; never empty."""

    letter: Letter
    cause: Cause
    owners: list[Person]

    @property
    def since(self) -> datetime:
        return self.letter.updated_at

    @property
    def is_stuck(self) -> bool:
        return self.cause in STUCK


@dataclass(frozen=True)
class Unstamped:
    """A signed letter without its time-stamp yet: the worker's, who tries on by itself. `job`: where it failed."""

    signature: Signature
    job: Job | None


def find(
    work: Work, *, stuck_only: bool = False, after: tuple[datetime, int] | None = None, size: int = 50
) -> list[Lying]:
    """The letters of the offices that the actor administers or audits, the longest untouched first."""
    place = (Letter.updated_at, Letter.id)
    query = (
        select(Letter, cause(work.now))
        .where(_is_open(), Letter.trainee_id.is_(None), *_within(work))
        .order_by(*place)
        .limit(size)
        # By itself SQLite takes the index by state, and sorts all that is open.
        .with_hint(Letter, "INDEXED BY ix_letters_open", "sqlite")
    )
    if stuck_only:
        query = query.where(cause(work.now).in_(sorted(STUCK)))
    if after:
        query = query.where(tuple_(*place) > tuple_(*after))
    rows = work.session.execute(query.options(*_SHOWN)).unique()

    @cache
    def overseers(office: Office, role: Role) -> list[Person]:
        return people.overseers_of(work, office, role)

    return [Lying(letter, Cause(why), _owners(letter, Cause(why), overseers)) for letter, why in rows]


def _owners(letter: Letter, why: Cause, overseers: Callable[[Office, Role], list[Person]]) -> list[Person]:
    """Who can act: the person it lies with, else who can put another in his place."""
    if why in (Cause.DRAFTER_LEFT, Cause.REVIEWER_LEFT, Cause.SIGNER_LEFT):
        principal = [letter.mandate.principal] if letter.mandate and why == Cause.SIGNER_LEFT else []
        return principal + overseers(letter.office, Role.ADMINISTRATOR)
    if why == Cause.NO_CERTIFICATE:
        return [letter.signer, *overseers(letter.office, Role.REGISTRAR)]
    if why == Cause.INITIAL:
        return [step.person for step in letter.chain if step.state == StepState.OPEN]
    return [letter.signer if why == Cause.SIGNATURE else letter.drafter]


def unstamped(work: Work, *, size: int = 50) -> list[Unstamped]:
    """Signed letters that wait for their time-stamp, the oldest first, with what went wrong at the last try."""
    query = select(Signature).join(Letter, Letter.id == Signature.letter_id).where(*_within(work))
    query = query.where(Signature.stamped_at.is_(None), Signature.is_final.is_(False), Letter.trainee_id.is_(None))
    found = list(work.session.scalars(query.order_by(Signature.signed_at).limit(size)).unique())
    tried = select(Job).where(Job.kind.in_(("archive", "bsre_archive")), Job.done_at.is_(None)).order_by(Job.id)
    jobs = {job.args["signature_id"]: job for job in work.session.scalars(tried.limit(10 * size))} if found else {}
    return [Unstamped(one, jobs.get(one.id)) for one in found]


def cause(now: datetime) -> ColumnElement[str]:
    """Of a letter that is not decided. Anybody who lost his account or his role can act no more."""
    waits = and_(Step.letter_id == Letter.id, Step.state == StepState.OPEN, Step.kind != StepKind.SIGNATURE)
    left = exists().where(waits, ~_holds(Step.person_id, Role.REVIEWER)).correlate(Letter)
    return case(
        (and_(Letter.state.in_(sorted(workflow.OPEN)), ~_drafts()), literal(Cause.DRAFTER_LEFT)),
        (and_(Letter.state == State.IN_REVIEW, left), literal(Cause.REVIEWER_LEFT)),
        (and_(Letter.state == State.SUBMITTED, ~_may_sign()), literal(Cause.SIGNER_LEFT)),
        (and_(Letter.state == State.SUBMITTED, ~_is_certified(now)), literal(Cause.NO_CERTIFICATE)),
        else_=Letter.state,
    )


def _holds(person_id: InstrumentedAttribute[int], role: Role) -> ColumnElement[bool]:
    """permissions.holds as SQL: in the letter's office or one above it.

    Person and membership are joined to each other: PostgreSQL makes one table of all who hold it, and were both joined
    to the letter alone, of everybody with everybody's memberships.
    """
    here, above = aliased(Office), aliased(Office)
    return exists().where(
        Person.id == person_id, Person.disabled_at.is_(None), Membership.person_id == Person.id,
        Membership.role == role, here.id == Letter.office_id, above.id == Membership.office_id,
        here.path.startswith(above.path),
    ).correlate(Letter, Step)  # fmt: skip


def _may_sign() -> ColumnElement[bool]:
    """A deputy needs no role but an account; whether his mandate is in force is judged when he signs."""
    deputy = exists().where(Person.id == Letter.signer_id, Person.disabled_at.is_(None)).correlate(Letter)
    return or_(_holds(Letter.signer_id, Role.SIGNER), and_(Letter.mandate_id.is_not(None), deputy))


def _drafts() -> ColumnElement[bool]:
    return exists().where(
        Person.id == Letter.drafter_id, Person.disabled_at.is_(None), Membership.person_id == Person.id,
        Membership.role == Role.DRAFTER, Membership.office_id == Letter.office_id,
    ).correlate(Letter)  # fmt: skip


def _is_certified(now: datetime) -> ColumnElement[bool]:
    """With a certificate of ours or a provider's in force, or BSrE's, which knows its own."""
    ours = exists().where(
        SigningKey.person_id == Letter.signer_id, SigningKey.destroyed_at.is_(None),
        Certificate.key_id == SigningKey.id, Certificate.revoked_at.is_(None), Certificate.not_after > now,
    ).correlate(Letter)  # fmt: skip
    return or_(ours, exists().where(BsreAccount.person_id == Letter.signer_id).correlate(Letter))


def _is_open() -> ColumnElement[bool]:
    """As ix_letters_open says it, in literals and in its order: a bound value hides the partial index."""
    states = [State.DRAFT, State.RETURNED, State.WITHDRAWN, State.IN_REVIEW, State.SUBMITTED]
    return Letter.state.in_(bindparam("open", [str(one) for one in states], expanding=True, literal_execute=True))


def _within(work: Work) -> list[ColumnElement[bool]]:
    """In an office that the actor administers or audits. Raises Forbidden where there is none."""
    if not permissions.has_role(work, *OVERSEERS):
        permissions.require_role(work, Role.ADMINISTRATOR)
    mine = set(work.person.offices_as(*OVERSEERS))
    known = {row.id: row.path for row in work.session.execute(select(Office.id, Office.path))}
    ids = [one for one, path in known.items() if mine & {int(part) for part in path.split("/") if part}]
    return [] if len(ids) == len(known) else [Letter.office_id.in_(sorted(ids))]
