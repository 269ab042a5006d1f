"""Signed letters made to last: evidence and time-stamps appended after the approval, renewed before they age.

The signed file (`Signature.sha256`) is what the approval made and stays; the archived one begins with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from signing import archive, ocsp, proofs
from signing.archive import Evidence
from signing.errors import EvidenceUnavailable
from signing.keys.csc import chains_to
from webapp.config import Config
from webapp.domain import audit, custodians, documents, outbox, responders, verification
from webapp.domain.audit import Event
from webapp.domain.work import Work
from webapp.models import AuditEntry, Authority, Certificate, Letter, Signature

NIGHT = 19  # o'clock UTC: two in the morning in Solok
CHUNK = 100  # letters of one nightly job, so that it ends within its lease


@dataclass(frozen=True)
class Due:
    """What the stamping needs, so that it runs with no transaction open."""

    signature_id: int
    sha256: str
    evidence: Evidence = field(repr=False)
    provider_chains: tuple[tuple[bytes, ...], ...] = field(repr=False)  # whose revocation data are to be asked for
    at: datetime


def due(work: Work, signature_id: int) -> Due | None:
    """None when there is nothing to do (any more). BSrE's letters are remote_archives' concern."""
    signature = work.session.get(Signature, signature_id)
    if signature is None or signature.certificate is None or not signature.is_complete:
        return None
    if signature.renew_at is not None and signature.renew_at > work.now:
        return None
    all_of_them = [made.certificate for made in signature.letter.signatures if made.certificate is not None]
    evidence, chains = own_evidence(work), []
    for certificate in all_of_them:
        evidence = _evidence(work, certificate) + evidence
        if certificate.authority is None:
            chains.append((certificate.der, *custodians.chain_of(certificate)))
    return Due(signature.id, signature.file_sha256, evidence, tuple(chains), work.now)


def _offline(url: str, _question: bytes | None) -> bytes:
    raise EvidenceUnavailable("unreachable", url)


@dataclass(frozen=True)
class Archived:
    """A file that lies durably in the store but that no row names yet."""

    sha256: str
    level: str
    stamped_at: datetime
    renew_at: datetime


def extend(
    config: Config, due: Due, timestamper: Callable[[bytes], bytes], fetch: proofs.Fetch = _offline
) -> Archived:  # fmt: skip
    """Append evidence and time-stamp and keep the file durably. Takes the network's time: no transaction is open.

    `fetch` brings the revocation data of certificates that others issued: a provider's, and an external time-stamp
    authority's. Raises TimestampUnavailable, EvidenceUnavailable: the letter stays as it is, the job is tried again.
    """
    evidence = due.evidence
    for chain in due.provider_chains:
        evidence += proofs.gather(chain, fetch, due.at)
    prove = prover(config, fetch, due.at)
    extended = stamped(documents.get(config, due.sha256), timestamper, evidence, prove)
    sha256 = documents.put(config, extended.pdf)
    return Archived(sha256, extended.level, extended.stamped_at, extended.renew_at)


def stamped(
    pdf: bytes, timestamper: Callable[[bytes], bytes], evidence: Evidence, prove: archive.Prove
) -> archive.ExtendedPdf:  # fmt: skip
    """archive.extend, with the time-stamp before proven once more."""
    before = archive.newest_stamper(pdf)
    if before is not None:
        with suppress(EvidenceUnavailable):  # it may be gone by now: what was embedded on its own day must do then
            evidence += prove(*before)
    return archive.extend(pdf, timestamper, evidence, prove)


def prover(config: Config, fetch: proofs.Fetch, at: datetime) -> archive.Prove:
    """What proves the signer of an external time-stamp; of ours the evidence is at hand before."""

    def prove(signer_der: bytes, others_der: tuple[bytes, ...]) -> Evidence:
        chain = chains_to(signer_der, others_der, config.tsa_roots)
        return proofs.gather((signer_der, *chain), fetch, at) if chain else Evidence()

    return prove


def attach(work: Work, due: Due, archived: Archived) -> None:
    """Name the archived file. One that was made for an older file than the present one is left alone."""
    signature = work.session.get_one(Signature, due.signature_id, with_for_update={"of": Signature})
    if signature.file_sha256 != due.sha256:
        return
    signature.archived_sha256, signature.level = archived.sha256, archived.level
    signature.stamped_at, signature.renew_at = archived.stamped_at, archived.renew_at
    audit.record(work, Event.LETTER_ARCHIVED, signature.letter, sha256=signature.archived_sha256, level=signature.level)


def check(work: Work, after_id: int) -> tuple[list[int], list[int]]:
    """Judge the next CHUNK of signed files. -> ids that hold, ids that do not.

    What has a time-stamp is judged as anybody would today, so that one that aged is noticed; what waits for one, and
    what allows none, by the time of signing that our records know.
    """
    kept = select(Signature).join(Signature.letter).where(Letter.disposed_at.is_(None), Letter.trainee_id.is_(None))
    query = kept.where(Signature.id > after_id, Signature.is_complete)
    holding: list[int] = []
    failing: list[int] = []
    for signature in work.session.scalars(query.order_by(Signature.id).limit(CHUNK)):
        at = work.now if signature.stamped_at else signature.signed_at
        (holding if verification.is_intact(work, signature, at) else failing).append(signature.id)
    return holding, failing


def request_due(work: Work, ids: list[int]) -> None:
    """Ask for a time-stamp wherever one is missing or ages; a request that is already under way does no harm."""
    query = select(Signature.id, Signature.certificate_id).where(
        Signature.id.in_(ids), Signature.is_final.is_(False), Signature.is_complete,
        or_(Signature.renew_at.is_(None), Signature.renew_at <= work.now),
    )  # fmt: skip
    for signature_id, ours in work.session.execute(query.order_by(Signature.id)):
        outbox.add(work, "archive" if ours else "bsre_archive", signature_id=signature_id)


def note_check(work: Work, good: int, failing: list[int]) -> None:
    """Write down the night's result, for the administrator's page."""
    audit.record(work, Event.ARCHIVE_CHECKED, verifiable=good, of=good + len(failing), failing=failing[:50])


def last_check(work: Work) -> dict | None:
    """The newest night's result: at, verifiable, of, failing (ids of signatures)."""
    query = select(AuditEntry).where(AuditEntry.event == Event.ARCHIVE_CHECKED).order_by(AuditEntry.number.desc())
    entry = work.session.scalars(query.limit(1)).first()
    return {"at": entry.at} | json.loads(entry.facts) if entry else None


def count_waiting(work: Work) -> int:
    """Signed letters that have no time-stamp yet."""
    wanted = (Signature.archived_sha256.is_(None), Signature.is_final.is_(False), Signature.is_complete)
    real = (Letter.disposed_at.is_(None), Letter.trainee_id.is_(None))
    return work.session.scalar(select(func.count(Signature.id)).join(Signature.letter).where(*wanted, *real)) or 0


def next_night(work: Work) -> datetime:
    tonight = work.now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return tonight if tonight > work.now else tonight + timedelta(days=1)


def own_evidence(work: Work) -> Evidence:
    """Certificates and revocation lists of all generations of our authority: what proves our time-stamps."""
    generations = list(work.session.scalars(select(Authority)))
    certificates = tuple(der for made in generations for der in (made.issuing_der, made.root_der))
    lists = tuple(der for made in generations for der in (made.crl_der, made.root_crl_der) if der)
    return Evidence(tuple(dict.fromkeys(certificates)), tuple(dict.fromkeys(lists)))


def _evidence(work: Work, certificate: Certificate) -> Evidence:
    answers = ()
    if certificate.authority is not None:
        request = ocsp.request(certificate.der, certificate.authority.issuing_der)
        answer = responders.certificate_status(work, request)
        answers = (answer,) if ocsp.is_answer(answer) else ()
    return Evidence(tuple(custodians.chain_of(certificate)), ocsps=answers)
