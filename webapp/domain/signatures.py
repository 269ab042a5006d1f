"""Making the signature and writing it down, once."""

from __future__ import annotations

import signing
from webapp.domain import approvals, audit, documents, marks, notifications, workflow
from webapp.domain.approvals import REVISED, Consent
from webapp.domain.audit import Event
from webapp.domain.errors import Conflict
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Certificate, Letter, Signature, State


def make(work: Work, consent: Consent) -> signing.SignedPdf:
    """Sign, and keep the signed bytes durably. No transaction is open: one slow signing holds up nobody else."""
    signed = signing.sign(consent.prepared, consent.key, consent.at)
    documents.put(work.config, signed.pdf)
    return signed


def complete(work: Work, consent: Consent, signed: signing.SignedPdf) -> Letter:
    """State, signature, trail and notices in one transaction. Whoever comes second finds the letter signed already.

    Raises Conflict when the letter was withdrawn or changed while it was being signed: then it is not signed.
    """
    work.session.expire_all()  # what was read before the signing may be old by now
    letter = work.session.get_one(Letter, consent.letter_id, with_for_update={"of": Letter})
    if letter.state == State.SIGNED and letter.signature is not None:
        return letter
    letter.state = workflow.next_state(letter.state, Action.SIGN)
    if marks.digest(letter) != consent.digest:
        raise Conflict(REVISED)
    letter.updated_at = work.now
    letter.signature = Signature(
        step=1, version_id=consent.version_id, person=work.person,
        certificate=work.session.get_one(Certificate, consent.certificate_id), sha256=signed.sha256,
        approval_digest=consent.digest, level=signed.level, signed_at=consent.at,
        signer_name=letter.signer.full_name, signer_position=letter.signer.position,
    )  # fmt: skip
    audit.record(
        work, Event.LETTER_SIGNED, letter, sha256=signed.sha256, approval=consent.digest,
        certificate=letter.signature.certificate.serial, version=letter.version_number,
    )  # fmt: skip
    approvals.keep_evidence(work, letter, consent)
    notifications.letter_signed(work, letter)
    return letter
