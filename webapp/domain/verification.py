"""What a stranger who holds the paper is told, and what he is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import select

import signing
from signing import codes
from webapp.config import Config
from webapp.domain import bsre, documents, suspensions, throttle
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import Authority, Letter, Signature, State


class Standing(StrEnum):
    GENUINE = "genuine"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNSIGNED = "unsigned"  # the code is reserved; it must not be live before the signature exists
    UNKNOWN = "unknown"
    DISPOSED = "disposed"  # the file was removed by decree; what is left is its digest
    PRACTICE = "practice"  # a practice letter, whatever became of it: never "genuine"
    DAMAGED = "damaged"  # the file on this server is not the one that was signed


@dataclass(frozen=True)
class Finding:
    """The verdict, and the letter when there is something to show of it."""

    standing: Standing
    letter: Letter | None = None
    signature: Signature | None = None

    @property
    def is_open(self) -> bool:
        """Whether subject, page and file may be shown to anyone who holds the code."""
        return self.letter is not None and not self.letter.is_confidential


NOT_SHOWN = (Standing.DAMAGED, Standing.DISPOSED)


def look_up(work: Work, typed_code: str, address: str) -> Finding:
    """Find a letter by the code on the paper. The view counts unknown codes per address, so that guessing ends soon."""
    throttle.require_left(work, throttle.LOOKUP, address)
    code = codes.normalise(typed_code)
    letter = work.session.scalars(select(Letter).where(Letter.code == code)).first() if code else None
    if letter is None:
        return Finding(Standing.UNKNOWN)
    if letter.is_practice:  # before anything else, and without the letter: nothing of it is anybody's
        return Finding(Standing.PRACTICE)
    if letter.signature is None:
        return Finding(Standing.UNSIGNED)
    if letter.disposed_at is None and not is_intact(work, letter.signature, letter.signature.signed_at):
        return Finding(Standing.DAMAGED, letter, letter.signature)
    return Finding(standing_of(letter), letter, letter.signature)


def standing_of(letter: Letter) -> Standing:
    """Of a letter whose file is sound, or was when it was disposed of."""
    if letter.is_practice:
        return Standing.PRACTICE
    if letter.disposed_at is not None:
        return Standing.DISPOSED
    return {State.REVOKED: Standing.REVOKED, State.REPLACED: Standing.REPLACED}.get(letter.state, Standing.GENUINE)


def is_shown(finding: Finding) -> bool:
    """Whether the pages of the letter may be seen by anyone who holds the code, and are those that were signed."""
    return finding.is_open and finding.signature is not None and finding.standing not in NOT_SHOWN


def public_file(work: Work, finding: Finding) -> bytes | None:
    """The signed original where everyone may have it."""
    if not is_shown(finding) or finding.signature is None:
        return None
    return documents.get(work.config, finding.signature.file_sha256)


def trust(work: Work) -> signing.Trust:
    """The roots of this office's authorities and of its configured provider: nothing else is believed.

    Those of external time-stamp authorities, now or before, count for time-stamps alone.
    """
    authorities = list(work.session.scalars(select(Authority).order_by(Authority.id)))
    return signing.Trust(
        roots_der=(*(a.root_der for a in authorities), *work.config.csc_roots),
        others_der=tuple(a.issuing_der for a in authorities),
        crls_der=tuple(dict.fromkeys(a.root_crl_der for a in authorities if a.root_crl_der)),
        timestamp_roots_der=work.config.tsa_roots,
        at=work.now,
    )


def remote_trust(work: Work, at: datetime) -> signing.Trust:
    """For letters that BSrE signed: its roots alone for the signature; ours for the time-stamps after it."""
    own = trust(work)
    stampers = (*own.roots_der, *own.timestamp_roots_der)
    return replace(bsre.trust(work.config, at), timestamp_roots_der=stampers)


def is_intact(work: Work, signature: Signature, at: datetime) -> bool:
    """The file itself is checked, not only the row: its bytes, its signature, its certificate as of `at`."""
    if signature.letter.is_practice:  # its key is nobody's
        return False
    if not all(_was_able(work, made) for made in signature.letter.signatures):
        return False
    try:
        documents.get(work.config, signature.file_sha256)
    except (OSError, NotFound):
        return False
    if signature.certificate is None:  # kept by BSrE: its roots alone count for this letter
        return _verified_remotely(work.config, signature.file_sha256, remote_trust(work, at))
    return _verified(work.config, signature.file_sha256, replace(trust(work), at=at))


def _was_able(work: Work, made: Signature) -> bool:
    """Whether the certificate was in force when it signed, by our own records."""
    certificate = made.certificate
    if certificate is None:
        return True
    was_revoked = certificate.revoked_at is not None and certificate.revoked_at <= made.signed_at
    return not was_revoked and not suspensions.was_suspended(work, certificate, made.signed_at)


@lru_cache(maxsize=512)
def _verified_remotely(config: Config, sha256: str, trust: signing.Trust) -> bool:
    return signing.verify(documents.get(config, sha256), trust).is_valid


@lru_cache(maxsize=512)
def _verified(config: Config, sha256: str, trust: signing.Trust) -> bool:
    """The same bytes against the same roots at the same time give the same verdict, so it is kept."""
    return signing.verify(documents.get(config, sha256), trust).is_valid
