"""The official's decision: what was read, and the consent that the one-time code gives to exactly that."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

import signing
from signing.keys import SigningKey
from webapp.domain import (
    assertions,
    audit,
    deadlines,
    evidence,
    keys,
    marks,
    passkeys,
    permissions,
    practice_keys,
    second_factor,
    service_keys,
    turns,
)
from webapp.domain.assertions import SIGN, Assertion, Presented
from webapp.domain.audit import Event
from webapp.domain.custodians import Activation
from webapp.domain.errors import N_, Conflict, NotFound
from webapp.domain.turns import Following
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Certificate, Letter, LoginSession, Signature, State, Version

REVISED = N_(
    "Surat ini telah diubah sejak Anda membacanya, jadi belum ditandatangani. Baca versi terbaru, lalu setujui lagi."
)
CHANGED = N_("Surat ini telah diubah sejak Anda membacanya, jadi belum ditolak. Baca versi terbaru dahulu.")

# The signer is who asks and the office mostly his own, both in the session already; the rest a tap does not need.
_KNOWN = (lazyload(part) for part in (Letter.office, Letter.drafter, Letter.signer, Letter.signature))
_VERSIONS = joinedload(Letter.versions).load_only(
    Version.number, Version.sha256, Version.pages, Version.prepared_sha256, Version.prepared_holes, Version.turn,
)  # fmt: skip
_TO_SIGN = select(Letter).where(Letter.id == bindparam("of")).options(*_KNOWN, _VERSIONS)


@dataclass(frozen=True)
class Approval:
    """Everything that the signing needs, so that it can run with no transaction open."""

    letter_id: int
    revision: int  # of the letter as it was read: a later one is another letter than the one approved
    version_id: int
    digest: str
    certificate: Certificate | None  # None: practice, whose certificates are nobody's
    custodian: str
    prepared: signing.Prepared
    key: SigningKey
    claim: signing.Claim | None
    seal_key: SigningKey | None  # the office's, where the official's own cannot seal a QR code
    at: datetime
    assertion: Assertion | None = None  # of the passkey, where one approved
    batch_id: int | None = None  # of the list that was approved at once
    following: Following | None = None  # who signs next, where this is not the last signature


def get(work: Work, letter_id: int) -> Letter:
    """letters.get for who comes to sign: of the letter only what a signature needs is read."""
    found = work.session.scalars(_TO_SIGN, {"of": letter_id}).unique().one_or_none()
    if found is None or not permissions.can(work, Action.VIEW, found):
        raise NotFound
    return found


def record_reading(work: Work, letter: Letter) -> None:
    """The signer opened the letter that waits for him; who else reads is recorded too."""
    audit.record(work, Event.LETTER_READ, letter, version=letter.version_number)


def begin(
    work: Work, letter: Letter, *, digest: str, secret: bytes, activation: Activation | None = None,
    wrapped: bytes | None = None,
) -> Approval:  # fmt: skip
    """All that can be asked before the code is: reads only, so that no lock is held meanwhile.

    Raises Forbidden, Conflict (state, or the letter was changed meanwhile), Locked, Invalid (a provider's PIN).
    """
    require_shown(work, letter, digest)
    if letter.is_practice:
        return for_practice(work, letter)
    return _approval(work, letter, digest, keys.open_key(work, work.person, secret, activation, wrapped=wrapped))


def for_practice(work: Work, letter: Letter) -> Approval:
    """The same for a practice letter: keys of the practice authority, and the official's own stays closed."""
    if not letter.is_practice:
        raise ValueError("a real letter is signed with its official's key")
    return Approval(
        letter.id, letter.revision, letter.version.id, marks.digest(letter), None, practice_keys.CUSTODIAN,
        marks.prepared(work.config, letter.version), practice_keys.signing_key(work, work.person),
        marks.claim(letter), practice_keys.seal_key(work), work.now,
    )  # fmt: skip


def consent(work: Work, approval: Approval, code: str) -> None:
    """Accept the official's code for what he was shown; spent last: no other fault costs him one. Raises WrongCode."""
    second_factor.consume(work, work.person, code, f"sign {approval.letter_id} {approval.digest}")


def ask_passkey(work: Work, login: LoginSession, letter: Letter, digest: str) -> dict:
    """What the browser hands to the authenticator: a challenge over exactly what was shown."""
    require_shown(work, letter, digest)
    return assertions.ask(work, login, SIGN, _about(letter, digest))


def consent_by_passkey(
    work: Work, login: LoginSession, letter: Letter, *, digest: str, presented: Presented, secret: bytes | None
) -> Approval:
    """Accept a passkey in place of the code; with its PRF the key opens without the password. Spent last, as a code.

    Raises as `begin`; WrongCode where the assertion is not about exactly this letter as shown, or was used before.
    """
    require_shown(work, letter, digest)
    assertion = assertions.check(work, login, presented, SIGN, _about(letter, digest))
    if letter.is_practice:
        assertions.spend(work, assertion)
        return replace(for_practice(work, letter), assertion=assertion)
    made = _approval(work, letter, digest, passkeys.open_key(work, assertion, secret))
    assertions.spend(work, assertion)
    passkeys.tie_if_new(work, assertion, secret)
    return replace(made, assertion=assertion)


def keep_evidence(work: Work, approval: Approval, made: Signature) -> None:
    """Keep what the passkey proved, where one approved the letter or the list that it stood in."""
    if approval.batch_id is not None:
        evidence.assign(work, made, approval.batch_id)
    if approval.assertion is not None:
        about = _about(made.letter, approval.digest)
        evidence.keep(work, made.letter, approval.assertion, action=SIGN, about=about, signature=made)


def require_shown(work: Work, letter: Letter, digest: str, action: Action = Action.SIGN) -> None:
    """Raise unless the actor may sign (or reject) the letter, and it still is what was shown."""
    permissions.require(work, action, letter)
    if action == Action.SIGN:
        deadlines.require_open(work, letter)
    if not secrets.compare_digest(digest.encode(), marks.digest(letter).encode()):
        raise Conflict(REVISED if action == Action.SIGN else CHANGED)


def _approval(work: Work, letter: Letter, digest: str, opened: tuple[SigningKey, Certificate]) -> Approval:
    turns.require_standing(work, letter)
    key, certificate = opened
    custodian = certificate.key.custodian
    prepared = marks.prepared(work.config, letter.version)
    seal_key = key if key.can_seal else service_keys.find_key(work, "seal")
    return Approval(
        letter.id, letter.revision, letter.version.id, digest, certificate, custodian, prepared, key,
        marks.claim(letter) if seal_key else None, seal_key, work.now, following=turns.following(work, letter),
    )  # fmt: skip


def _about(letter: Letter, digest: str) -> str:
    return f"{letter.id} {digest}"


def is_signed_by(work: Work, letter: Letter) -> bool:
    """Whether the actor has signed this letter already: a second tap then simply lands on it."""
    if letter.signer_count > 1 and work.actor is not None:
        return turns.has_signed(work, letter)
    if letter.state == State.SUBMITTED or letter.signature is None or work.actor is None:
        return False
    return letter.signature.person_id == work.actor.id


def require_waiting(work: Work, letter: Letter) -> None:
    """Raise Conflict with a clear sentence where the letter does not wait for a signature (any more)."""
    if letter.state != State.SUBMITTED:
        permissions.require(work, Action.SIGN, letter)
