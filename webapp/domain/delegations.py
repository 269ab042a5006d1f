"""Mandates accepted and ended, and the letters that deputies take over by them. Giving one is grants.py."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select

from webapp.domain import (
    audit,
    bsre,
    documents,
    handovers,
    keys,
    letters,
    mandates,
    notifications,
    outbox,
    permissions,
    steps,
    turns,
)
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid, NotFound
from webapp.domain.gatherings import Group
from webapp.domain.handovers import Files
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Delegation, Letter, Mandate, Office, Person, Role
from webapp.models.mandate import Outcome

NO_CERTIFICATE = N_("Sertifikat elektronik Anda belum terbit, sudah berakhir, atau dicabut.")
TWICE = N_("Anda sendiri penandatangan surat ini, jadi Anda tidak dapat juga menandatanganinya sebagai %(position)s.")


def accept(work: Work, mandate: Mandate) -> None:
    """The deputy takes the mandate on. Raises Forbidden (another's, no certificate), Conflict (no longer open)."""
    _require_asked(work, mandate)
    if not can_sign(work, work.person):
        raise Forbidden(NO_CERTIFICATE)
    mandate.accepted_at = work.now
    audit.record(work, Event.MANDATE_ACCEPTED, mandate=mandate.id)
    for at in (max(work.now, mandate.begins_at), mandate.ends_at):
        outbox.add(work, "mandate", at=at, mandate_id=mandate.id)
    notifications.mandate(work, mandate, Message.MANDATE_CHANGED, mandate.principal, mandate.granted_by)


def decline(work: Work, mandate: Mandate) -> None:
    _require_asked(work, mandate)
    mandate.declined_at = work.now
    audit.record(work, Event.MANDATE_DECLINED, mandate=mandate.id)
    notifications.mandate(work, mandate, Message.MANDATE_CHANGED, mandate.principal, mandate.granted_by)


def revoke(work: Work, mandate: Mandate, reason: str) -> None:
    """End a mandate now, by the official, by whoever granted it, or by the deputy: open letters are given back."""
    mandates.lock(work, mandate.id)
    if not may_revoke(work, mandate):
        raise Forbidden
    if is_over(mandate, work.now):
        raise Conflict(N_("Mandat ini sudah berakhir."))
    mandate.revoked_at, mandate.revoked_by, mandate.reason = work.now, work.person, letters.stated(reason)[:1000]
    audit.record(work, Event.MANDATE_REVOKED, mandate=mandate.id)
    give_back_all(work, mandate)
    told = (mandate.principal, mandate.granted_by, mandate.deputy)
    notifications.mandate(work, mandate, Message.MANDATE_CHANGED, *(one for one in told if one is not work.actor))


def get(work: Work, mandate_id: int) -> Mandate:
    """A mandate that concerns the actor, or that he oversees. Anybody else's is not found."""
    found = work.session.get(Mandate, mandate_id)
    if found is None or not (_is_party(work, found) or _oversees(work, found)):
        raise NotFound
    return found


def mine(work: Work) -> list[Mandate]:
    """All mandates that the actor gave, holds or oversees, those that end last first."""
    own = (Mandate.principal_id, Mandate.deputy_id, Mandate.granted_by_id)
    found = [*work.person.offices_as(Role.ADMINISTRATOR), *work.person.offices_as(Role.AUDITOR)]
    below = select(Office.id).where(or_(*(Office.path.contains(f"/{one}/") for one in found))) if found else None
    wanted = or_(*(column == work.person.id for column in own))
    query = select(Mandate).where(or_(wanted, Mandate.office_id.in_(below)) if found else wanted)
    return list(work.session.scalars(query.order_by(Mandate.ends_at.desc(), Mandate.id.desc()).limit(200)))


def get_to_revoke(work: Work, mandate_id: int) -> Mandate:
    """A mandate that the actor may end. Raises NotFound, Forbidden."""
    found = get(work, mandate_id)
    if not may_revoke(work, found):
        raise Forbidden
    return found


def state_of(mandate: Mandate, at: datetime) -> str:
    """offered, coming, in_force, ended, declined or revoked."""
    if mandate.revoked_at is not None or mandate.declined_at is not None:
        return "revoked" if mandate.revoked_at is not None else "declined"
    if at >= mandate.ends_at or mandate.accepted_at is None:
        return "ended" if at >= mandate.ends_at else "offered"
    return "in_force" if at >= mandate.begins_at else "coming"


def absences(work: Work) -> list[tuple[Mandate, list[tuple[Delegation, Letter]]]]:
    """What deputies did in the actor's place, mandate by mandate, the newest first."""
    query = select(Mandate).where(Mandate.principal_id == work.person.id, Mandate.accepted_at.is_not(None))
    found = work.session.scalars(query.order_by(Mandate.begins_at.desc()).limit(20))
    return [(one, absence(work, one)) for one in found]


def absence(work: Work, mandate: Mandate) -> list[tuple[Delegation, Letter]]:
    """Everything that the deputy did by the mandate, newest first: letters that the actor may read."""
    query = select(Delegation, Letter).join(Letter, Letter.id == Delegation.letter_id)
    query = query.where(Letter.trainee_id.is_(None))
    rows = work.session.execute(query.where(Delegation.mandate_id == mandate.id).order_by(Delegation.id.desc()))
    return [(row[0], row[1]) for row in rows.unique() if permissions.can(work, Action.VIEW, row[1])]


def decree(work: Work, mandate: Mandate) -> bytes:
    """The decree's PDF. Raises NotFound."""
    if mandate.decree_sha256 is None:
        raise NotFound
    return documents.get(work.config, mandate.decree_sha256)


def draw(work: Work, letter: Letter) -> tuple[Mandate, Files]:
    """The letter with the deputy's own block, before it is taken. Takes its time: holds no lock.

    Raises Forbidden (no mandate, no certificate), Conflict (signs it himself), Invalid (BSrE signs alone).
    """
    twice = mandates.withheld(work.actor, letter, work.now)
    if twice is not None:
        raise Conflict(TWICE, position=", ".join(mandates.heading(twice)))
    permissions.require(work, Action.TAKE, letter)
    mandate = mandates.offering(work.actor, letter, work.now)
    if mandate is None:
        raise Forbidden
    if not can_sign(work, work.person):
        raise Forbidden(NO_CERTIFICATE)
    if letter.signer_count > 1 and bsre.account(work, work.person) is not None:
        raise Invalid(bsre.ALONE, name=work.person.full_name)
    official, is_prepared = mandate.principal, letter.signer_id == mandate.principal_id
    own = None if is_prepared else turns.prepared_for(work.config, letter, official)
    return mandate, Files(turns.prepared_for(work.config, letter, official, mandate), own, letter.revision)


def take_over(work: Work, letter: Letter, mandate: Mandate, files: Files) -> None:
    """The letter is the deputy's to sign. Raises Conflict where the mandate ended or somebody else was first."""
    mandates.lock(work, mandate.id)
    steps.lock(work, letter)
    permissions.require(work, Action.TAKE, letter)
    if not mandates.is_offered(mandate, letter, work.now):
        raise Conflict
    handovers.take(work, letter, mandate, files)


def give_back(work: Work, letter: Letter) -> None:
    """The official takes an unsigned letter back, or the deputy lets it go. A second tap finds it done."""
    if letter.mandate is None and permissions.can(work, Action.VIEW, letter) and _was_given_back(work, letter):
        return
    permissions.require(work, Action.GIVE_BACK, letter)
    mandates.lock(work, handovers.require_held(letter).id)
    steps.lock(work, letter)
    handovers.require_held(letter)
    permissions.require(work, Action.GIVE_BACK, letter)
    handovers.give_back(work, letter, Outcome.GIVEN_BACK)


def has_taken(work: Work, letter: Letter) -> bool:
    """Whether the actor has the letter as a deputy: a second tap then simply lands on it."""
    return letter.mandate_id is not None and letter.signer_id == work.person.id


def give_back_all(work: Work, mandate: Mandate) -> None:
    """What the deputy holds unsigned goes back to the official, with the mark that it had for him."""
    query = select(Delegation.letter_id).where(Delegation.mandate_id == mandate.id, Delegation.ended_at.is_(None))
    for letter_id in work.session.scalars(query.order_by(Delegation.letter_id)).all():
        letter = work.session.get_one(Letter, letter_id)
        steps.lock(work, letter)
        handovers.give_back(work, letter, Outcome.ENDED, Group(f"mandate-{mandate.id}"))


def follow(work: Work, mandate_id: int) -> None:
    """At its beginning the deputy is told what waits; at its end what he did not sign goes back. May run twice."""
    mandate = mandates.lock(work, mandate_id)
    if is_over(mandate, work.now):
        give_back_all(work, mandate)
    elif mandates.is_in_force(mandate, work.now):
        waiting = work.session.scalar(select(func.count()).select_from(Letter).where(mandates.offered(mandate))) or 0
        notifications.mandate(work, mandate, Message.MANDATE_BEGAN, mandate.deputy, count=waiting)


def _was_given_back(work: Work, letter: Letter) -> bool:
    """By one of these two, before."""
    query = select(Delegation).where(Delegation.letter_id == letter.id, Delegation.outcome == Outcome.GIVEN_BACK)
    return any(
        work.person.id in (one.mandate.principal_id, one.mandate.deputy_id) for one in work.session.scalars(query)
    )


def is_over(mandate: Mandate, at: datetime) -> bool:
    return mandate.revoked_at is not None or mandate.declined_at is not None or at >= mandate.ends_at


def may_revoke(work: Work, mandate: Mandate) -> bool:
    """The official and the deputy always; of one by decree whoever administers the office."""
    is_governed = permissions.holds(work.person, Role.ADMINISTRATOR, mandate.office, inherited=True)
    by_decree = mandate.granted_by_id != mandate.principal_id
    return work.person.id in (mandate.principal_id, mandate.deputy_id) or (by_decree and is_governed)


def can_sign(work: Work, person: Person) -> bool:
    """Whether the person holds a certificate in force, here or at BSrE."""
    if keys.usable_certificate(work, keys.find(work, person)) is not None:
        return True
    account = bsre.account(work, person)
    return account is not None and bsre.may_sign(account)


def _require_asked(work: Work, mandate: Mandate) -> None:
    """The deputy alone answers, once, and not after the end."""
    mandates.lock(work, mandate.id)
    if mandate.deputy_id != work.person.id:
        raise Forbidden
    if mandate.accepted_at is not None or is_over(mandate, work.now):
        raise Conflict(N_("Mandat ini sudah dijawab atau sudah berakhir."))


def _is_party(work: Work, mandate: Mandate) -> bool:
    return work.person.id in (mandate.principal_id, mandate.deputy_id, mandate.granted_by_id)


def _oversees(work: Work, mandate: Mandate) -> bool:
    overseers = (Role.ADMINISTRATOR, Role.AUDITOR)
    return any(permissions.holds(work.person, role, mandate.office, inherited=True) for role in overseers)
