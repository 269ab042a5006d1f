"""Logging in: password, one-time code, and the server-side sessions that can be cut off one by one.

A forgotten password is a new invitation: what it unlocked (the signing key) is gone by design.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from signing.keys import vault as key_vault
from webapp.domain import assertions, audit, authority, keys, notifications, passkeys, second_factor, vault
from webapp.domain.assertions import LOG_IN, Presented
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, Locked, NotFound
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Authority, Invitation, LoginSession, Person, PushSubscription

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's argon2id floor, 18 ms here
NOBODY = HASHER.hash("no such person")  # so that an unknown address takes as long as a wrong password
MIN_PASSWORD = 10
CODE_WAIT = timedelta(minutes=10)  # between password and code
SEEN_EVERY = timedelta(minutes=5)

WRONG = N_("Alamat surel atau kata sandi salah.")
_IS_LIVE = LoginSession.token_sha256 == bindparam("token"), LoginSession.ended_at.is_(None)
_WITH_ROLES = joinedload(LoginSession.person).joinedload(Person.memberships)
_LIVE = select(LoginSession).where(*_IS_LIVE).options(_WITH_ROLES)


@dataclass(frozen=True)
class Opened:
    """What the device keeps: two cookies. Neither is stored here."""

    login: LoginSession
    token: str
    sealed_secret: bytes


def check_password(work: Work, email: str, password: str, *, device: str, address: str) -> Opened:
    """First step of logging in. The session counts once `confirm` has seen a code. Raises Invalid."""
    return _open(work, _known(work, email, password), password, device=device, address=address)


def _known(work: Work, email: str, password: str) -> Person:
    person = find_by_email(work, email)
    may_enter = person is not None and person.disabled_at is None and not person.is_service
    known = person.password_hash if person is not None and may_enter else None
    try:
        HASHER.verify(known or NOBODY, password)
    except (VerificationError, InvalidHashError):
        known = None
    if known is None or person is None:
        raise Invalid(WRONG, field="password")
    return person


def derive_in_person(work: Work, email: str, password: str, code: str) -> tuple[Person, bytes]:
    """For a command at the operator's console: the person and the derived secret, after password and code.

    No log-in is opened, and nothing is throttled: whoever sits there has the database anyway.
    Raises Invalid, WrongCode.
    """
    person = _known(work, email, password)
    second_factor.consume(work, person, code, "console")
    return person, key_vault.derive(password, person.vault_salt or b"")


def note_failure(work: Work, email: str, address: str) -> None:
    """A refused password is an event. What was typed is not kept: it may be a password in the wrong place."""
    person = find_by_email(work, email)
    audit.record(work, Event.LOG_IN_FAILED, person_id=person.id if person else None, address=address)


def note_refused_code(work: Work, login: LoginSession) -> None:
    """So is a refused code, at the second step."""
    audit.record(work, Event.CODE_REFUSED, person_id=login.person_id, login_id=login.id)


def confirm(work: Work, login: LoginSession, code: str) -> None:
    """Second step: a one-time code, or a recovery code (longer), after which the second factor must be set up anew."""
    _require_awaited(work, login)
    person = login.person
    if len("".join(code.split())) > 8:
        second_factor.use_recovery_code(work, person, code)
        second_factor.reset(work, person)
    else:
        second_factor.consume(work, person, code, f"login {login.id}")
    _confirm(work, login)


def confirm_by_passkey(work: Work, login: LoginSession, presented: Presented) -> None:
    """Second step with a passkey in place of the code; only beside a second factor that is set up."""
    _require_awaited(work, login)
    if not login.person.has_second_factor:
        raise Conflict
    assertions.spend(work, assertions.check(work, login, presented, LOG_IN, str(login.id)))
    _confirm(work, login)


def confirm_without_code(work: Work, login: LoginSession) -> None:
    """A person who has no second factor yet is let in as far as the page that sets it up (guards/access.py)."""
    if login.person.has_second_factor:
        raise Conflict
    _confirm(work, login)


def find_login(work: Work, token: str, *, confirmed: bool = True) -> LoginSession | None:
    """The live session of a cookie's token, or None: unknown, ended, idle too long, too old, or its person disabled."""
    login = work.session.scalars(_LIVE, {"token": _sha256(token)}).unique().one_or_none()
    if login is None or login.person.disabled_at is not None or (login.confirmed_at is None) == confirmed:
        return None
    idle = work.now - login.seen_at > timedelta(days=work.config.session_idle_days)
    old = work.now - login.created_at > timedelta(days=work.config.session_days)
    return None if idle or old else login


def is_seen_long_ago(work: Work, login: LoginSession) -> bool:
    """Whether it is worth a write to keep the session alive."""
    return work.now - login.seen_at >= SEEN_EVERY


def mark_seen(work: Work, login: LoginSession) -> None:
    """Keep the session alive, in a transaction of its own: a page that only reads takes no write lock otherwise."""
    work.session.execute(update(LoginSession).where(LoginSession.id == login.id).values(seen_at=work.now))
    set_committed_value(login, "seen_at", work.now)  # known here too, and not written a second time


def unlock(login: LoginSession, sealed_secret: bytes) -> bytes:
    """The secret derived from the password, from the cookie's ciphertext and the session's key. Raises Locked."""
    if not sealed_secret:
        raise Locked
    return vault.decrypt(login.seal_key, sealed_secret, _context(login.person))


def logins(work: Work, person: Person | None = None) -> list[LoginSession]:
    """Live sessions, newest first: the actor's, or those of a person whose account he looks after."""
    query = select(LoginSession).where(
        LoginSession.person_id == (person or work.person).id,
        LoginSession.ended_at.is_(None),
        LoginSession.confirmed_at.is_not(None),
        LoginSession.seen_at > work.now - timedelta(days=work.config.session_idle_days),
    )
    return list(work.session.scalars(query.order_by(LoginSession.seen_at.desc())))


def log_out(work: Work, login: LoginSession) -> None:
    end(work, login)
    audit.record(work, Event.LOGGED_OUT, login_id=login.id)


def revoke(work: Work, login_id: int) -> None:
    """Cut off one device of the actor's. Somebody else's is not found."""
    login = work.session.get(LoginSession, login_id)
    if login is None or login.person_id != work.person.id:
        raise NotFound
    end(work, login)
    audit.record(work, Event.SESSION_REVOKED, login_id=login.id)


def end_all(work: Work, person: Person, *, keep: LoginSession | None = None) -> None:
    query = select(LoginSession).where(LoginSession.person_id == person.id, LoginSession.ended_at.is_(None))
    for login in work.session.scalars(query):
        if keep is None or login.id != keep.id:
            end(work, login)


def change_password(work: Work, login: LoginSession, sealed: bytes, *, old: str, new: str) -> bytes:
    """Wrap the keys anew under the new password, end all other sessions; returns the cookie's new ciphertext."""
    person = work.person
    try:
        HASHER.verify(person.password_hash or NOBODY, old)
    except (VerificationError, InvalidHashError):
        raise Invalid(N_("Kata sandi lama salah."), field="old") from None
    before = key_vault.derive(old, person.vault_salt)
    set_password(person, new)
    after = key_vault.derive(new, person.vault_salt)
    keys.rewrap(work, person, before, after)
    if work.session.query(Authority.id).first():
        authority.rewrap(work, person, before, after)
    end_all(work, person, keep=login)
    audit.record(work, Event.PASSWORD_SET, person_id=person.id)
    notifications.tell(work, person, Message.SECURITY_CHANGED, change="password")
    return vault.encrypt(login.seal_key, after, _context(person))


def invite(work: Work, person: Person) -> Invitation:
    """Send a one-time link with which the person sets a password; older links die."""
    older = (Invitation.person_id == person.id, Invitation.used_at.is_(None))
    work.session.execute(update(Invitation).where(*older).values(expires_at=work.now))
    made = Invitation(**new_invitation(work, person.id), person=person)
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.PERSON_INVITED, person_id=person.id, invitation_id=made.id)
    notifications.invited(work, made)
    return made


def new_invitation(work: Work, person_id: int) -> dict:
    until = work.now + timedelta(days=work.config.invitation_days)
    return {"person_id": person_id, "nonce": secrets.token_hex(16), "created_at": work.now, "expires_at": until}


def invitation_token(work: Work, invitation: Invitation) -> str:
    """What stands in the link. Made from the server key, so that the database alone gives no link."""
    return f"{invitation.id}-{vault.token(work.config, 'invitation', f'{invitation.id} {invitation.nonce}')}"


def find_invitation(work: Work, token: str) -> Invitation:
    """The invitation of a link. Raises NotFound when it is forged, used or too old: the three look alike."""
    number, _, _tag = token.partition("-")
    invitation = work.session.get(Invitation, int(number)) if number.isdecimal() and len(number) < 10 else None
    gone = NotFound(N_("Tautan undangan ini tidak berlaku lagi. Mintalah undangan baru kepada administrator."))
    if invitation is None or not secrets.compare_digest(invitation_token(work, invitation), token):
        raise gone
    if invitation.used_at is not None or invitation.expires_at <= work.now or invitation.person.disabled_at:
        raise gone
    return invitation


def accept(work: Work, invitation: Invitation, password: str, *, device: str, address: str) -> Opened:
    """Set the password, spend the link and log in. Keys wrapped under a forgotten password are destroyed."""
    person = invitation.person
    spent = work.session.execute(
        update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=work.now)
    )
    if spent.rowcount != 1:
        raise Conflict(N_("Tautan undangan ini sudah dipakai."))
    work.session.refresh(invitation)
    if person.password_hash is not None:
        keys.destroy_all(work, person)
        passkeys.forget_untied(work, person)
        authority.drop_share(work, person)
        end_all(work, person)
    set_password(person, password)
    audit.record(work, Event.PASSWORD_SET, person_id=person.id)
    return _open(work, person, password, device=device, address=address)


def set_preferences(work: Work, *, language: str, zone: str) -> None:
    """The actor's own language and time zone."""
    work.person.language, work.person.zone = language, zone


def find_by_email(work: Work, email: str) -> Person | None:
    return work.session.scalars(select(Person).where(Person.email == email.strip().lower())).first()


def _open(work: Work, person: Person, password: str, *, device: str, address: str) -> Opened:
    token, seal_key = secrets.token_urlsafe(32), secrets.token_bytes(32)
    login = LoginSession(
        token_sha256=_sha256(token), person=person, seal_key=seal_key, device=device[:200], address=address[:60],
        created_at=work.now, seen_at=work.now,
    )  # fmt: skip
    work.session.add(login)
    work.session.flush()
    secret = key_vault.derive(password, person.vault_salt)
    return Opened(login, token, vault.encrypt(seal_key, secret, _context(person)))


def _require_awaited(work: Work, login: LoginSession) -> None:
    if login.confirmed_at is not None or login.ended_at is not None or login.created_at < work.now - CODE_WAIT:
        raise Conflict(N_("Waktu untuk memasukkan kode sudah habis. Masuk lagi dengan kata sandi Anda."))


def _confirm(work: Work, login: LoginSession) -> None:
    login.confirmed_at = login.seen_at = work.now
    audit.record(replace(work, actor=login.person), Event.LOGGED_IN, person_id=login.person_id, login_id=login.id)


def end(work: Work, login: LoginSession) -> None:
    # The sealing key goes too: a cookie copied from a lost phone opens nothing afterwards.
    login.ended_at, login.seal_key = work.now, b""
    work.session.execute(delete(PushSubscription).where(PushSubscription.login_session_id == login.id))


def set_password(person: Person, password: str) -> None:
    """A new password and a new salt. Whoever calls this sees to the keys: change_password wraps them anew."""
    if len(password) < MIN_PASSWORD:
        raise Invalid(N_("Kata sandi paling sedikit %(length)s karakter."), field="password", length=MIN_PASSWORD)
    person.password_hash = HASHER.hash(password)
    person.vault_salt = secrets.token_bytes(16)


def _context(person: Person) -> str:
    return f"secret {person.id}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
