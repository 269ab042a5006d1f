"""One-time codes (TOTP, RFC 6238) and recovery codes. A time step counts once, for what it was spent on."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import pyotp
from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from webapp.domain import audit, notifications, vault
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, WrongCode
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Person, RecoveryCode, SecondFactor

STEP = 30  # seconds
DRIFT = (0, -1, 1)  # a code typed as it changes, a clock a little off (RFC 6238 section 5.2)
RECOVERY_CODES = 8
FACTORS = SecondFactor.__table__

USED = N_("Kode ini sudah dipakai. Tunggu kode berikutnya di aplikasi autentikator Anda (paling lama 30 detik).")
LATE = N_("Kode ini sudah kedaluwarsa. Masukkan kode yang sekarang tampil di aplikasi autentikator Anda.")

_IS_FRESH = FACTORS.c.last_step < bindparam("step")
_IS_REPEATED = and_(FACTORS.c.last_step == bindparam("step"), FACTORS.c.last_use == bindparam("use"))
_SPEND = (
    update(FACTORS)
    .where(FACTORS.c.person_id == bindparam("of"), or_(_IS_FRESH, _IS_REPEATED))
    .values(last_step=bindparam("step"), last_use=bindparam("use"))
)


def begin(work: Work, person: Person) -> str:
    """Give the person a new secret that counts once it is confirmed; returns the otpauth:// address for the QR code."""
    secret = pyotp.random_base32()
    factor = person.second_factor
    if factor is not None and factor.confirmed_at is not None:
        raise Conflict(N_("Verifikasi dua langkah sudah aktif."))
    sealed = vault.seal(work.config, secret.encode(), f"totp {person.id}")
    if factor is None:
        person.second_factor = SecondFactor(person_id=person.id, secret_sealed=sealed)
    else:
        factor.secret_sealed = sealed
    work.session.flush()
    return pyotp.TOTP(secret).provisioning_uri(name=person.email, issuer_name="Teken")


def pending_address(work: Work, person: Person) -> str:
    """The otpauth:// address of the secret that awaits confirmation; made anew when there is none."""
    factor = person.second_factor
    if factor is None:
        return begin(work, person)
    if factor.confirmed_at is not None:
        raise Conflict(N_("Verifikasi dua langkah sudah aktif."))
    return pyotp.TOTP(_secret(work, factor)).provisioning_uri(name=person.email, issuer_name="Teken")


def confirm(work: Work, person: Person, code: str) -> list[str]:
    """Check the first code and switch the second factor on; returns recovery codes, shown this once."""
    if person.second_factor is None or person.second_factor.confirmed_at is not None:
        raise Conflict(N_("Verifikasi dua langkah sudah aktif."))
    consume(work, person, code, "enrolment")
    person.second_factor.confirmed_at = work.now
    audit.record(work, Event.SECOND_FACTOR_SET, person_id=person.id)
    notifications.tell(work, person, Message.SECURITY_CHANGED, change="second_factor")
    return renew_recovery_codes(work, person)


def reset(work: Work, person: Person) -> None:
    """Forget the secret, after a recovery code or by the administrator; the person enrols again."""
    person.second_factor = None
    work.session.flush()


def consume(work: Work, person: Person, code: str, purpose: str) -> None:
    """Spend a code on one purpose. Raises WrongCode when it is wrong, late or already spent on something else.

    The same code for the same purpose is accepted again: an answer lost on the road, or a killed process, may be
    repeated. One conditional UPDATE decides, so two racing requests cannot spend one code on two letters.
    """
    factor = person.second_factor
    digits = "".join(code.split())
    if factor is None or not (digits.isascii() and digits.isdigit()):
        raise WrongCode(field="code")
    step = _step_of(work, factor, digits)
    use = hashlib.sha256(purpose.encode()).hexdigest()
    if work.execute(_SPEND, {"of": person.id, "step": step, "use": use}).rowcount != 1:
        raise WrongCode(USED, field="code")


def current_code(work: Work, person: Person) -> str:
    """The code of this moment, for development only; the command refuses elsewhere."""
    if person.second_factor is None:
        raise Invalid(N_("Verifikasi dua langkah belum aktif."))
    return pyotp.TOTP(_secret(work, person.second_factor)).at(work.now)


def renew_recovery_codes(work: Work, person: Person) -> list[str]:
    """Replace all recovery codes; returns the new ones, of which only digests are kept."""
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = ["-".join((secrets.token_hex(5), secrets.token_hex(5))) for _ in range(RECOVERY_CODES)]
    work.session.add_all(RecoveryCode(person_id=person.id, sha256=_digest(code)) for code in codes)
    return codes


def replace_recovery_codes(work: Work, code: str) -> list[str]:
    """The actor's own wish, with a one-time code: the old ones are worth nothing from now on."""
    consume(work, work.person, code, "recovery codes")
    audit.record(work, Event.RECOVERY_CODES_REPLACED, person_id=work.person.id)
    notifications.tell(work, work.person, Message.SECURITY_CHANGED, change="recovery_codes")
    return renew_recovery_codes(work, work.person)


def count_recovery_codes(work: Work, person: Person) -> int:
    """How many are still unused."""
    unused = (RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return work.session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def use_recovery_code(work: Work, person: Person, code: str) -> None:
    """Spend a recovery code in place of a one-time code, for logging in only. Raises WrongCode."""
    spent = work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id, RecoveryCode.sha256 == _digest(code), RecoveryCode.used_at.is_(None)
        )
        .values(used_at=work.now)
    )
    if spent.rowcount != 1:
        raise WrongCode(N_("Kode pemulihan salah atau sudah dipakai."), field="code")
    audit.record(work, Event.RECOVERY_CODE_USED, person_id=person.id)
    notifications.tell(work, person, Message.SECURITY_CHANGED, change="recovery_code")


def _step_of(work: Work, factor: SecondFactor, digits: str) -> int:
    """The time step whose code this is. Raises WrongCode, naming a late code as late."""
    totp = pyotp.TOTP(_secret(work, factor))
    now = int(work.now.timestamp()) // STEP
    for drift in DRIFT:
        if secrets.compare_digest(totp.generate_otp(now + drift), digits):
            return now + drift
    late = any(secrets.compare_digest(totp.generate_otp(now - n), digits) for n in range(2, 12))
    raise WrongCode(LATE, field="code") if late else WrongCode(field="code")


def seconds_left(work: Work) -> timedelta:
    """How long the code of this moment is still shown."""
    return timedelta(seconds=STEP - int(work.now.timestamp()) % STEP)


def _secret(work: Work, factor: SecondFactor) -> str:
    return vault.unseal(work.config, factor.secret_sealed, f"totp {factor.person_id}").decode()


def _digest(code: str) -> str:
    return hashlib.sha256("".join(c for c in code.lower() if c.isalnum()).encode()).hexdigest()
