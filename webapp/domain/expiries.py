"""Certificates that end soon: the official and the registrar hear of it at sixty, thirty and seven days, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from webapp.domain import keys, notifications
from webapp.domain.errors import DomainError
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Certificate, Person

DAYS = (7, 30, 60)


def warning(work: Work, until: datetime | None, warned_days: int | None) -> int | None:
    """Which of DAYS is to be told of now, for a certificate that was last told of at `warned_days`; None: nothing.

    To the second, so that nobody hears of "thirty days" when less than that is left, and never of an older one later.
    """
    if until is None:
        return None
    due = next((days for days in DAYS if until - work.now <= timedelta(days=days)), None)
    return due if due is not None and (warned_days is None or due < warned_days) else None


def warn(work: Work) -> int:
    """Tell of each certificate that came within the next of DAYS since it was last told of. Returns how many."""
    soon = work.now + timedelta(days=max(DAYS))
    query = select(Certificate).where(
        Certificate.revoked_at.is_(None), Certificate.not_after > work.now, Certificate.not_after <= soon
    )
    told = 0
    for certificate in work.session.scalars(query):
        due = warning(work, certificate.not_after, certificate.warned_days)
        if due is None or certificate.key.destroyed_at is not None:
            continue
        certificate.warned_days, told = due, told + 1
        left = (certificate.not_after - work.now).days
        owner, registrar = certificate.key.person, work.session.get_one(Person, certificate.registrar_id)
        facts = {"days": left, "renewable": int(_is_renewable(work, certificate))}
        notifications.tell(work, owner, Message.CERTIFICATE_ENDS, **facts)
        notifications.tell(work, registrar, Message.CERTIFICATE_ENDS_OF, **facts, owner_id=owner.id)
    return told


def _is_renewable(work: Work, certificate: Certificate) -> bool:
    try:
        return bool(keys.require_renewable(work, certificate.key))
    except DomainError:
        return False
