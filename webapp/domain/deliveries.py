"""A signed letter on its way to addressees and copies: one mail each, noted with what became of it.

Nothing of it is in the signature's own transaction: the job that makes the letter last begins it (jobs/archive.py).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from webapp.domain import audit, documents, outbox, permissions, personal_links
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.permissions import SECRET
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Delivery, DeliveryState, Letter, Manner, Notice, Recipient, Signature, State

MOST_ATTACHED = 7_000_000  # bytes; a third more in the mail, and many servers take ten million
LATE = timedelta(minutes=30)  # after a signature: then the letter goes out without its time-stamp
MOST_SENDINGS = 10  # of one notice to one recipient: the drafter's finger is no machine for mail
NOTICES = {State.SIGNED: Notice.SIGNED, State.REVOKED: Notice.REVOKED, State.REPLACED: Notice.REPLACED}


def of(work: Work, letter: Letter) -> list[Recipient]:
    """Addressees, then copies, as they were listed."""
    query = select(Recipient).where(Recipient.letter_id == letter.id).order_by(Recipient.kind.desc(), Recipient.id)
    return list(work.session.scalars(query))


def is_late(work: Work, signature_id: int) -> bool:
    """Whether recipients wait for a letter whose time-stamp does not come."""
    signature = work.session.get(Signature, signature_id)
    return signature is not None and signature.signed_at + LATE < work.now and bool(_untold(work, signature.letter))


def begin(work: Work, signature_id: int) -> None:
    """Queue a mail for everyone who has an address and was sent none yet. Twice it does nothing twice."""
    signature = work.session.get(Signature, signature_id)
    if signature is not None:
        send(work, signature.letter)


def send(work: Work, letter: Letter) -> None:
    """The same for a letter at hand; nothing unless it is signed and in force."""
    if letter.state == State.SIGNED:
        for recipient in _untold(work, letter):
            _queue(work, letter, recipient, number=1)


def announce(work: Work, letter: Letter) -> None:
    """The letter is no longer in force: links close, what waits is not sent, who may have it is told."""
    for recipient in of(work, letter):
        was_told = any(one.sent_at or one.attempts for one in recipient.deliveries)
        for one in recipient.deliveries:
            one.closed_at = one.closed_at or work.now
            if one.state == DeliveryState.QUEUED:
                one.state = DeliveryState.CANCELLED
        if was_told and recipient.address and not _sent(recipient, NOTICES[State(letter.state)]):
            _queue(work, letter, recipient, number=1)


def send_again(work: Work, letter: Letter, recipient_id: int) -> None:
    """What the letter's state has to tell, once more; an earlier personal link ends with it."""
    permissions.require(work, Action.DISTRIBUTE, letter)
    recipient = work.session.get(Recipient, recipient_id)
    if recipient is None or recipient.letter_id != letter.id:
        raise NotFound
    notice = NOTICES.get(State(letter.state))
    if notice is None or not recipient.address:
        raise Conflict(N_("Belum ada yang dapat dikirim kepada penerima ini."))
    earlier = _sent(recipient, notice)
    if any(one.state == DeliveryState.QUEUED for one in earlier):
        raise Conflict(N_("Kiriman sebelumnya masih dalam antrean."))
    if len(earlier) >= MOST_SENDINGS:
        raise Invalid(N_("Surat ini sudah terlalu sering dikirim ke alamat ini. Sampaikan dengan cara lain."))
    for one in earlier:
        one.closed_at = one.closed_at or work.now
    _queue(work, letter, recipient, number=len(earlier) + 1)


def take(work: Work, delivery_id: int) -> Delivery | None:
    """Count an attempt and say what to send; None where it is sent, cancelled or refused already."""
    delivery = work.session.get(Delivery, delivery_id, with_for_update={"of": Delivery})
    if delivery is None or delivery.state not in (DeliveryState.QUEUED, DeliveryState.FAILED):
        return None
    if NOTICES.get(State(personal_links.letter_of(work, delivery).state)) != delivery.notice:
        delivery.state = DeliveryState.CANCELLED
        return None
    delivery.attempts += 1
    delivery.tried_at, delivery.state = work.now, DeliveryState.QUEUED
    return delivery


def note_sent(work: Work, delivery_id: int) -> None:
    """The mail server took it. That somebody reads it is another matter."""
    delivery = work.session.get_one(Delivery, delivery_id)
    delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, work.now, ""
    letter = personal_links.letter_of(work, delivery)
    audit.record(work, Event.COPY_SENT, letter, delivery=delivery.id, notice=delivery.notice, manner=delivery.manner)


def note_trouble(work: Work, delivery_id: int, cause: str, *, for_good: bool) -> None:
    """for_good: the server refused address or mail, and would again. Else it is tried later, as other mail."""
    delivery = work.session.get_one(Delivery, delivery_id)
    delivery.error = " ".join(cause.split())[:200]
    if for_good:
        delivery.state = DeliveryState.REFUSED
        letter = personal_links.letter_of(work, delivery)
        audit.record(work, Event.COPY_REFUSED, letter, delivery=delivery.id, notice=delivery.notice)
    elif delivery.attempts >= outbox.MAX_ATTEMPTS:
        delivery.state = DeliveryState.FAILED


def manner_of(work: Work, letter: Letter) -> Manner:
    """How much of the letter may go by mail: all of it, a link with a code, or nothing."""
    if letter.confidentiality in SECRET:
        return Manner.NOTHING
    if letter.confidentiality != Confidentiality.NORMAL:
        return Manner.PERSONAL
    size = documents.path(work.config, letter.signature.file_sha256).stat().st_size
    return Manner.ATTACHMENT if size <= MOST_ATTACHED else Manner.LINK


def _queue(work: Work, letter: Letter, recipient: Recipient, *, number: int) -> None:
    notice = NOTICES[State(letter.state)]
    manner = manner_of(work, letter) if notice == Notice.SIGNED else Manner.NOTHING
    made = Delivery(
        notice=notice, number=number, manner=manner, email=recipient.address, state=DeliveryState.QUEUED, attempts=0,
        error="", created_at=work.now, code_mac="", nonce="",
    )  # fmt: skip
    if manner == Manner.PERSONAL:
        made.nonce, made.expires_at = secrets.token_hex(16), work.now + personal_links.LIFE
    recipient.deliveries.append(made)
    work.session.flush()
    outbox.add(work, "delivery", delivery_id=made.id)


def _sent(recipient: Recipient, notice: Notice) -> list[Delivery]:
    return [one for one in recipient.deliveries if one.notice == notice]


def _untold(work: Work, letter: Letter) -> list[Recipient]:
    return [one for one in of(work, letter) if one.address and not one.deliveries]
