"""A certificate followed by another before it ends, on the identity check that is on record.

With a new key (ETSI EN 319 411-1, 6.3.7) and not the old one (6.3.6): a key that leaked unnoticed then ends with its
certificate instead of living as long as the official serves, the old one can be erased, and what a certificate's id
means (seals, log) stays one key. The registrar still issues, for the code that the official reads out: password and
second factor of a stolen phone alone must not prolong a thief's certificate.
"""

from __future__ import annotations

from datetime import timedelta

from webapp.domain import audit, custodians, keys, notifications, permissions, second_factor
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, DomainError, Forbidden
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import SigningKey

FROM = timedelta(days=60)  # before the end: when the first warning comes


def request(work: Work, secret: bytes, code: str) -> SigningKey:
    """The official has a new key made in the old one's place, with password and one-time code.

    Both keys live until the registrar issues; the old one signs meanwhile. A second request replaces the first.
    Raises Forbidden, Conflict (see keys.require_renewable; not yet), Locked (wrong password), WrongCode: spent last.
    """
    if not permissions.is_certifiable(work, work.person):
        raise Forbidden(keys.NO_SIGNER)
    present = _present(work)
    keys.open_key(work, work.person, secret)
    second_factor.consume(work, work.person, code, f"renew {present.id}")
    new = custodians.make(work, secret, present.custodian)
    waiting = keys.find_renewal(work, work.person)
    if waiting is not None:
        keys.destroy(work, waiting)
    made = SigningKey(
        person=work.person, verification_id=present.verification_id, renews_id=present.id, custodian=new.custodian,
        spki=new.spki, wrapped=new.wrapped, details=new.details, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    audit.record(
        work, Event.KEY_RENEWED, key_id=made.id, before=present.id, verification_id=present.verification_id,
        control_code=keys.control_code(made),
    )  # fmt: skip
    notifications.tell(work, present.verification.registrar, Message.CERTIFICATE_REQUESTED, key_id=made.id)
    return made


def is_offered(work: Work) -> bool:
    """Whether the actor could request one now."""
    try:
        _present(work)
    except DomainError:
        return False
    return permissions.is_certifiable(work, work.person)


def _present(work: Work) -> SigningKey:
    present = keys.find(work, work.person)
    if present is None:
        raise Forbidden(N_("Anda belum memiliki sertifikat elektronik yang berlaku."))
    certificate = keys.require_renewable(work, present)
    if certificate.not_after - work.now > FROM:
        raise Conflict(N_("Sertifikat Anda masih lama berlaku. Perpanjangan dibuka 60 hari sebelum berakhir."))
    return present
