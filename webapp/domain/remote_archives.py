"""Letters that BSrE signed, made to last as ours are: BSrE's revocation data and our time-stamp are appended.

Whose word counts for what: BSrE's roots for the signature, this office's for the time-stamps after it and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import signing
from signing import foreign_chains
from signing.archive import Evidence
from signing.errors import NotTrusted
from signing.proofs import Fetch
from webapp.config import Config
from webapp.domain import archives, audit, documents, verification
from webapp.domain.archives import Archived
from webapp.domain.audit import Event
from webapp.domain.work import Work
from webapp.models import Signature


@dataclass(frozen=True)
class Due:
    """What the stamping needs, so that it runs with no transaction open."""

    signature_id: int
    sha256: str
    trust: signing.Trust = field(repr=False)
    own: Evidence = field(repr=False)  # of this office's time-stamps
    at: datetime


def due(work: Work, signature_id: int) -> Due | None:
    """None when there is nothing to do (any more)."""
    signature = work.session.get(Signature, signature_id)
    if signature is None or signature.certificate is not None or signature.is_final:
        return None
    if signature.renew_at is not None and signature.renew_at > work.now:
        return None
    trust = verification.remote_trust(work, work.now)
    return Due(signature.id, signature.file_sha256, trust, archives.own_evidence(work), work.now)


def extend(config: Config, due: Due, timestamper: Callable[[bytes], bytes], fetch: Fetch) -> Archived | None:
    """Append evidence and time-stamp and keep the file durably; None where the file allows nothing to be appended.

    Takes the network's time: no transaction is open. What would not be judged valid afterwards is not kept. Where a
    certificate of BSrE's names no place to ask, the level is B-T: a time-stamp, and never a B-LT that cannot be proven.
    Raises TimestampUnavailable, EvidenceUnavailable, NotTrusted: the letter stays as it is, the job is tried again.
    """
    pdf = documents.get(config, due.sha256)
    if foreign_chains.is_final(pdf):
        return None
    evidence, is_complete = foreign_chains.gather(pdf, due.trust.roots_der, fetch, due.at)
    extended = archives.stamped(pdf, timestamper, due.own + evidence, archives.prover(config, fetch, due.at))
    verdict = signing.verify(extended.pdf, replace(due.trust, at=max(due.at, extended.stamped_at)))
    if not verdict.is_valid:
        raise NotTrusted("not_valid", ", ".join(f"{problem.code}" for problem in verdict.problems))
    level = extended.level if is_complete else "B-T"
    return Archived(documents.put(config, extended.pdf), level, extended.stamped_at, extended.renew_at)


def attach(work: Work, due: Due, archived: Archived | None) -> None:
    """Name the archived file; or write down that the file is to stay as it came, which the letter's pages then say."""
    if archived is not None:
        archives.attach(work, due, archived)
        return
    signature = work.session.get_one(Signature, due.signature_id, with_for_update={"of": Signature})
    if not signature.is_final:
        signature.is_final = True
        audit.record(work, Event.LETTER_FINAL, signature.letter, sha256=signature.sha256, level=signature.level)
