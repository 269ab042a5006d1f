"""Making the signature and writing it down, once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

import signing
from signing.authority import serial_of
from webapp.domain import (
    approvals,
    audit,
    documents,
    handovers,
    log,
    mandates,
    notifications,
    outbox,
    steps,
    turns,
    webhooks,
    workflow,
)  # fmt: skip
from webapp.domain.approvals import REVISED, Approval
from webapp.domain.audit import Event
from webapp.domain.errors import Conflict
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, Signature, State
from webapp.models.mandate import Outcome

LETTERS = Letter.__table__
_TAKE = update(LETTERS).where(
    LETTERS.c.id == bindparam("of"), LETTERS.c.revision == bindparam("read"), LETTERS.c.state == bindparam("in_state")
)
_ADD = insert(Signature.__table__)


@dataclass(frozen=True)
class Made:
    """The signed file, and the one that is prepared from it for who signs next; both durable."""

    signed: signing.SignedPdf
    waiting: signing.Prepared | None = None


def make(work: Work, approval: Approval) -> Made:
    """Sign, and keep the signed bytes durably. No transaction is open: one slow signing holds up nobody else."""
    signed = signing.sign(
        approval.prepared, approval.key, approval.at, claim=approval.claim, seal_key=approval.seal_key
    )
    documents.put(work.config, signed.beginning, signed.rest, sha256=signed.sha256)
    if approval.following is None:
        return Made(signed)
    return Made(signed, turns.prepare(work.config, approval.following, signed.pdf))


def complete(work: Work, approval: Approval, made: Made) -> Letter:
    """State, signature, trail and notices in one transaction. Whoever comes second finds the letter signed already.

    The letter is taken as it was read before; one conditional UPDATE proves that it still is so, since every change of
    a letter raises its revision. Reading it again under the lock would put fifty officials in line.
    Of several signers the next one's turn begins in the same transaction, so the letter never waits for nobody.
    Raises Conflict when the letter was withdrawn or changed, or a deputy's mandate ended, while it was being signed:
    then it is not signed.
    """
    letter = work.session.get_one(Letter, approval.letter_id)
    if not _take(work, letter, approval):
        return _signed_already(work, letter, approval)
    signature = _add(work, letter, approval, made.signed)
    steps.close_signature(work, letter, version_id=approval.version_id, digest=approval.digest)
    handovers.close(work, letter, Outcome.SIGNED)
    audit.record(
        work, Event.LETTER_SIGNED, letter, sha256=signature.sha256, approval=approval.digest,
        certificate=_serial(approval), version=letter.version_number,
        custodian=approval.custodian, **({"batch": approval.batch_id} if approval.batch_id else {}),
        **({"of": letter.signer_count} if letter.signer_count > 1 else {}),
        **({"mandate": letter.mandate_id} if letter.mandate_id else {}),
    )  # fmt: skip
    approvals.keep_evidence(work, approval, signature)
    if letter.is_practice:  # in no log, no archive, and nobody is told
        return letter
    jobs = notifications.letter_signed(letter, batch_id=approval.batch_id, is_complete=signature.is_complete)
    if approval.following is not None:
        outbox.add_all(work, jobs)
        turns.go_on(work, letter, approval.following, made.waiting, batch_id=approval.batch_id)
    else:
        log.append_signatures(work, letter)
        outbox.add_all(work, [*jobs, ("archive", {"signature_id": signature.id})])
        webhooks.announce(work, letter, Event.LETTER_SIGNED)
    return letter


def _take(work: Work, letter: Letter, approval: Approval) -> bool:
    """Put the letter into its next state if it is still the one that was approved."""
    if letter.revision != approval.revision:
        return False
    mandates.require_in_force(work, letter, approval.at)
    state = workflow.next_state(letter.state, Action.SIGN) if approval.following is None else letter.state
    changed = {"state": state, "updated_at": work.now, "revision": approval.revision + 1}
    taken = work.execute(_TAKE, changed | {"of": letter.id, "read": approval.revision, "in_state": letter.state})
    if taken.rowcount == 1:
        for name, value in changed.items():
            set_committed_value(letter, name, value)
    return taken.rowcount == 1


def _add(work: Work, letter: Letter, approval: Approval, signed: signing.SignedPdf) -> Signature:
    """Add the row and tell the session of it: its unit of work would cost as much as all else in this transaction."""
    is_complete = approval.following is None
    row = {
        "letter_id": letter.id, "step": letter.signed_before + 1, "is_complete": is_complete,
        "version_id": approval.version_id, "person_id": work.person.id,
        "certificate_id": approval.certificate and approval.certificate.id, "sha256": signed.sha256,
        "approval_digest": approval.digest,
        "level": signed.level, "signed_at": approval.at,
        "signer_name": letter.signer.full_name, "signer_position": mandates.signing_position(letter),
        "authority": mandates.authority(letter.mandate) if letter.mandate_id else None,
    }  # fmt: skip
    made = Signature(id=work.execute(_ADD, row).inserted_primary_key[0], **row)
    make_transient_to_detached(made)
    work.session.add(made)
    told = [(made, "letter", letter), (made, "certificate", approval.certificate)]
    if is_complete:
        told.append((letter, "signature", made))
    for owner, name, value in told:
        set_committed_value(owner, name, value)
    if letter.signer_count > 1:
        work.session.expire(letter, ["all_signatures"])
    return made


def _serial(approval: Approval) -> str:
    if approval.certificate is not None:
        return approval.certificate.serial
    return f"{serial_of(approval.key.certificate_der):x}"


def _signed_already(work: Work, letter: Letter, approval: Approval) -> Letter:
    work.session.expire_all()
    letter = work.session.get_one(Letter, letter.id)
    if letter.state == State.SIGNED and letter.signature is not None:
        return letter
    if letter.signer_count > 1 and turns.find(work, letter, approval.digest) is not None:
        return letter
    workflow.next_state(letter.state, Action.SIGN)
    raise Conflict(REVISED)
