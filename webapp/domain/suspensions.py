"""A certificate on hold (certificateHold, RFC 5280 5.3.1): signs nothing until resumed; its past stays good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from webapp.domain import audit, authority, keys, notifications
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Certificate, Suspension


def suspend(work: Work, certificate: Certificate, secret: bytes | None = None) -> None:
    """Put a certificate on hold: it signs nothing until a registrar resumes it. By owner or registrar."""
    if certificate.key.person_id != work.person.id:
        keys.require_registrar(work, certificate.key.person)
    if certificate.revoked_at is not None or certificate.suspended_at is not None:
        raise Conflict(N_("Sertifikat ini sudah dicabut atau ditangguhkan."))
    certificate.suspended_at = work.now
    authority.publish(work, certificate.authority, secret)
    audit.record(work, Event.CERTIFICATE_SUSPENDED, serial=certificate.serial)
    _tell_owner(work, certificate, "certificate_suspended")


def resume(work: Work, certificate: Certificate, secret: bytes | None = None) -> None:
    """End a hold. Only another person, the registrar: a thief with the official's phone must not undo it."""
    keys.require_registrar(work, certificate.key.person)
    if certificate.key.person_id == work.person.id:
        raise Forbidden(N_("Penangguhan sertifikat Anda harus diakhiri oleh petugas lain."))
    if certificate.suspended_at is None or certificate.revoked_at is not None:
        raise Conflict(N_("Sertifikat ini tidak sedang ditangguhkan."))
    work.session.add(Suspension(certificate_id=certificate.id, began_at=certificate.suspended_at, ended_at=work.now))
    certificate.suspended_at = None
    authority.publish(work, certificate.authority, secret)
    audit.record(work, Event.CERTIFICATE_RESUMED, serial=certificate.serial)
    _tell_owner(work, certificate, "certificate_resumed")


def was_suspended(work: Work, certificate: Certificate, at: datetime) -> bool:
    """Whether the certificate was on hold at a moment; signatures before and after it count."""
    if certificate.suspended_at is not None and certificate.suspended_at <= at:
        return True
    query = select(Suspension.id).where(
        Suspension.certificate_id == certificate.id, Suspension.began_at <= at, Suspension.ended_at > at
    )
    return work.session.scalars(query.limit(1)).first() is not None


def _tell_owner(work: Work, certificate: Certificate, change: str) -> None:
    """What somebody else does to a certificate is never silent."""
    owner = certificate.key.person
    if owner.id != work.person.id:
        notifications.tell(work, owner, Message.SECURITY_CHANGED, change=change, by_id=work.person.id)
