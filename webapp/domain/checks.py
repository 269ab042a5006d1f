"""A stranger's file: what its signatures prove, by whose trust list, and whether it is a letter of ours.

The file is looked at and forgotten; nothing of it is stored or logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import BoundedSemaphore

from sqlalchemy import or_, select

import signing
from signing import trust, written
from signing.certificates import is_issued_by
from webapp.config import Config
from webapp.domain import bsre, practice_keys, verification
from webapp.domain.errors import TooMany
from webapp.domain.verification import Standing
from webapp.domain.work import Work
from webapp.models import Authority, Letter, Signature, TrustAnchor, Version

_SLOTS = BoundedSemaphore(2)  # children at once in this process: strangers never take all processors
_PATIENCE = 20.0  # seconds that a request waits for a place


class Match(StrEnum):
    """What a file is to the letter that it was matched with."""

    ISSUED = "issued"  # the signed file, or an archived one
    EXTENDED = "extended"  # begins with the signed file; only evidence follows
    CHANGED = "changed"  # begins with it, and something else follows
    PARTIAL = "partial"  # with the first of several signatures only
    DRAFT = "draft"  # the file as it was uploaded, before the signature
    CARRIES_CODE = "carries_code"  # another file with our code in it


@dataclass(frozen=True)
class TrustList:
    """Whose roots: the name that people are shown; whether its signatures are certified (PP 71/2019, article 60)."""

    name: str
    is_certified: bool
    is_ours: bool = False


@dataclass(frozen=True)
class Question:
    """All that the judging needs, so that no transaction is open meanwhile."""

    trust: signing.Trust
    lists: dict[str, TrustList]  # SHA-256 of a root -> its list
    config: Config


@dataclass(frozen=True)
class Judged:
    """What the bytes themselves say."""

    verification: signing.Verification
    lists: tuple[TrustList | None, ...]  # for each signature
    digests: tuple[str, ...]  # of the whole file, then of each of its signed revisions
    codes: tuple[str, ...]

    @property
    def is_signed_here(self) -> bool:
        """Whether a key of ours signed it. Our time-stamps prove nothing of the kind: anybody gets those."""
        entries = zip(self.verification.signatures, self.lists, strict=True)
        return any(entry.kind == "signature" and found is not None and found.is_ours for entry, found in entries)


@dataclass(frozen=True)
class Found:
    """What our records say of it: nothing, where both are None."""

    match: Match | None = None
    letter: Letter | None = None
    standing: Standing | None = None


def question(work: Work) -> Question:
    """Every root that is trusted for strangers' files, with the list that it belongs to."""
    lists: dict[str, TrustList] = {}
    roots: list[bytes] = []
    for der, entry in _roots(work):
        lists.setdefault(hashlib.sha256(der).hexdigest(), entry)
        roots.append(der)
    own = verification.trust(work)
    lists_of_ours = work.session.scalars(select(Authority.crl_der))
    believed = replace(own, roots_der=tuple(dict.fromkeys(roots)), crls_der=(*own.crls_der, *lists_of_ours))
    return Question(believed, lists, work.config)


def judge(asked: Question, pdf: bytes) -> Judged:
    """Seconds of computing in confined children. No transaction should be open. Raises TooMany when all are busy."""
    if not _SLOTS.acquire(timeout=_PATIENCE):
        raise TooMany(60)
    try:
        verdict = signing.judge(pdf, asked.trust)
        codes = written.codes_in(pdf)
    finally:
        _SLOTS.release()
    ends = sorted({sum(entry.byte_range[2:4]) for entry in verdict.signatures})
    digests = [hashlib.sha256(pdf), *(hashlib.sha256(pdf[:end]) for end in ends[:20] if 0 < end <= len(pdf))]
    lists = tuple(asked.lists.get(hashlib.sha256(entry.anchor_der).hexdigest()) for entry in verdict.signatures)
    return Judged(verdict, lists, tuple(digest.hexdigest() for digest in digests), codes)


def look_up(work: Work, judged: Judged) -> Found:
    """Whether the file is, begins with, was, or pretends to be a letter that was signed here."""
    match, letter = _matched(work, judged)
    if letter.is_practice if letter else _is_practice(work, judged):
        return Found(match, None, Standing.PRACTICE)
    if letter is None or letter.signature is None:
        return Found()
    if letter.disposed_at is None and not verification.is_intact(work, letter.signature, letter.signature.signed_at):
        return Found(match, letter, Standing.DAMAGED)
    return Found(match, letter, verification.standing_of(letter))


def _matched(work: Work, judged: Judged) -> tuple[Match | None, Letter | None]:
    whole, *revisions = judged.digests
    signature = _signature(work, [whole])
    if signature is not None:
        return Match.ISSUED if signature.is_complete else Match.PARTIAL, signature.letter
    signature = _signature(work, revisions)
    if signature is not None:
        only_evidence = all(change.permitted and change.kind != "signature" for change in judged.verification.changes)
        unharmed = only_evidence and judged.verification.verdict != signing.Verdict.CHANGED
        return Match.EXTENDED if unharmed and signature.is_complete else Match.CHANGED, signature.letter
    version = work.session.scalars(select(Version).where(Version.sha256 == whole)).first()
    if version is not None and (letter := work.session.get(Letter, version.letter_id)) and letter.signature:
        return Match.DRAFT, letter
    letter = work.session.scalars(select(Letter).where(Letter.code.in_(judged.codes))).first()
    return (Match.CARRIES_CODE, letter) if letter is not None and letter.signature else (None, None)


def _is_practice(work: Work, judged: Judged) -> bool:
    """Whether a key of a practice authority signed it: refused by name, also where the file is none that we know."""
    signers = [entry.certificate_der for entry in judged.verification.signatures if entry.certificate_der]
    return any(is_issued_by(signer, root) for root in practice_keys.roots(work) for signer in signers)


def _signature(work: Work, digests: list[str]) -> Signature | None:
    """Of several the one that completed the letter: a whole file begins with those before it."""
    named = or_(Signature.sha256.in_(digests), Signature.archived_sha256.in_(digests))
    return work.session.scalars(select(Signature).where(named).order_by(Signature.is_complete.desc())).first()


def _roots(work: Work) -> Iterator[tuple[bytes, TrustList]]:
    """Ours first, then what the configuration names, then what administrators added."""
    for authority in work.session.scalars(select(Authority)):
        yield authority.root_der, TrustList(work.config.instance_name, is_certified=False, is_ours=True)
    for root in bsre.trust(work.config, work.now).roots_der:
        yield root, TrustList("BSrE, BSSN", is_certified=True)
    for root in work.config.csc_roots:
        yield root, TrustList(trust.described(root).name, is_certified=False)
    for anchor in work.session.scalars(select(TrustAnchor)):
        yield anchor.certificate_der, TrustList(anchor.name, anchor.is_certified)
