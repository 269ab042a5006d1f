"""How far each signer is on the way to a certificate: what the registrar's and the official's pages show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from webapp.domain import keys, mandates, permissions
from webapp.domain.work import Work
from webapp.models import Certificate, IdentityVerification, Membership, Person, Role, SigningKey

EXPIRES_SOON = timedelta(days=30)


class Stage(StrEnum):
    """How far a signer is on the way to a certificate."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"  # may make a key
    KEY_WAITS = "key_waits"  # for its certificate
    IN_FORCE = "in_force"
    EXPIRING = "expiring"  # in force, for a few days yet
    ENDED = "ended"  # expired, revoked or lost: verified anew before the next key


@dataclass(frozen=True)
class Standing:
    """A signer with the newest identity check, key and certificate."""

    person: Person
    stage: Stage
    verification: IdentityVerification | None
    key: SigningKey | None
    certificate: Certificate | None
    renewal: SigningKey | None = None  # the key that waits to take its place


def of(work: Work, person: Person) -> Standing:
    return _standings(work, [person])[0]


def mine(work: Work) -> list[Standing]:
    """Every signer and deputy whose registrar the actor is, by name."""
    permissions.require_role(work, Role.REGISTRAR)
    certifiable = Person.memberships.any(Membership.role == Role.SIGNER) | Person.mandates.any(mandates.asked(work.now))
    query = select(Person).where(Person.disabled_at.is_(None), certifiable)
    signers = work.session.scalars(query.order_by(Person.name, Person.id))
    return _standings(work, [person for person in signers if keys.is_registrar_of(work, person)])


def _standings(work: Work, people: Iterable[Person]) -> list[Standing]:
    """Two queries, however many people."""
    known = list(people)
    ids = [person.id for person in known]
    checks = select(IdentityVerification).where(IdentityVerification.person_id.in_(ids))
    made = select(SigningKey).where(SigningKey.person_id.in_(ids))
    newest_check = {c.person_id: c for c in work.session.scalars(checks.order_by(IdentityVerification.id))}
    newest_key: dict[int, SigningKey] = {}
    renewals: dict[int, SigningKey] = {}
    for key in work.session.scalars(made.order_by(SigningKey.id)):
        awaits_renewal = key.renews_id is not None and key.certificate is None
        (renewals if awaits_renewal else newest_key)[key.person_id] = key
    told = [_standing(work, p, newest_check.get(p.id), newest_key.get(p.id)) for p in known]
    return [replace(one, renewal=_waiting(renewals.get(one.person.id), one)) for one in told]


def _waiting(renewal: SigningKey | None, standing: Standing) -> SigningKey | None:
    in_force = standing.stage in (Stage.IN_FORCE, Stage.EXPIRING)
    return renewal if renewal is not None and renewal.destroyed_at is None and in_force else None


def _standing(work: Work, person: Person, checked: IdentityVerification | None, key: SigningKey | None) -> Standing:
    certificate = key.certificate if key else None
    if checked is None:
        stage = Stage.UNVERIFIED
    elif keys.usable_certificate(work, key) is not None:
        stage = Stage.EXPIRING if certificate.not_after - work.now < EXPIRES_SOON else Stage.IN_FORCE
    elif key is not None and key.destroyed_at is None and certificate is None:
        stage = Stage.KEY_WAITS
    elif keys.is_spent(work, checked):
        stage = Stage.ENDED
    else:
        stage = Stage.VERIFIED
    return Standing(person, stage, checked, key, certificate)
