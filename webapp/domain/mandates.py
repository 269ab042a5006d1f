"""What a mandate is worth: when it is in force, which letters it covers, and how it is written. Granting is
delegations.py; letters in a deputy's hands are handovers.py.
"""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from sqlalchemy import and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from webapp.domain.errors import N_, Conflict
from webapp.domain.work import Work
from webapp.models import (
    Confidentiality,
    Letter,
    Mandate,
    MandateKind,
    Office,
    Person,
    Role,
    State,
    Step,
    StepKind,
    StepState,
)  # fmt: skip

LEVELS = tuple(Confidentiality)  # from open to most secret
OVER = N_("Mandat untuk surat ini tidak berlaku (lagi), jadi surat ini belum ditandatangani.")


def is_in_force(mandate: Mandate, at: datetime) -> bool:
    """Accepted, not revoked, within its days; and, where the official gave it himself, he still could.

    The last day counts whole: one moment after its midnight is too late. A deputy cannot pass a mandate on, since
    giving one asks for the role of a signer and never for a mandate.
    """
    if mandate.accepted_at is None or mandate.declined_at is not None or mandate.revoked_at is not None:
        return False
    if not mandate.begins_at <= at < mandate.ends_at or mandate.deputy.disabled_at is not None:
        return False
    return mandate.granted_by_id != mandate.principal_id or _may_sign(mandate.principal, mandate)


def asked(at: datetime) -> ColumnElement[bool]:
    """Whether a mandate is offered or accepted and not over, also before its first day."""
    return Mandate.declined_at.is_(None) & Mandate.revoked_at.is_(None) & (Mandate.ends_at > at)


def is_asked(person: Person, at: datetime) -> bool:
    """Whether the person is to be somebody's deputy, by the same measure."""
    return any(one.declined_at is None and one.revoked_at is None and at < one.ends_at for one in person.mandates)


def _may_sign(person: Person, mandate: Mandate) -> bool:
    held = person.offices_as(Role.SIGNER)
    return person.disabled_at is None and not mandate.office.ancestor_ids.isdisjoint(held)


def levels(mandate: Mandate) -> tuple[Confidentiality, ...]:
    """Which letters it covers by their confidentiality: all up to its own level."""
    return LEVELS[: LEVELS.index(Confidentiality(mandate.confidentiality)) + 1]


def covers(mandate: Mandate, letter: Letter) -> bool:
    """Whether such a letter of the official's is within the mandate. Not one that the deputy drafted: four eyes."""
    code = letter.classification
    is_within = any(code == one or code.startswith(f"{one}.") for one in mandate.classifications)
    return (
        letter.drafter_id != mandate.deputy_id
        and mandate.office_id in letter.office.ancestor_ids
        and Confidentiality(letter.confidentiality) in levels(mandate)
        and (is_within or not mandate.classifications)
        and (letter.kind in mandate.letter_types or not mandate.letter_types)
    )


def is_offered(mandate: Mandate, letter: Letter, at: datetime) -> bool:
    """Whether the deputy may take this letter over: it waits for the official himself, and the deputy has no
    signature of his own to give: one person never stands for two on one letter."""
    return reaches(mandate, letter, at) and not _signs(letter, mandate.deputy_id)


def reaches(mandate: Mandate, letter: Letter, at: datetime) -> bool:
    """Whether the letter waits for the official himself, as its only signer or as one of several, and is covered."""
    is_open = letter.state == State.SUBMITTED and not letter.is_practice
    return is_open and place(mandate, letter) is not None and is_in_force(mandate, at) and covers(mandate, letter)


def place(mandate: Mandate, letter: Letter) -> Step | None:
    """The open signature that is the official's own to give."""
    if letter.signer_count == 1 and letter.signer_id != mandate.principal_id:
        return None  # told without a look at its steps
    mine = (one for one in letter.signing_steps if one.person_id == mandate.principal_id and one.mandate_id is None)
    return next((step for step in mine if step.state == StepState.OPEN), None)


def _signs(letter: Letter, person_id: int) -> bool:
    """Whether he is one of several signers, himself or through a deputy of his own."""
    steps = letter.signing_steps if letter.signer_count > 1 else ()
    return any(person_id in (step.person_id, step.official.id) for step in steps)


def offering(person: Person | None, letter: Letter, at: datetime) -> Mandate | None:
    """The mandate by which this letter is offered to the person, or None."""
    mine = person.mandates if person is not None else ()
    return next((one for one in mine if is_offered(one, letter, at)), None)


def withheld(person: Person | None, letter: Letter, at: datetime) -> Mandate | None:
    """The mandate by which it would be, were the person not one of its signers."""
    mine = person.mandates if person is not None and _signs(letter, person.id) else ()
    return next((one for one in mine if reaches(one, letter, at)), None)


def in_force(work: Work, person: Person) -> list[Mandate]:
    """By which the person may sign for others now."""
    return [one for one in person.mandates if is_in_force(one, work.now)]


def offered(mandate: Mandate) -> ColumnElement[bool]:
    """is_offered as SQL, for a mandate in force."""
    waiting = select(Step.letter_id).where(
        Step.person_id == mandate.principal_id, Step.state == StepState.OPEN, Step.kind == StepKind.SIGNATURE,
        Step.mandate_id.is_(None),
    )  # fmt: skip
    below = select(Office.id).where(Office.path.contains(f"/{mandate.office_id}/"))
    code = Letter.classification
    codes = (or_(code == one, code.startswith(f"{one}.", autoescape=True)) for one in mandate.classifications)
    return and_(
        Letter.id.in_(waiting), Letter.state == State.SUBMITTED, Letter.trainee_id.is_(None),
        (Letter.signer_count == 1) | ~_signs_as_sql(mandate.deputy_id), Letter.office_id.in_(below),
        Letter.drafter_id != mandate.deputy_id, Letter.confidentiality.in_(levels(mandate)),
        *([or_(false(), *codes)] if mandate.classifications else []),
        *([Letter.kind.in_(mandate.letter_types)] if mandate.letter_types else []),
    )  # fmt: skip


def _signs_as_sql(person_id: int) -> ColumnElement[bool]:
    rounds = aliased(Step)
    newest = select(func.max(rounds.round)).where(rounds.letter_id == Letter.id).correlate(Letter).scalar_subquery()
    given = Step.mandate_id.in_(select(Mandate.id).where(Mandate.principal_id == person_id))
    return exists().where(
        Step.letter_id == Letter.id, Step.kind == StepKind.SIGNATURE, Step.round == newest,
        (Step.person_id == person_id) | given,
    ).correlate(Letter)  # fmt: skip


def deputies_for(work: Work, letter: Letter, officials: set[int]) -> list[Mandate]:
    """By which mandates others are offered this letter now, in the place of one of these."""
    return [one for one in given_by(work, officials) if is_offered(one, letter, work.now)]


def given_by(work: Work, officials: set[int]) -> list[Mandate]:
    """In force now, to sign for one of these."""
    if not officials:
        return []
    query = select(Mandate).where(Mandate.principal_id.in_(officials), Mandate.ends_at > work.now)
    return [one for one in work.session.scalars(query.order_by(Mandate.id)) if is_in_force(one, work.now)]


def lock(work: Work, mandate_id: int) -> Mandate:
    """The mandate as it is now, locked until the commit. Always before the letter's lock, so nobody waits in a ring."""
    return work.session.get_one(Mandate, mandate_id, with_for_update={"of": Mandate}, populate_existing=True)


def require_in_force(work: Work, letter: Letter, at: datetime) -> None:
    """Raise Conflict unless the mandate by which the letter's signer signs was in force at `at` and is so now.

    Asked in the transaction that signs, with the mandate locked: a revocation comes before it or after it, and the
    time in the signature and that of the commit both lie within the dates.
    """
    if letter.mandate_id is None:
        return
    mandate = lock(work, letter.mandate_id)
    if not all(is_in_force(mandate, moment) for moment in (at, work.now)):
        raise Conflict(OVER)


def heading(mandate: Mandate) -> tuple[str, ...]:
    """The lines above the name in a signature block, as tata naskah dinas writes them."""
    first = f"{mandate.prefix} {mandate.position}"
    if mandate.is_for_absence:
        return (first,)
    between = (mandate.through, "u.b.") if mandate.kind == MandateKind.UB else ()
    return tuple(line for line in (first, *between, mandate.deputy.position) if line)


def signing_position(letter: Letter) -> str:
    """As what the letter's signer signs, in one line."""
    return ", ".join(heading(letter.mandate))[:160] if letter.mandate_id else letter.signer.position


def step_position(step: Step) -> str:
    """As what the step's person does it, in one line."""
    return ", ".join(heading(step.mandate)) if step.mandate is not None else step.person.position


def period(since: date, until: date, locale: str = "id") -> str:
    """1–7 Juli 2026; 28 Juli – 2 Agustus 2026."""

    def told(day: date, pattern: str) -> str:
        return format_date(day, pattern, locale=locale)

    last = told(until, "d MMMM y")
    if since == until:
        return last
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}–{last}"
    return f"{told(since, 'd MMMM' if since.year == until.year else 'd MMMM y')} – {last}"


def in_words(mandate: Mandate) -> str:
    """The authority in Bahasa Indonesia, for what is signed: berwenang 1–7 Juli 2026 menurut SK 800/12/2026."""
    return f"berwenang {period(mandate.starts_on, mandate.ends_on)} menurut {mandate.decree}"


def authority(mandate: Mandate) -> dict[str, str | int | None]:
    """The mandate as it is at a signature, kept with it: what comes later changes nothing about that signature."""
    return {
        "mandate": mandate.id, "kind": str(mandate.kind), "position": mandate.position,
        "principal": mandate.principal.full_name, "deputy": mandate.deputy.full_name,
        "granted_by": mandate.granted_by.full_name, "decree": mandate.decree,
        "decree_sha256": mandate.decree_sha256, "since": mandate.starts_on.isoformat(),
        "until": mandate.ends_on.isoformat(), "zone": mandate.zone, "begins_at": mandate.begins_at.isoformat(),
        "ends_at": mandate.ends_at.isoformat(),
    }  # fmt: skip
