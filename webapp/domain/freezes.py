"""Who did not sign puts the certificate on hold from the message that told of it, without logging in.

Whoever took the phone holds its log-in, so the way out must not need one. The link can do this one thing, which only
another person, the registrar, undoes: who steals the link can stop an official for a while, and sign nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from webapp.domain import accounts, suspensions, vault
from webapp.domain.errors import N_, NotFound
from webapp.domain.work import Work
from webapp.models import Certificate, Person, SigningKey

LIFE = timedelta(days=7)
GONE = N_("Tautan ini tidak berlaku lagi. Masuk ke Teken, atau hubungi petugas verifikasi kantor Anda.")


def token(work: Work, person: Person) -> str:
    """What stands in the link: whose, since when, and the server's word for it. Nothing is stored."""
    return _token(work, person.id, int(work.now.timestamp()))


def find(work: Work, typed: str) -> Person:
    """The owner of a link. Raises NotFound where it is forged or too old: they look alike."""
    numbers = typed.split("-")[:2]
    if len(numbers) != 2 or not all(one.isascii() and one.isdecimal() and len(one) < 12 for one in numbers):
        raise NotFound(GONE)
    person_id, made = map(int, numbers)
    if not secrets.compare_digest(_token(work, person_id, made).encode(), typed.encode()):
        raise NotFound(GONE)
    person = work.session.get(Person, person_id)
    if person is None or datetime.fromtimestamp(made, UTC) + LIFE < work.now:
        raise NotFound(GONE)
    return person


def certificates(work: Work, person: Person) -> list[Certificate]:
    """What could sign in the person's name now."""
    query = select(Certificate).join(SigningKey, Certificate.key_id == SigningKey.id)
    query = query.where(SigningKey.person_id == person.id, SigningKey.destroyed_at.is_(None))
    query = query.where(Certificate.revoked_at.is_(None), Certificate.suspended_at.is_(None))
    return list(work.session.scalars(query.where(Certificate.not_after > work.now)))


def freeze(work: Work, person: Person) -> None:
    """Put all of them on hold and end every log-in of the person. Twice is as good as once."""
    own = replace(work, actor=person)
    for certificate in certificates(work, person):
        suspensions.suspend(own, certificate)
    accounts.end_all(own, person)


def _token(work: Work, person_id: int, made: int) -> str:
    return f"{person_id}-{made}-{vault.token(work.config, 'freeze', f'{person_id} {made}')}"
