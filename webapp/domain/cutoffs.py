"""An administrator cuts off what somebody else has lost: a device, all devices, a passkey, the authenticator.

Each with a reason, told to the person by mail, and on the trail. Certificates are the registrar's: keys.revoke.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from webapp.domain import accounts, assertions, audit, notifications, passkeys, people, second_factor
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Certificate, LoginSession, Passkey, Person, SigningKey

REASONS = {
    "lost": N_("Hilang atau dicuri"),
    "misused": N_("Mungkin dipakai orang lain"),
    "unknown": N_("Tidak dikenal oleh pemilik akunnya"),
    "replaced": N_("Diganti dengan yang baru"),
    "left": N_("Pindah tugas, cuti panjang, atau berhenti"),
}


class Kind(StrEnum):
    """What is cut off; the first and the third name one of several."""

    DEVICE = "device"
    DEVICES = "devices"
    PASSKEY = "passkey"
    SECOND_FACTOR = "second-factor"


@dataclass(frozen=True)
class Access:
    """With what a person gets in and signs."""

    logins: list[LoginSession]  # live, newest first
    passkeys: list[Passkey]
    certificates: list[Certificate]  # newest first, ended ones too


def access(work: Work, person: Person) -> Access:
    """What the administrator sees of a person whom people.get has found."""
    query = select(Certificate).join(SigningKey).where(SigningKey.person_id == person.id)
    certificates = list(work.session.scalars(query.order_by(Certificate.id.desc())))
    return Access(accounts.logins(work, person), assertions.of(work, person), certificates)


def target(work: Work, person: Person, kind: str, target_id: int) -> LoginSession | Passkey | None:
    """The one thing that is meant; None where the kind is all there is. Raises NotFound, also for another's."""
    if kind not in list(Kind):
        raise NotFound
    mine = access(work, person)
    many = {Kind.DEVICE: mine.logins, Kind.PASSKEY: mine.passkeys}.get(Kind(kind))
    if many is None:
        if kind == Kind.SECOND_FACTOR and person.second_factor is None:
            raise NotFound
        return None
    found = next((one for one in many if one.id == target_id), None)
    if found is None:
        raise NotFound
    return found


def cut_off(work: Work, person: Person, kind: Kind, target_id: int, *, reason: str) -> None:
    """Cut it off at once. Raises Forbidden, Conflict (the own account; the key's last passkey), Invalid, NotFound."""
    people.require_governed(work, person)
    if reason not in REASONS:
        raise Invalid(N_("Pilih alasannya."), field="reason")
    found = target(work, person, kind, target_id)
    if kind == Kind.PASSKEY:
        _remove(work, person, found, reason)
    elif kind == Kind.DEVICE:
        accounts.end(work, found)
        audit.record(work, Event.SESSION_REVOKED, person_id=person.id, login_id=found.id, reason=reason)
    else:
        _end_all(work, person, kind, reason)
    notifications.tell(
        work, person, Message.SECURITY_CHANGED, change=f"cut_off_{kind}", reason=reason, by_id=work.person.id
    )  # fmt: skip


def _remove(work: Work, person: Person, passkey: Passkey, reason: str) -> None:
    """Four eyes: what alone still opens a signing key goes after the registrar has revoked its certificate."""
    if passkeys.is_last_to_open(work, person, passkey):
        raise Conflict(
            N_(
                "Hanya kunci sandi ini yang membuka kunci tanda tangannya. Petugas verifikasi harus mencabut "
                "sertifikatnya dahulu."
            )
        )
    passkeys.forget(work, passkey, reason=reason)


def _end_all(work: Work, person: Person, kind: Kind, reason: str) -> None:
    """All devices; with the authenticator too: whoever holds the phone is in with both."""
    accounts.end_all(work, person)
    if kind == Kind.SECOND_FACTOR:
        second_factor.reset(work, person)
        audit.record(work, Event.SECOND_FACTOR_RESET, person_id=person.id, reason=reason)
    else:
        audit.record(work, Event.SESSION_REVOKED, person_id=person.id, reason=reason)
