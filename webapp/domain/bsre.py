"""Whose certificate BSrE keeps, what state it is in, and in what words. The calls themselves are made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

import signing
from signing import received
from signing.keys import bsre as ecs
from signing.keys.bsre import Identity, Refused, Secret, Transport, Unclear
from webapp.config import Config
from webapp.domain import audit, expiries, keys, marks, notifications, outbox, permissions, vault
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid, NotFound
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import BsreAccount, Letter, Person, State

EVERY = timedelta(days=1)
STATUS_LABELS = {
    "ISSUE": N_("Aktif"), "EXPIRED": N_("Kedaluwarsa"), "RENEW": N_("Dalam pembaruan"),
    "WAITING_FOR_VERIFICATION": N_("Menunggu verifikasi"), "NEW": N_("Belum diaktivasi"),
    "NO_CERTIFICATE": N_("Belum memiliki sertifikat"), "NOT_REGISTERED": N_("Belum terdaftar"),
    "SUSPEND": N_("Ditangguhkan"), "REVOKE": N_("Dicabut"), "": N_("Belum diperiksa"),
}  # fmt: skip
SENTENCES = {  # for codes of signing.keys.bsre and of signing.received
    "wrong_passphrase": N_("Passphrase BSrE salah. Surat belum ditandatangani."),
    "wrong_otp": N_("OTP BSrE salah atau sudah kedaluwarsa. Surat belum ditandatangani."),
    "not_registered": N_("BSrE tidak mengenal akun Anda. Hubungi petugas verifikasi."),
    "not_active": N_("Sertifikat BSrE Anda belum diaktivasi."),
    "expired": N_("Sertifikat BSrE Anda sudah kedaluwarsa. Perpanjang melalui BSrE."),
    "renewing": N_("Sertifikat BSrE Anda sedang dalam pembaruan."),
    "suspended": N_("Sertifikat BSrE Anda sedang ditangguhkan."),
    "revoked": N_("Sertifikat BSrE Anda sudah dicabut."),
    "bad_document": N_("BSrE tidak dapat membaca berkas surat ini. Kembalikan surat ini agar berkasnya dibuat ulang."),
    "busy": N_("BSrE sedang sibuk. Surat belum ditandatangani; coba lagi sebentar."),
    "not_sent": N_("Permintaan terputus sebelum terkirim ke BSrE. Surat belum ditandatangani; setujui lagi."),
    "unavailable": N_("Layanan BSrE tidak dapat dihubungi. Surat belum ditandatangani; coba lagi nanti."),
    "bad_credentials": N_("BSrE menolak sambungan dari server ini. Hubungi administrator."),
    "wrong_signer": N_("Sertifikat yang dipakai BSrE bukan atas nama Anda, jadi ditolak. Hubungi administrator."),
}  # fmt: skip
ALONE = N_(
    "%(name)s menandatangani lewat BSrE, yang menandatangani berkas utuh seorang diri. Surat dengan beberapa "
    "penandatangan hanya untuk pejabat dengan sertifikat internal atau penyedia lain."
)
REFUSED = N_("Layanan tanda tangan BSrE menolak permintaan. Surat belum ditandatangani.")
REJECTED = N_("Berkas dari BSrE tidak sama dengan surat yang Anda setujui, jadi ditolak. Hubungi administrator.")


def is_offered(config: Config) -> bool:
    return bool(config.bsre_url)


def account(work: Work, person: Person) -> BsreAccount | None:
    """The person's account, where this installation has BSrE at all."""
    return work.session.get(BsreAccount, person.id) if is_offered(work.config) else None


def require_alone(work: Work, signers: Sequence[Person]) -> None:
    """Raise Invalid where one of several signers is kept by BSrE, which takes and gives back whole files."""
    for person in signers if len(signers) > 1 else ():
        if account(work, person) is not None:
            raise Invalid(ALONE, name=person.full_name)


def assign(work: Work, person: Person, *, email: str, nik: Secret | None, certificate_name: str) -> BsreAccount:
    """From now on this official signs with BSrE. `nik` only for V1, sealed at once; None keeps the one there is."""
    _require(work, person)
    found = account(work, person)
    if work.config.bsre_version == 1 and not nik and (found is None or found.nik_sealed is None):
        raise Invalid(N_("Isi NIK: layanan BSrE versi 1 mengenal pejabat dari NIK-nya."), field="nik")
    if work.config.bsre_version == 2 and not email:
        raise Invalid(N_("Isi surel yang terdaftar di BSrE."), field="email")
    made = found or BsreAccount(person_id=person.id, created_at=work.now, status="", wrong_passphrases=0)
    made.email, made.certificate_name = email, certificate_name
    made.registrar_id, made.status, made.checked_at, made.next_check_at = work.person.id, "", None, work.now
    if nik and work.config.bsre_version == 1:  # V2 needs none, so none is kept
        made.nik_sealed = vault.seal(work.config, nik.reveal().encode(), f"nik {person.id}")
    work.session.add(made)
    if found is None:
        _forget_marks(work, person)
    audit.record(work, Event.CUSTODIAN_SET, person_id=person.id, custodian="bsre")
    outbox.add(work, "bsre_status", person_id=person.id)
    return made


def remove(work: Work, person: Person) -> None:
    """Back to the internal authority: e-mail and NIK are forgotten."""
    _require(work, person)
    found = account(work, person)
    if found is None:
        raise NotFound
    work.session.delete(found)
    _forget_marks(work, person)
    audit.record(work, Event.CUSTODIAN_SET, person_id=person.id, custodian="vault")


def identity(work: Work, found: BsreAccount) -> Identity:
    """How the service knows the person: by e-mail where it can, so that no NIK leaves its seal."""
    if work.config.bsre_version == 2 or found.nik_sealed is None:
        return Identity(email=found.email)
    return Identity(nik=Secret(vault.unseal(work.config, found.nik_sealed, f"nik {found.person_id}").decode()))


def masked_nik(work: Work, found: BsreAccount) -> str:
    """The last three digits, to be recognised by."""
    if found.nik_sealed is None:
        return ""
    return "•" * 13 + vault.unseal(work.config, found.nik_sealed, f"nik {found.person_id}").decode()[-3:]


def may_sign(found: BsreAccount) -> bool:
    """Only ISSUE may; what was never asked for is not known to be that."""
    return found.status == ecs.MAY_SIGN


def ask_status(config: Config, who: Identity, transport: Transport) -> str | None:
    """The certificate's state, or None when the service could not say. Asked twice; no transaction should be open."""
    for _ in range(2):
        try:
            return ecs.read_status(transport(ecs.status(config.bsre_version, who), _ignore), [who.nik])
        except Refused as error:
            if error.code == "not_registered":
                return "NOT_REGISTERED"
        except Unclear:
            pass
    return None


def claim_check(work: Work, person_id: int) -> tuple[Identity, BsreAccount] | None:
    """Take today's check, and note the next one, in one transaction: run twice it finds nothing to do."""
    person = work.session.get(Person, person_id)
    found = account(work, person) if person else None
    if found is None or person is None or person.disabled_at is not None:
        return None
    if found.next_check_at is not None and found.next_check_at > work.now:
        return None
    found.next_check_at = work.now + EVERY
    outbox.add(work, "bsre_status", at=found.next_check_at, person_id=person_id)
    return identity(work, found), found


def note_status(work: Work, person_id: int, status: str | None) -> None:
    """Write the answer down and warn in time; without an answer the old state and its time stay, for all to see."""
    found = work.session.get(BsreAccount, person_id)
    if found is None:
        return
    if status is not None:
        if status != found.status:
            audit.record(work, Event.BSRE_STATUS, person_id=person_id, status=status)
        found.status, found.checked_at = status, work.now
    _warn(work, found)


def require_serves(work: Work, person: Person) -> BsreAccount:
    """The account of a person whose registrar the actor is. Raises Forbidden, NotFound."""
    keys.require_registrar(work, person)
    found = account(work, person)
    if found is None:
        raise NotFound
    return found


def require_own(work: Work) -> BsreAccount:
    """The actor's own account. Raises NotFound."""
    found = account(work, work.person)
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=4)
def _roots(path: str) -> tuple[bytes, ...]:
    return received.roots(Path(path).read_bytes())


def trust(config: Config, at: datetime) -> signing.Trust:
    """BSrE's roots, for letters signed there and for no others."""
    return signing.Trust(roots_der=_roots(config.bsre_roots) if config.bsre_roots else (), at=at)


def is_marked_for(letter: Letter) -> bool:
    """Whether the prepared file is of the kind that BSrE signs: with the mark, without a reserved place."""
    return (letter.version.prepared_holes or {}).get("custodian") == "bsre"


def _require(work: Work, person: Person) -> None:
    keys.require_registrar(work, person)
    if not is_offered(work.config):
        raise NotFound
    if person.id == work.person.id:
        raise Forbidden(N_("Cara Anda menandatangani harus diatur oleh petugas lain."))
    if not permissions.is_certifiable(work, person):
        raise Conflict(keys.NO_SIGNER)


def _forget_marks(work: Work, person: Person) -> None:
    """Files prepared for the other way of signing: drafts get their mark anew, what waits is returned by its signer."""
    open_ones = (State.DRAFT, State.RETURNED, State.WITHDRAWN)
    real = select(Letter).where(Letter.signer_id == person.id, Letter.trainee_id.is_(None))
    for letter in work.session.scalars(real).unique():
        if letter.state in open_ones:
            marks.forget(letter.version)


def _warn(work: Work, found: BsreAccount) -> None:
    until = found.certificate_until
    due = expiries.warning(work, until, found.warned_days)
    if due is not None and until is not None:
        found.warned_days = due
        notifications.tell(work, found.person, Message.BSRE_ENDS, days=max((until - work.now).days, 0))


def _ignore(_headers: object) -> None:
    """No id is expected with this answer."""
