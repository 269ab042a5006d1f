"""Who is told of what. Rows in the outbox; the words are in templates/mail and in jobs/push.py."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain import outbox
from webapp.domain.work import Work
from webapp.models import Invitation, Letter, Person


class Message(StrEnum):
    """The name of a mail template."""

    INVITATION = "invitation"
    LETTER_WAITING = "letter_waiting"
    LETTERS_WAITING = "letters_waiting"  # made from one table
    LETTER_RETURNED = "letter_returned"
    LETTER_REJECTED = "letter_rejected"
    LETTER_WITHDRAWN = "letter_withdrawn"
    LETTER_SIGNED = "letter_signed"
    SIGNED_IN_YOUR_NAME = "signed_in_your_name"
    BATCH_IN_YOUR_NAME = "batch_in_your_name"
    LETTER_REVOKED = "letter_revoked"
    IDENTITY_VERIFIED = "identity_verified"
    CERTIFICATE_REQUESTED = "certificate_requested"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_ENDS = "certificate_ends"  # in so many days
    CERTIFICATE_ENDS_OF = "certificate_ends_of"  # somebody's, for the registrar
    BSRE_ENDS = "bsre_ends"  # in so many days
    SECURITY_CHANGED = "security_changed"  # password, second factor, recovery code: the owner must hear of it


def tell(work: Work, person: Person, message: Message, letter: Letter | None = None, **facts: int | str) -> None:
    """Mail one person; `facts` are ids or short codes, never the text of a letter."""
    if letter is not None:
        facts["letter_id"] = letter.id
    outbox.add(work, "mail", person_id=person.id, message=message, **facts)


def invited(work: Work, invitation: Invitation) -> None:
    tell(work, invitation.person, Message.INVITATION, invitation_id=invitation.id)


def letter_waiting(work: Work, letter: Letter, control_code: str) -> None:
    """Mail and push to the signer: with the control code and no content."""
    tell(work, letter.signer, Message.LETTER_WAITING, letter, control_code=control_code)
    outbox.add(work, "push", person_id=letter.signer_id, letter_id=letter.id, control_code=control_code)


def letter_signed(work: Work, letter: Letter, *, is_in_batch: bool = False) -> None:
    """The drafter learns it, and so does the official: a signature in his name must never be silent.

    Of a batch he was told when his code approved it, once.
    """
    told = [(letter.drafter_id, Message.LETTER_SIGNED)]
    if not is_in_batch:
        told.append((letter.signer_id, Message.SIGNED_IN_YOUR_NAME))
    mails = [{"letter_id": letter.id, "person_id": person_id, "message": message} for person_id, message in told]
    outbox.add_all(work, "mail", mails)
