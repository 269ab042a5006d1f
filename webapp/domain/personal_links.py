"""A link of one recipient's own to a restricted letter: it expires, can be closed, and opens with a code.

The link goes by mail, the code by another way (the drafter reads it out): who reads the mailbox alone has nothing.
Neither is kept: the token is made from the server key, of the code there is a keyed digest.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from webapp.domain import audit, documents, permissions, vault
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Delivery, Letter, Manner, Recipient, State

LIFE = timedelta(days=14)
DIGITS = 8  # of the code; 20 attempts in all (throttle.COPY_TOTAL)
GONE = N_("Tautan ini tidak berlaku lagi. Hubungi kantor pengirim surat.")
WRONG = N_("Kode ini salah. Mintalah kodenya kepada kantor pengirim surat.")


def token(work: Work, delivery: Delivery) -> str:
    """What stands in the link."""
    return f"{delivery.id}-{vault.token(work.config, 'personal link', f'{delivery.id} {delivery.nonce}')}"


def find(work: Work, token_typed: str) -> Delivery:
    """The delivery of a link. Raises NotFound where it is forged, too old or closed: they look alike."""
    number, _, _tag = token_typed.partition("-")
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    found = work.session.get(Delivery, int(number)) if is_number else None
    if found is None or not secrets.compare_digest(token(work, found).encode(), token_typed.encode()):
        raise NotFound(GONE)
    if not is_open(work, found) or letter_of(work, found).state != State.SIGNED:
        raise NotFound(GONE)
    return found


def is_open(work: Work, delivery: Delivery) -> bool:
    is_kept = delivery.manner == Manner.PERSONAL and delivery.expires_at is not None and delivery.closed_at is None
    return is_kept and delivery.expires_at > work.now


def fetch(work: Work, delivery: Delivery, code: str) -> bytes:
    """The signed file, for who has the code as well. Raises Invalid."""
    if not delivery.code_mac or not secrets.compare_digest(_mac(work, delivery, code), delivery.code_mac):
        raise Invalid(WRONG, field="code")
    letter = letter_of(work, delivery)
    delivery.fetched_at = delivery.fetched_at or work.now
    sha256 = letter.signature.file_sha256
    audit.record(work, Event.COPY_FETCHED, letter, delivery=delivery.id, sha256=sha256)
    return documents.get(work.config, sha256)


def make_code(work: Work, letter: Letter, delivery_id: int) -> str:
    """A fresh code for an open link, shown once; one that was made before opens nothing any more."""
    delivery = of(work, letter, delivery_id)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    delivery.code_mac = _mac(work, delivery, code)
    audit.record(work, Event.COPY_CODE_MADE, letter, delivery=delivery.id)
    return code


def close(work: Work, letter: Letter, delivery_id: int) -> None:
    delivery = of(work, letter, delivery_id)
    delivery.closed_at = work.now
    audit.record(work, Event.COPY_LINK_CLOSED, letter, delivery=delivery.id)


def of(work: Work, letter: Letter, delivery_id: int) -> Delivery:
    """An open link of this letter, for its drafters. Raises NotFound, Forbidden, Conflict."""
    permissions.require(work, Action.DISTRIBUTE, letter)
    delivery = work.session.get(Delivery, delivery_id)
    if delivery is None or delivery.recipient.letter_id != letter.id:
        raise NotFound
    if not is_open(work, delivery):
        raise Conflict(N_("Tautan ini sudah tidak berlaku."))
    return delivery


def letter_of(work: Work, delivery: Delivery) -> Letter:
    return work.session.get_one(Letter, work.session.get_one(Recipient, delivery.recipient_id).letter_id)


def _mac(work: Work, delivery: Delivery, code: str) -> str:
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdecimal())
    return vault.token(work.config, "personal code", f"{delivery.id} {delivery.nonce} {digits}")
