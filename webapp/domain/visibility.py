"""Which letters a person may see, as SQL: permissions.relations for lists. The permission matrix test holds both to the
same table."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from webapp.domain import permissions
from webapp.domain.work import Work
from webapp.models import Letter, Office, Opinion, Person, Role, State, Step, StepKind


def condition(work: Work) -> ColumnElement[bool]:
    """permissions.relations as SQL, for lists. The permission matrix test holds both to the same table."""
    person = work.person
    drafter, reviewer = person.offices_as(Role.DRAFTER), person.offices_as(Role.REVIEWER)
    auditor = [Office.path.contains(f"/{office_id}/") for office_id in person.offices_as(Role.AUDITOR)]
    signing_offices = [Office.path.contains(f"/{office_id}/") for office_id in person.offices_as(Role.SIGNER)]
    open_to_all = Letter.confidentiality.not_in(permissions.SECRET)
    in_office = select(Office.id)
    reached = Letter.state.in_(permissions.SHOWN_TO_CHAIN)
    return or_(
        and_(Letter.drafter_id == person.id, Letter.office_id.in_(drafter)),
        and_(
            Letter.signer_id == person.id,
            Letter.state.in_(permissions.SHOWN_TO_SIGNER),
            Letter.office_id.in_(in_office.where(or_(*signing_offices))) if signing_offices else False,
        ),
        and_(reached, *_in_chain(person)),
        and_(reached, open_to_all, *_advises(person)),
        and_(open_to_all, Letter.office_id.in_(drafter)),
        and_(open_to_all, Letter.office_id.in_(reviewer), Letter.state != State.DRAFT),
        and_(open_to_all, Letter.office_id.in_(in_office.where(or_(*auditor)))) if auditor else False,
    )


def _in_chain(person: Person) -> tuple:
    """Whom a step has reached, and who still holds the role for it."""
    found = []
    for is_signature, role in permissions.ROLE_OF_STEP.items():
        offices = [Office.path.contains(f"/{office_id}/") for office_id in person.offices_as(role)]
        seen = Step.acted_at if is_signature else Step.opened_at
        kind = Step.kind == StepKind.SIGNATURE if is_signature else Step.kind != StepKind.SIGNATURE
        steps_of = select(Step.letter_id).where(Step.person_id == person.id, kind, seen.is_not(None))
        if offices:
            within = Letter.office_id.in_(select(Office.id).where(or_(*offices)))
            found.append(and_(Letter.id.in_(steps_of), within))
    return (or_(*found),) if found else (false(),)


def _advises(person: Person) -> tuple:
    asked = select(Opinion.letter_id).where(Opinion.person_id == person.id)
    return Letter.id.in_(asked), Letter.office_id.in_(person.offices_as(*Role)), Letter.signer_id != person.id
