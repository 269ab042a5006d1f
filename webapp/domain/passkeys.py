"""A person's passkeys: registered, removed, and the signing key that they open.

Where the authenticator has a PRF, the signing key is wrapped under it too:
    secret = HKDF-SHA256(PRF output, salt = credential id), then as signing/keys/vault.py does with the password's
The PRF output comes in the body of a request, is used and forgotten.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import NamedTuple

import webauthn
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import AuthenticatorSelectionCriteria, ResidentKeyRequirement, UserVerificationRequirement

from signing.errors import KeyUnavailable
from signing.keys import SigningKey as Key
from signing.keys import vault as key_vault
from webapp.domain import assertions, audit, keys, notifications, second_factor, vault, wrappings
from webapp.domain.assertions import KEY, LONGEST, MALFORMED, REFUSED, REGISTER, Assertion, Presented
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid, Locked, NotFound, WrongCode
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Certificate, LoginSession, Passkey, Person, SigningKey

MOST = 10  # passkeys of one person
UNABLE = N_("Kunci sandi ini tidak dapat membuka kunci tanda tangan Anda.")


class Opener(NamedTuple):
    """What opens a signing key: the password's secret, or a passkey's with the wrapping that it fits."""

    secret: bytes
    wrapped: bytes | None = None


def opening(work: Work, key: SigningKey | None) -> set[int]:
    """Ids of the passkeys that open this key without the password."""
    return wrappings.holders(work, key)


def can_open(work: Work, person: Person) -> bool:
    """Whether one of the person's passkeys opens the signing key without the password."""
    return bool(wrappings.holders(work, keys.find(work, person)))


def begin(work: Work, login: LoginSession, code: str) -> dict:
    """Options of a registration (navigator.credentials.create), for a fresh one-time code. Raises WrongCode."""
    person, known = work.person, assertions.of(work, work.person)
    _require_confirmed(work, login)
    if len(known) >= MOST:
        raise Conflict(N_("Anda sudah memiliki %(most)s kunci sandi. Hapus salah satu dahulu."), most=MOST)
    nonce = secrets.token_hex(32)
    options = webauthn.generate_registration_options(
        rp_id=assertions.rp_id(work.config), rp_name="Teken",
        user_name=person.email, user_display_name=person.full_name,
        user_id=vault.token(work.config, "passkey user", str(person.id)).encode(),
        challenge=assertions.challenge_of(REGISTER, str(person.id), nonce),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[assertions.descriptor(p) for p in known],
    )  # fmt: skip
    second_factor.consume(work, person, code, f"passkey {login.id} {nonce}")
    assertions.keep(work, login, REGISTER, nonce)
    return {"nonce": nonce, "publicKey": json.loads(webauthn.options_to_json(options))}


def add(work: Work, login: LoginSession, presented: Presented, name: str) -> Passkey:
    """Register the passkey that the browser made. Raises WrongCode where it is not an answer to `begin`."""
    _require_confirmed(work, login)
    challenge = assertions.find(work, login, REGISTER, presented.nonce)
    try:
        sent = json.loads(presented.credential[:LONGEST])
        made = webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=assertions.challenge_of(REGISTER, str(work.person.id), challenge.nonce),
            expected_rp_id=assertions.rp_id(work.config), expected_origin=assertions.origin(work.config),
            require_user_verification=True,
        )  # fmt: skip
        transports = [str(t)[:20] for t in sent["response"].get("transports", [])][:8]
    except MALFORMED:
        raise WrongCode(REFUSED, field="assertion") from None
    if not name.strip():
        raise Invalid(N_("Beri nama kunci sandi ini."), field="name")
    credential_id = bytes_to_base64url(made.credential_id)
    if work.session.scalars(select(Passkey.id).where(Passkey.credential_id == credential_id)).first():
        raise Conflict(N_("Kunci sandi ini sudah terdaftar."))
    assertions.use_up(work, challenge, hashlib.sha256(made.credential_id).hexdigest(), repeatable=False)
    passkey = Passkey(
        person_id=work.person.id, credential_id=credential_id, public_key=made.credential_public_key,
        sign_count=made.sign_count, name=name.strip()[:60], transports=transports,
        prf_salt=secrets.token_bytes(32), created_at=work.now,
    )  # fmt: skip
    work.session.add(passkey)
    work.session.flush()
    audit.record(work, Event.PASSKEY_ADDED, person_id=work.person.id, passkey_id=passkey.id)
    notifications.tell(work, work.person, Message.SECURITY_CHANGED, change="passkey_added")
    return passkey


def remove(work: Work, passkey_id: int) -> None:
    """Forget one of the actor's own. Not the last thing that opens the key: that would lose it unasked."""
    passkey = work.session.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != work.person.id:
        raise NotFound
    if is_last_to_open(work, work.person, passkey):
        raise Conflict(N_("Hanya kunci sandi ini yang masih membuka kunci tanda tangan Anda. Pulihkan kunci dahulu."))
    forget(work, passkey)
    notifications.tell(work, work.person, Message.SECURITY_CHANGED, change="passkey_removed")


def is_last_to_open(work: Work, person: Person, passkey: Passkey) -> bool:
    """Whether the person's signing key is closed to the password, and opens to no other passkey."""
    key = keys.find(work, person)
    return key is not None and key.is_closed and wrappings.holders(work, key) == {passkey.id}


def forget_untied(work: Work, person: Person) -> None:
    """At a reset of the password: a passkey stays only where it opens the key, so none that a stranger added does."""
    tied = wrappings.holders(work, keys.find(work, person))
    for passkey in assertions.of(work, person):
        if passkey.id not in tied:
            forget(work, passkey)


def open_key(work: Work, assertion: Assertion, secret: bytes | None) -> tuple[Key, Certificate]:
    """Unwrap the actor's key by the PRF, else by the password's secret. Raises Locked, Forbidden."""
    found = opener(work, assertion, secret)
    return keys.open_key(work, work.person, found.secret, wrapped=found.wrapped)


def opener(work: Work, assertion: Assertion, secret: bytes | None) -> Opener:
    """The PRF where it opens the actor's key, else the password's secret. Raises Locked with neither."""
    wrapped = _wrapped(work, assertion.passkey) if assertion.prf else None
    if wrapped is not None:
        return Opener(secret_of(assertion), wrapped)
    if secret is None:
        raise Locked
    return Opener(secret)


def opener_by_id(work: Work, passkey_id: int, secret: bytes) -> Opener:
    """The same for a secret that was kept since. Raises Locked where the passkey opens nothing any more."""
    passkey = work.session.get(Passkey, passkey_id)
    wrapped = _wrapped(work, passkey) if passkey else None
    if wrapped is None:
        raise Locked
    return Opener(secret, wrapped)


def _wrapped(work: Work, passkey: Passkey) -> bytes | None:
    key = keys.find(work, work.person)
    return wrappings.find(work, passkey, key) if key else None


def tie_if_new(work: Work, assertion: Assertion, secret: bytes | None) -> None:
    """Wrap the key for a passkey that does not open it yet. After the spending: of two racing answers, one ties."""
    key = keys.find(work, work.person)
    if key is not None and secret is not None and assertion.prf and not wrappings.find(work, assertion.passkey, key):
        _tie(work, assertion, key, secret)


def tie(work: Work, login: LoginSession, presented: Presented, secret: bytes) -> bool:
    """Wrap the key for this passkey too; or, after a forgotten password, by this passkey for the new password.

    Returns whether the key was recovered so. Raises WrongCode, Conflict (this passkey opens nothing), Locked.
    """
    _require_confirmed(work, login)
    assertion, key = assertions.check(work, login, presented, KEY), keys.find(work, work.person)
    if assertion.prf is None or key is None:
        raise Conflict(UNABLE)
    assertions.spend(work, assertion)
    wrapped = wrappings.find(work, assertion.passkey, key)
    if key.wrapped is not None:
        if wrapped is None:
            _tie(work, assertion, key, secret)
        return False
    if wrapped is None:
        raise Conflict(UNABLE)
    key.wrapped = _rewrap(work, wrapped, secret_of(assertion), secret)
    audit.record(work, Event.KEY_RECOVERED, key_id=key.id, passkey_id=assertion.passkey.id)
    notifications.tell(work, work.person, Message.SECURITY_CHANGED, change="key_recovered")
    return True


def _tie(work: Work, assertion: Assertion, key: SigningKey, secret: bytes) -> None:
    wrappings.put(work, assertion.passkey, key, _rewrap(work, key.wrapped or b"", secret, secret_of(assertion)))
    audit.record(work, Event.KEY_TIED, key_id=key.id, passkey_id=assertion.passkey.id)


def _rewrap(work: Work, wrapped: bytes, old: bytes, new: bytes) -> bytes:
    try:
        return key_vault.rewrap(wrapped, old, new, work.config.server_key)
    except KeyUnavailable:
        raise Locked from None


def secret_of(assertion: Assertion) -> bytes:
    """32 bytes from the PRF output, for the vault."""
    salt = base64url_to_bytes(assertion.passkey.credential_id)
    return HKDF(SHA256(), 32, salt=salt, info=b"teken/passkey/v1/prf").derive(assertion.prf or b"")


def forget(work: Work, passkey: Passkey, **facts: str) -> None:
    """Remove a passkey and what it opens. `facts` go on the trail; whether it may be is the caller's concern."""
    wrappings.drop(work, passkey=passkey)
    work.session.delete(passkey)
    audit.record(work, Event.PASSKEY_REMOVED, person_id=passkey.person_id, passkey_id=passkey.id, **facts)


def _require_confirmed(work: Work, login: LoginSession) -> None:
    if login.confirmed_at is None or login.person_id != work.person.id or not work.person.has_second_factor:
        raise Forbidden
