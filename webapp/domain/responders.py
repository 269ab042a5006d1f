"""What machines ask of the authority: is this certificate good (OCSP), and did this hash exist now (RFC 3161)."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from signing import ocsp, timestamps
from signing.authority import Revoked
from webapp.domain import service_keys
from webapp.domain.errors import Conflict
from webapp.domain.work import Work
from webapp.models import Authority, Certificate, ServiceKey, Timestamp

OCSP_VALID = timedelta(hours=1)  # how long a reader may believe an answer; a new one is made for every question


def certificate_status(work: Work, request_der: bytes) -> bytes:
    """The OCSP response, true at this moment: it reads the table, so a revocation counts at once."""
    made = _asked_about(work, request_der)
    try:
        key = service_keys.open_key(work, "ocsp", made)
    except Conflict:
        return ocsp.no_answer()
    return ocsp.answer(request_der, key, lambda serial: _status(work, serial, key.chain_der[0]), work.now, OCSP_VALID)


def timestamp(work: Work, request_der: bytes) -> bytes:
    """The time-stamp response. Its serial number is a row's number and 64 random bits: unique after a restore too."""
    imprint = timestamps.imprint_of(request_der)
    try:
        key = service_keys.open_key(work, "timestamp")
    except Conflict:
        return timestamps.rejection()
    if imprint is None:
        return timestamps.answer(request_der, key, work.now, 0)  # says why it is refused
    given = Timestamp(imprint=imprint, at=work.now)
    work.session.add(given)
    work.session.flush()
    return timestamps.answer(request_der, key, work.now, (given.id << 64) | secrets.randbits(64))


def _asked_about(work: Work, request_der: bytes) -> Authority | None:
    generations = work.session.scalars(select(Authority).order_by(Authority.id.desc()))
    return next((made for made in generations if ocsp.concerns(request_der, made.issuing_der)), None)


def _status(work: Work, serial: int, issuing_der: bytes) -> ocsp.Status:
    wanted = f"{serial:x}"
    found = work.session.scalars(select(Certificate).where(Certificate.serial == wanted)).first()
    if found is None or found.authority is None or found.authority.issuing_der != issuing_der:
        query = select(ServiceKey).where(ServiceKey.serial == wanted)
        own = work.session.scalars(query).first()
        is_known = own is not None and own.authority.issuing_der == issuing_der
        gone = Revoked(serial, own.revoked_at, "keyCompromise") if is_known and own.revoked_at else None
        return ocsp.Status(is_known, gone)
    if found.revoked_at is not None:
        return ocsp.Status(True, Revoked(serial, found.revoked_at, found.revocation_reason or "unspecified"))
    if found.suspended_at is not None:
        return ocsp.Status(True, Revoked(serial, found.suspended_at, "certificateHold"))
    return ocsp.Status(True)
