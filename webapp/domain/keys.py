"""The officials' keys: no identity check, no key; no password of theirs, no opening."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm.attributes import set_committed_value

from signing import authority as ca
from signing.certificates import common_name_of
from signing.keys import SigningKey as Key
from signing.keys import vault as key_vault
from webapp.domain import audit, authority, custodians, notifications, permissions, service_keys, wrappings
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid, NotFound
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Certificate, IdentityVerification, Person, Role, SigningKey

METHODS = {"tatap_muka": N_("Tatap muka"), "panggilan_video": N_("Panggilan video")}
REASONS = {  # of a revocation, by their names in RFC 5280 section 5.3.1
    "keyCompromise": N_("Kata sandi, perangkat, atau kuncinya mungkin diketahui orang lain"),
    "affiliationChanged": N_("Pejabat pindah tugas, pensiun, atau jabatannya berubah"),
    "superseded": N_("Data di sertifikat keliru dan perlu diterbitkan ulang"),
    "cessationOfOperation": N_("Sertifikat tidak dipakai lagi"),
}

NO_SIGNER = N_("Orang ini bukan penandatangan di perangkat daerah mana pun, dan bukan pejabat pengganti.")
_AWAITS_RENEWAL = and_(SigningKey.renews_id.is_not(None), ~SigningKey.certificate.has())
_LIVING = SigningKey.person_id == bindparam("of"), SigningKey.destroyed_at.is_(None)
_IN_FORCE, _WAITING = (
    select(SigningKey).where(*_LIVING, condition).order_by(SigningKey.id.desc()).limit(1)
    for condition in (~_AWAITS_RENEWAL, _AWAITS_RENEWAL)
)


def verify_identity(work: Work, person: Person, *, documents: str, method: str, note: str) -> IdentityVerification:
    """Record what the registrar saw. Four eyes: nobody verifies himself."""
    permissions.require_role(work, Role.REGISTRAR)
    if person.id == work.person.id:
        raise Forbidden(N_("Identitas Anda harus diperiksa oleh petugas lain."))
    if not permissions.is_certifiable(work, person):
        raise Invalid(NO_SIGNER)
    require_registrar(work, person)
    made = IdentityVerification(
        person=person, registrar=work.person, documents=documents, method=method, note=note, verified_at=work.now
    )
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.IDENTITY_VERIFIED, person_id=person.id, verification_id=made.id, method=method)
    notifications.tell(work, person, Message.IDENTITY_VERIFIED)
    return made


def verification_of(work: Work, person: Person) -> IdentityVerification | None:
    query = select(IdentityVerification).where(IdentityVerification.person_id == person.id)
    return work.session.scalars(query.order_by(IdentityVerification.id.desc()).limit(1)).first()


def find(work: Work, person: Person) -> SigningKey | None:
    """The person's key in force: the newest that was not destroyed and does not wait to renew another."""
    return work.session.scalars(_IN_FORCE, {"of": person.id}).first()


def find_renewal(work: Work, person: Person) -> SigningKey | None:
    """The key that waits to take the place of the one in force."""
    return work.session.scalars(_WAITING, {"of": person.id}).first()


def get(work: Work, key_id: int) -> SigningKey:
    """A key of the actor's own, or of a signer whose registrar the actor is. Raises NotFound."""
    found = work.session.get(SigningKey, key_id)
    if found is None or not (found.person_id == work.person.id or is_registrar_of(work, found.person)):
        raise NotFound
    return found


def is_registrar_of(work: Work, person: Person) -> bool:
    """Whether the actor is registrar over an office where this person has a role."""
    return work.actor is not None and any(
        permissions.holds(work.actor, Role.REGISTRAR, m.office, inherited=True) for m in person.memberships
    )


def require_registrar(work: Work, person: Person) -> None:
    permissions.require_role(work, Role.REGISTRAR)
    if not is_registrar_of(work, person):
        raise Forbidden(N_("Orang ini dilayani petugas verifikasi perangkat daerah lain."))


def create(work: Work, secret: bytes, custodian: str = "") -> SigningKey:
    """The official has the key made, in the own session; no half of it is ever open outside its custodian.

    Without `custodian` it is the preferred one of those on offer.
    """
    person = work.person
    present = find(work, person)
    if present is not None and usable_certificate(work, present) is not None:
        raise Conflict(N_("Anda sudah memiliki kunci tanda tangan yang berlaku."))
    checked = require_unspent_check(work, person)
    new = custodians.make(work, secret, custodian)  # before the first change: a module may take seconds
    for old in _live(work, person):  # a renewal that came too late as well
        destroy(work, old)
    made = SigningKey(
        person=person, verification_id=checked.id, custodian=new.custodian, spki=new.spki, wrapped=new.wrapped,
        details=new.details, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    audit.record(
        work, Event.KEY_CREATED, key_id=made.id, control_code=control_code(made), custodian=made.custodian
    )  # fmt: skip
    notifications.tell(work, checked.registrar, Message.CERTIFICATE_REQUESTED, key_id=made.id)
    return made


def require_unspent_check(work: Work, person: Person) -> IdentityVerification:
    """The identity check that the next key will rest on. Raises Forbidden: none, its certificate ended, no signer."""
    if not permissions.is_certifiable(work, person):
        raise Forbidden(NO_SIGNER)
    checked = verification_of(work, person)
    if checked is None:
        raise Forbidden(N_("Identitas Anda belum diverifikasi. Temui petugas verifikasi perangkat daerah Anda."))
    if is_spent(work, checked):
        raise Forbidden(N_("Sertifikat Anda sudah berakhir atau dicabut. Identitas Anda perlu diverifikasi lagi."))
    return checked


def control_code(key: SigningKey) -> str:
    """Four characters of the public key, read out by the official and compared by the registrar."""
    return ca.key_control_code(key.spki)


def awaiting_certificate(work: Work) -> list[SigningKey]:
    permissions.require_role(work, Role.REGISTRAR)
    query = select(SigningKey).where(SigningKey.destroyed_at.is_(None), ~SigningKey.certificate.has())
    return list(work.session.scalars(query.order_by(SigningKey.created_at)))


def issue(work: Work, key: SigningKey, typed_code: str, secret: bytes) -> Certificate:
    """The registrar issues the certificate, once the code that the official read out is the key's."""
    require_registrar(work, key.person)
    if key.person_id == work.person.id:
        raise Forbidden(N_("Sertifikat Anda harus diterbitkan oleh petugas lain."))
    if key.certificate is not None or key.destroyed_at is not None:
        raise Conflict(N_("Sertifikat untuk kunci ini sudah diterbitkan."))
    if not secrets.compare_digest(_as_read_out(typed_code), control_code(key)):
        raise Invalid(N_("Kode kendali kunci tidak cocok dengan kunci pejabat ini. Jangan terbitkan."), field="code")
    if key.renews is not None:
        require_renewable(work, key.renews)
    made = authority.current(work)
    issuing_key = authority.open_issuing(work, made, secret)
    until = work.now + timedelta(days=work.config.certificate_days)
    der = ca.issue(
        issuing_key, made.issuing_der, key.spki, _subject(work, key.person), work.now, until,
        crl_url=service_keys.crl_url(work.config, made), access=service_keys.access(work.config, made),
    )  # fmt: skip
    certificate = Certificate(
        key=key, authority=made, registrar_id=work.person.id, serial=f"{ca.serial_of(der):x}", der=der,
        not_before=work.now, not_after=until,
    )  # fmt: skip
    work.session.add(certificate)
    work.session.flush()
    authority.renew_crl(work, made, issuing_key)
    audit.record(work, Event.CERTIFICATE_ISSUED, key_id=key.id, person_id=key.person_id, serial=certificate.serial)
    if key.renews is not None:
        audit.record(work, Event.CERTIFICATE_RENEWED, key_id=key.id, before=key.renews.id)
        destroy(work, key.renews)
    notifications.tell(work, key.person, Message.CERTIFICATE_ISSUED)
    return certificate


def revoke(work: Work, certificate: Certificate, reason: str, secret: bytes | None = None) -> None:
    """The certificate stops to count from now on, and its key is destroyed. By its owner at once, or by a registrar.

    With the registrar's secret the revocation list is signed anew; the public page knows it at once in any case.
    """
    if certificate.key.person_id != work.person.id:
        require_registrar(work, certificate.key.person)
    if reason not in REASONS:
        raise Invalid(N_("Pilih alasan pencabutan."), field="reason")
    if certificate.revoked_at is not None:
        raise Conflict(N_("Sertifikat ini sudah dicabut."))
    certificate.revoked_at, certificate.revocation_reason = work.now, reason
    destroy(work, certificate.key)
    renewal = find_renewal(work, certificate.key.person)
    if renewal is not None and renewal.renews_id == certificate.key_id:
        destroy(work, renewal)  # whoever could use the old key may have asked for the new one
    authority.publish(work, certificate.authority, secret)
    audit.record(work, Event.CERTIFICATE_REVOKED, serial=certificate.serial, reason=reason)
    notifications.tell(
        work, certificate.key.person, Message.CERTIFICATE_REVOKED, reason=reason, by_id=work.person.id
    )  # fmt: skip


def require_renewable(work: Work, key: SigningKey) -> Certificate:
    """The certificate that may be followed by another without a new identity check (ETSI EN 319 411-1, 6.3.7).

    Asked when the official requests it, and again when the registrar issues: meanwhile much may have happened.
    Raises Conflict: ended, revoked or on hold, a provider's; Forbidden: the identity check is too old, another name.
    """
    certificate = usable_certificate(work, key)
    if certificate is None:
        raise Conflict(N_("Sertifikat lama sudah berakhir, dicabut, atau ditangguhkan, jadi tidak dapat diperpanjang."))
    if certificate.authority is None:
        raise Conflict(N_("Sertifikat ini diterbitkan penyedia, jadi diperpanjang di sana."))
    if not is_fresh(work, key.verification):
        raise Forbidden(N_("Pemeriksaan identitas Anda sudah terlalu lama. Temui petugas verifikasi."))
    if common_name_of(certificate.der) != _subject(work, key.person).common_name[:64].strip():
        raise Forbidden(N_("Nama Anda berubah sejak identitas Anda diperiksa. Temui petugas verifikasi."))
    return certificate


def is_fresh(work: Work, checked: IdentityVerification) -> bool:
    """Whether an identity check still bears a renewed certificate."""
    return work.now < checked.verified_at + timedelta(days=work.config.identity_days)


def usable_certificate(work: Work, key: SigningKey | None) -> Certificate | None:
    """The certificate when it is issued, in force at this moment and not revoked."""
    certificate = key.certificate if key else None
    if certificate is None or certificate.revoked_at is not None or certificate.suspended_at is not None:
        return None
    return certificate if certificate.not_before <= work.now < certificate.not_after else None


def open_key(
    work: Work, person: Person, secret: bytes, activation: custodians.Activation | None = None, *,
    wrapped: bytes | None = None,
) -> tuple[Key, Certificate]:  # fmt: skip
    """The person's key for one signature, from its custodian; by another wrapping than the password's if given.

    Raises Forbidden without a certificate in force, Locked with a wrong secret, Invalid (a provider's PIN is missing).
    """
    key = find(work, person)
    certificate = usable_certificate(work, key)
    if key is None or certificate is None:
        raise Forbidden(N_("Anda belum memiliki sertifikat elektronik yang berlaku."))
    set_committed_value(certificate, "key", key)  # it came with it: not to be read again
    return custodians.open_key(work, key, certificate, secret, activation, wrapped=wrapped), certificate


def rewrap(work: Work, person: Person, old: bytes, new: bytes) -> None:
    """Follow a change of the password."""
    for key in _live(work, person):
        if key.wrapped is not None:
            key.wrapped = key_vault.rewrap(key.wrapped, old, new, work.config.server_key)


def destroy_all(work: Work, person: Person) -> None:
    """After a forgotten password the keys are gone by design, and their certificates are revoked.

    A key in force that a passkey opens stays, closed to every password until that passkey is presented: whoever
    caused the reset and set the new password has gained nothing.
    """
    for key in _live(work, person):
        if usable_certificate(work, key) is not None and wrappings.holders(work, key):
            key.wrapped = None
            audit.record(work, Event.KEY_CLOSED, key_id=key.id)
            continue
        if key.certificate is not None and key.certificate.revoked_at is None:
            key.certificate.revoked_at, key.certificate.revocation_reason = work.now, "cessationOfOperation"
        destroy(work, key)


def _live(work: Work, person: Person) -> list[SigningKey]:
    query = select(SigningKey).where(SigningKey.person_id == person.id, SigningKey.destroyed_at.is_(None))
    return list(work.session.scalars(query.order_by(SigningKey.id)))


def _as_read_out(code: str) -> str:
    """A control code as people type it: any case, spaces, O for 0, I and L for 1."""
    plain = "".join(c for c in code.upper() if c.isascii() and c.isalnum())
    return plain.replace("O", "0").replace("I", "1").replace("L", "1")


def is_spent(work: Work, checked: IdentityVerification) -> bool:
    """One identity check bears one certificate, also when its key is destroyed by now."""
    query = select(SigningKey.id).where(SigningKey.verification_id == checked.id, SigningKey.certificate.has())
    return work.session.scalars(query.limit(1)).first() is not None


def destroy(work: Work, key: SigningKey) -> None:
    """Erase the private half, every wrapping of it too."""
    key.wrapped, key.destroyed_at = None, work.now
    wrappings.drop(work, key=key)
    audit.record(work, Event.KEY_DESTROYED, key_id=key.id)


def _subject(work: Work, person: Person) -> ca.Subject:
    offices = [m.office for m in sorted(person.memberships, key=lambda m: m.role != Role.SIGNER)]
    if not offices or not permissions.is_certifiable(work, person):
        raise Conflict(N_("Orang ini bukan penandatangan lagi, jadi sertifikatnya tidak dapat diterbitkan."))
    return ca.Subject(
        common_name=person.full_name, organization=work.config.instance_name, organizational_unit=offices[0].name,
        title=person.position, serial_number=f"P-{person.id:06d}", given_name=person.name,
        organization_identifier=work.config.organization_identifier,
    )  # fmt: skip
