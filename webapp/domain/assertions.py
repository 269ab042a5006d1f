"""What a passkey proves (WebAuthn Level 3): what is approved is inside the challenge that the authenticator signs.

    challenge = SHA-256(JSON [domain, action, what about, nonce])      nonce: this log-in's, once, five minutes

The server makes the challenge again from what it is asked to do, never from what it was told: an assertion made for
another letter, digest or action does not fit. User verification (finger, face, PIN) is always required.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import and_, delete, or_, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

from webapp.config import Config
from webapp.domain.errors import N_, NotFound, WrongCode
from webapp.domain.work import Work
from webapp.models import LoginSession, Passkey, PasskeyChallenge, Person

LIFETIME = timedelta(minutes=5)
PRF_BYTES = 32
LONGEST = 20_000  # characters of a credential; real ones have about 1 000
REGISTER, SIGN, SIGN_BATCH, REJECT, REVOKE = "register", "sign", "sign batch", "reject", "revoke"
LOG_IN, KEY = "log in", "key"
DOMAIN = "teken passkey 1"

REFUSED = N_("Kunci sandi ini tidak cocok untuk permintaan ini. Coba lagi, atau pakai kode autentikator.")
STALE = N_("Persetujuan dengan kunci sandi ini sudah dipakai atau kedaluwarsa. Coba lagi.")
# What hostile bytes make the parsers raise: JSON, CBOR, COSE, ASN.1.
MALFORMED = (
    WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError,
    struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class Presented:
    """What a browser sends: the answer to a challenge, and the PRF output where there is one."""

    nonce: str
    credential: str  # JSON as of PublicKeyCredential.toJSON()
    prf: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Assertion:
    """A checked answer that is not spent yet."""

    passkey: Passkey
    challenge: PasskeyChallenge
    sign_count: int
    authenticator_data: bytes
    client_data: bytes
    signature: bytes
    prf: bytes | None = field(default=None, repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.authenticator_data + self.client_data + self.signature).hexdigest()


def rp_id(config: Config) -> str:
    """The host that passkeys belong to; a page elsewhere cannot use them (phishing)."""
    return urlsplit(config.public_url).hostname or ""


def origin(config: Config) -> str:
    parts = urlsplit(config.public_url)
    return f"{parts.scheme}://{parts.netloc}"


def of(work: Work, person: Person) -> list[Passkey]:
    """The person's passkeys, oldest first."""
    return list(work.session.scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.id)))


def ids(work: Work, person: Person) -> list[str]:
    """By which a page knows whether this device holds one of them."""
    return [passkey.credential_id for passkey in of(work, person)]


def ask(work: Work, login: LoginSession, action: str, about: str = "") -> dict:
    """Options of an assertion (navigator.credentials.get) for this action on this thing. Raises NotFound with none."""
    known = of(work, login.person)
    if not known:
        raise NotFound(N_("Belum ada kunci sandi pada akun ini."))
    nonce = secrets.token_hex(32)
    keep(work, login, action, nonce)
    options = webauthn.generate_authentication_options(
        rp_id=rp_id(work.config), challenge=challenge_of(action, about, nonce),
        user_verification=UserVerificationRequirement.REQUIRED, allow_credentials=[descriptor(p) for p in known],
    )  # fmt: skip
    opens = action in (SIGN, SIGN_BATCH, KEY)
    salts = {p.credential_id: bytes_to_base64url(p.prf_salt) for p in known} if opens else {}
    return {"nonce": nonce, "publicKey": json.loads(webauthn.options_to_json(options)), "salts": salts}


def challenge_of(action: str, about: str, nonce: str) -> bytes:
    """32 bytes: what the authenticator signs is exactly this action on this thing, this once."""
    return hashlib.sha256(challenge_input(action, about, nonce).encode()).digest()


def challenge_input(action: str, about: str, nonce: str) -> str:
    """What is hashed for a challenge."""
    return json.dumps([DOMAIN, action, about, nonce], separators=(",", ":"), ensure_ascii=False)


def check(work: Work, login: LoginSession, presented: Presented, action: str, about: str = "") -> Assertion:
    """Verify an answer; it is spent by `spend`. Raises WrongCode with the field `assertion`."""
    challenge = find(work, login, action, presented.nonce)
    try:
        sent = parse_authentication_credential_json(presented.credential[:LONGEST])
        wanted = (Passkey.person_id == login.person_id, Passkey.credential_id == bytes_to_base64url(sent.raw_id))
        passkey = work.session.scalars(select(Passkey).where(*wanted)).one_or_none()
        if passkey is None:
            raise WrongCode(REFUSED, field="assertion")
        seen = webauthn.verify_authentication_response(
            credential=sent, expected_challenge=challenge_of(action, about, challenge.nonce),
            expected_rp_id=rp_id(work.config), expected_origin=origin(work.config),
            credential_public_key=passkey.public_key, require_user_verification=True,
            credential_current_sign_count=0,  # `spend` compares, in one UPDATE, and knows a repeated answer
        )  # fmt: skip
    except MALFORMED:
        raise WrongCode(REFUSED, field="assertion") from None
    told, prf = sent.response, presented.prf
    return Assertion(
        passkey, challenge, seen.new_sign_count, told.authenticator_data, told.client_data_json, told.signature,
        prf if prf and len(prf) == PRF_BYTES else None,
    )  # fmt: skip


def spend(work: Work, assertion: Assertion) -> None:
    """Use the nonce up. The very same answer counts again: one lost on the road may be repeated.

    Raises WrongCode where it was spent on another, or where the counter of the authenticator went back (a copy of it).
    """
    if use_up(work, assertion.challenge, assertion.sha256):
        return
    count = assertion.sign_count
    grown = or_(Passkey.sign_count < count, and_(Passkey.sign_count == 0, count == 0))
    counted = work.session.execute(
        update(Passkey)
        .where(Passkey.id == assertion.passkey.id, grown)
        .values(sign_count=count, used_at=work.now)
        .execution_options(synchronize_session=False)
    )
    if counted.rowcount != 1:
        raise WrongCode(REFUSED, field="assertion")


def descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    """How WebAuthn names a credential."""
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id))


def keep(work: Work, login: LoginSession, action: str, nonce: str) -> None:
    """Write down a nonce for one kind of action of this log-in; old ones are swept."""
    work.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= work.now))
    work.session.add(
        PasskeyChallenge(login_session_id=login.id, action=action, nonce=nonce, expires_at=work.now + LIFETIME)
    )


def find(work: Work, login: LoginSession, action: str, nonce: str) -> PasskeyChallenge:
    """The live challenge of this log-in and kind. Raises WrongCode."""
    query = select(PasskeyChallenge).where(
        PasskeyChallenge.nonce == nonce, PasskeyChallenge.login_session_id == login.id,
        PasskeyChallenge.action == action, PasskeyChallenge.expires_at > work.now,
    )  # fmt: skip
    found = work.session.scalars(query).first()
    if found is None:
        raise WrongCode(STALE, field="assertion")
    return found


def use_up(work: Work, challenge: PasskeyChallenge, use: str, *, repeatable: bool = True) -> bool:
    """One conditional UPDATE decides, so two racing answers cannot both count. True: this very answer, once more."""
    mine = PasskeyChallenge.id == challenge.id
    spent = work.session.execute(
        update(PasskeyChallenge)
        .where(mine, PasskeyChallenge.used_for == "")
        .values(used_for=use)
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount == 1:
        return False
    if repeatable and work.session.scalars(select(PasskeyChallenge.used_for).where(mine)).first() == use:
        return True
    raise WrongCode(STALE, field="assertion")
