"""Signatures that BSrE makes: asked for once, found again after any ending, written down once.

    begin    one transaction: the approval's code is spent, the attempt stands written.
    seal     no transaction: the office's seal is put into the QR code, the file lies on disk.
    send     one transaction: the attempt names that file, unless it was given up meanwhile. Only then the call.
    ask      no transaction: the call. The answer lies on disk under the attempt's number before anything is judged.
    settle   one transaction: the letter is signed, or the attempt ends as what it is.

A process killed between any two leaves an attempt that says "sending"; after DEADLINE nobody can be waiting for its
answer any more, and recoveries.py looks for it: an attempt that names no file was never sent and ends; else on disk,
then (V1) by id_dokumen. What cannot be found stays "unclear" until the official, told so, approves again; only one
signature is ever taken.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update

from signing import received
from signing.errors import NotTrusted
from signing.keys import bsre as ecs
from signing.keys.bsre import Identity, Refused, Secret, Transport, Unclear
from signing.received import ReceivedPdf
from webapp.config import Config
from webapp.domain import (
    answers,
    audit,
    bsre,
    deadlines,
    documents,
    handovers,
    log,
    mandates,
    marks,
    notifications,
    outbox,
    permissions,
    second_factor,
    sendings,
    steps,
    webhooks,
    workflow,
)
from webapp.domain.approvals import REVISED
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, NotFound
from webapp.domain.sendings import Unsealed
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import BsreAccount, Letter, RemoteSignature, Signature, State
from webapp.models.mandate import Outcome as HandedOver
from webapp.models.remote import Attempt

DEADLINE = timedelta(seconds=180)  # longer than the transport's own time-outs together: after it nobody listens
OPEN = (Attempt.SENDING, Attempt.UNCLEAR)
MOVED_ON = N_("Keadaan penandatanganan surat ini sudah berubah. Periksa keadaannya, lalu putuskan lagi.")
OTHER_MARK = N_(
    "Surat ini disiapkan untuk cara penandatanganan lain. Kembalikan, agar tanda tangannya diletakkan lagi."
)


@dataclass(frozen=True)
class Asked:
    """Everything that the call and its judgement need, so that both run with no transaction open."""

    id: int
    who: Identity = field(repr=False)
    common_name: str
    at: datetime
    unsealed: Unsealed | None = field(default=None, repr=False)  # until it is sealed
    sent_sha256: str = ""  # of the sealed file; empty while nothing can have been sent
    document_id: str = ""
    is_otp: bool = False  # what the official gave is a one-time code and no passphrase


@dataclass(frozen=True)
class Ending:
    """How the asking ended, before it is written down."""

    state: Attempt
    error: str = ""
    detail: str = ""
    sha256: str | None = None
    pdf: ReceivedPdf | None = field(default=None, repr=False)


def latest(work: Work, letter: Letter) -> RemoteSignature | None:
    query = select(RemoteSignature).where(RemoteSignature.letter_id == letter.id)
    return work.session.scalars(query.order_by(RemoteSignature.id.desc()).limit(1)).first()


def begin(work: Work, letter: Letter, *, digest: str, code: str, after: int) -> Asked:
    """Accept the official's code for what he was shown and write the attempt down. Commit before the call.

    `after`: the newest attempt that the page told of, so that a form sent twice asks once. Raises Forbidden, Conflict,
    WrongCode.
    """
    letter = work.session.get_one(Letter, letter.id, with_for_update={"of": Letter}, populate_existing=True)
    permissions.require(work, Action.SIGN, letter)
    deadlines.require_open(work, letter)
    if letter.is_practice:  # a certified signature on invented text could not be taken back
        raise Forbidden
    account = _require_ready(work, letter, digest)
    before = latest(work, letter)
    if (before.id if before else 0) != after or state_of(work, before) == Attempt.SENDING:
        raise Conflict(MOVED_ON)
    second_factor.consume(work, work.person, code, f"sign {letter.id} {digest}")
    if before is not None and before.state in OPEN:
        _end(work, before, Ending(Attempt.UNKNOWN))
        work.session.flush()
    made = RemoteSignature(
        letter_id=letter.id, open_letter_id=letter.id, version_id=letter.version.id, person_id=work.person.id,
        approval_digest=digest, prepared_sha256=letter.version.prepared_sha256, state=Attempt.SENDING,
        started_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    audit.record(work, Event.REMOTE_STARTED, letter, attempt=made.id, approval=digest, sha256=made.prepared_sha256)
    outbox.add(work, "bsre_recovery", at=work.now + DEADLINE, attempt_id=made.id)
    return replace(asked(work, made, account), unsealed=sendings.begin(work, letter))


def seal(config: Config, asked: Asked) -> Asked:
    """Put the seal into the approved file. Nothing is sent yet; whoever dies here leaves a file that no row names."""
    if asked.unsealed is None:
        raise LookupError("nothing to seal")
    return replace(asked, unsealed=None, sent_sha256=sendings.seal(config, asked.unsealed))


def send(work: Work, asked: Asked) -> None:
    """Name the file to be sent; commit before the call. Raises Conflict where the attempt was given up meanwhile."""
    attempt = _locked(work, asked.id)
    if attempt.state != Attempt.SENDING or attempt.sent_sha256:
        raise Conflict(MOVED_ON)
    attempt.sent_sha256 = asked.sent_sha256
    audit.record(work, Event.REMOTE_SENT, attempt.letter, attempt=attempt.id, sha256=asked.sent_sha256)


def ask(config: Config, asked: Asked, secret: Secret, transport: Transport, note: Callable[[str], None]) -> Ending:
    """Make the one call, never twice. `note` writes id_dokumen down as soon as the headers are there."""
    pdf = documents.get(config, asked.sent_sha256)
    hidden = [secret, asked.who.nik]
    try:
        request = ecs.sign(config.bsre_version, asked.who, secret, pdf, is_otp=asked.is_otp)
        answer = transport(request, _noting(note))
        signed = ecs.read_signed(config.bsre_version, answer, hidden)
    except Refused as error:
        return Ending(Attempt.REFUSED, error.code, error.detail)
    except Unclear as error:
        return Ending(Attempt.UNCLEAR, error.code, error.detail)
    answers.keep(config, asked.id, signed.pdf)
    return judge(config, asked, signed.pdf)


def judge(config: Config, asked: Asked, pdf: bytes) -> Ending:
    """Whether what came back is the letter, signed by the official. It is kept durably either way."""
    sha256 = documents.put(config, pdf)
    try:
        trust = bsre.trust(config, asked.at)
        found = received.accept(documents.get(config, asked.sent_sha256), pdf, trust, asked.common_name)
    except NotTrusted as error:
        return Ending(Attempt.REJECTED, error.code, error.detail, sha256)
    return Ending(Attempt.SIGNED, sha256=sha256, pdf=found)


def settle(work: Work, attempt_id: int, ending: Ending) -> RemoteSignature:
    """Write the ending down once. Whoever comes second finds it written; an open end stays open for the next look."""
    attempt = _locked(work, attempt_id)
    letter = attempt.letter
    if attempt.state not in OPEN or (ending.error == "not_sent" and attempt.sent_sha256):
        if ending.sha256 not in (None, attempt.sha256):  # an answer after its time: evidence, and nothing else
            audit.record(work, Event.REMOTE_ENDED, letter, attempt=attempt.id, state="late", sha256=ending.sha256)
        return attempt
    if ending.pdf is not None:
        _complete(work, letter, attempt, ending)
    elif ending.state == Attempt.UNCLEAR:
        attempt.state, attempt.error = Attempt.UNCLEAR, ending.error
        audit.record(work, Event.REMOTE_ENDED, letter, attempt=attempt.id, state=attempt.state, error=ending.error)
        outbox.add(work, "bsre_recovery", attempt_id=attempt.id)
    else:
        _end(work, attempt, ending)
        _count_passphrase(work, attempt, ending)
    return attempt


def note_document(work: Work, attempt_id: int, document_id: str) -> None:
    work.session.execute(
        update(RemoteSignature).where(RemoteSignature.id == attempt_id).values(document_id=document_id[:100])
    )


def get(work: Work, letter: Letter) -> RemoteSignature:
    """The newest attempt of a letter that the actor is to sign. Raises NotFound."""
    permissions.require(work, Action.SIGN, letter)
    found = latest(work, letter)
    if found is None:
        raise NotFound
    return found


def _require_ready(work: Work, letter: Letter, digest: str) -> BsreAccount:
    account = bsre.account(work, work.person)
    if account is None:
        raise Forbidden
    if not secrets.compare_digest(digest, marks.digest(letter)):
        raise Conflict(REVISED)
    if not bsre.is_marked_for(letter):
        raise Conflict(OTHER_MARK)
    if not bsre.may_sign(account):
        raise Forbidden(N_("Sertifikat BSrE Anda tidak aktif, jadi surat tidak dapat ditandatangani."))
    return account


def state_of(work: Work, attempt: RemoteSignature | None) -> str:
    """Its state as it is now: an asking that nobody can be waiting for any more is unclear."""
    if attempt is None:
        return ""
    if attempt.state == Attempt.SENDING and attempt.started_at + DEADLINE <= work.now:
        return Attempt.UNCLEAR
    return Attempt(attempt.state)


def asked(work: Work, attempt: RemoteSignature, account: BsreAccount) -> Asked:
    """An attempt as the call, and whoever looks for its end, need it."""
    return Asked(
        attempt.id, bsre.identity(work, account), account.certificate_name, work.now,
        sent_sha256=attempt.sent_sha256 or "", document_id=attempt.document_id,
    )  # fmt: skip


def _locked(work: Work, attempt_id: int) -> RemoteSignature:
    """The attempt as it is now. Its letter's lock puts all in line who would change either."""
    work.session.expire_all()
    attempt = work.session.get_one(RemoteSignature, attempt_id)
    work.session.get_one(Letter, attempt.letter_id, with_for_update={"of": Letter}, populate_existing=True)
    work.session.refresh(attempt)
    return attempt


def _complete(work: Work, letter: Letter, attempt: RemoteSignature, ending: Ending) -> None:
    """The letter becomes signed, unless it was withdrawn or changed meanwhile: then the file is evidence only."""
    waits = letter.state == State.SUBMITTED and letter.signature is None
    waits = waits and (letter.mandate is None or mandates.is_in_force(letter.mandate, work.now))
    if not waits or marks.digest(letter) != attempt.approval_digest:
        _end(work, attempt, Ending(Attempt.LATE, sha256=ending.sha256))
        return
    made = ending.pdf
    letter.state = workflow.next_state(letter.state, Action.SIGN)
    letter.updated_at = work.now
    letter.signature = Signature(
        step=1, version_id=attempt.version_id, person_id=attempt.person_id, certificate_id=None, sha256=ending.sha256,
        approval_digest=attempt.approval_digest, level=made.level, signed_at=work.now,
        signer_name=letter.signer.full_name, signer_position=mandates.signing_position(letter),
        authority=mandates.authority(letter.mandate) if letter.mandate else None,
    )  # fmt: skip
    steps.close_signature(work, letter, version_id=attempt.version_id, digest=attempt.approval_digest)
    handovers.close(work, letter, HandedOver.SIGNED)
    attempt.signature, attempt.certificate_der = letter.signature, made.certificate_der
    _end(work, attempt, Ending(Attempt.SIGNED, sha256=ending.sha256))
    account = work.session.get_one(BsreAccount, attempt.person_id)
    account.wrong_passphrases = 0
    if account.certificate_until != made.not_after:
        account.certificate_until, account.warned_days = made.not_after, None
    audit.record(
        work, Event.LETTER_SIGNED, letter, sha256=ending.sha256, approval=attempt.approval_digest, custodian="bsre",
        attempt=attempt.id, version=letter.version_number,
    )  # fmt: skip
    log.append(work, log.SIGNATURE, letter)
    archive = ("bsre_archive", {"signature_id": letter.signature.id})
    outbox.add_all(work, [archive, *notifications.letter_signed(letter)])
    webhooks.announce(work, letter, Event.LETTER_SIGNED)


def _end(work: Work, attempt: RemoteSignature, ending: Ending) -> None:
    attempt.state, attempt.error, attempt.sha256 = ending.state, ending.error, ending.sha256
    attempt.open_letter_id, attempt.ended_at = None, work.now
    audit.record(
        work, Event.REMOTE_ENDED, attempt.letter, attempt=attempt.id, state=ending.state, error=ending.error,
        sha256=ending.sha256, told=ending.detail,
    )  # fmt: skip


def _count_passphrase(work: Work, attempt: RemoteSignature, ending: Ending) -> None:
    if ending.error == "wrong_passphrase":
        account = work.session.get_one(BsreAccount, attempt.person_id)
        account.wrong_passphrases += 1


def _noting(note: Callable[[str], None]) -> Callable:
    def told(headers: object) -> None:
        known = ecs.document_id(headers)  # type: ignore[arg-type]
        if known:
            note(known)

    return told
