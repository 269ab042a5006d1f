"""Who is told of what. Rows in the outbox; the words are in templates/mail and in jobs/push.py."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain import outbox
from webapp.domain.work import Work
from webapp.models import Invitation, Letter, Person, Step


class Message(StrEnum):
    """The name of a mail template."""

    INVITATION = "invitation"
    LETTER_WAITING = "letter_waiting"
    LETTER_RETURNED = "letter_returned"
    LETTER_MOVED = "letter_moved"  # returned, recalled or given to somebody else: who had it before him learns it
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
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
    """Mail one person; `facts` are ids or short codes, never the text of a letter. Of practice nobody is told."""
    if letter is not None and letter.is_practice:
        return
    if letter is not None:
        facts["letter_id"] = letter.id
    outbox.add(work, "mail", person_id=person.id, message=message, **facts)


def invited(work: Work, invitation: Invitation) -> None:
    tell(work, invitation.person, Message.INVITATION, invitation_id=invitation.id)


def letter_waiting(work: Work, letter: Letter, step: Step, control_code: str) -> None:
    """Mail and push to whom a step is open: what is asked and the control code, and no content.

    The step's id makes each of these notices another one: a second round's must not look like the first one's repeat.
    """
    if letter.is_practice:
        return
    asked = {"control_code": control_code, "asked": str(step.kind), "step_id": step.id}
    tell(work, step.person, Message.LETTER_WAITING, letter, **asked)
    outbox.add(work, "push", person_id=step.person_id, letter_id=letter.id, **asked)


def letter_signed(work: Work, letter: Letter, *, is_in_batch: bool = False) -> None:
    """The drafter learns it, and so does the official: a signature in his name must never be silent.

    Of a batch he was told when his code approved it, once.
    """
    if letter.is_practice:
        return
    told = [(letter.drafter_id, Message.LETTER_SIGNED)]
    if not is_in_batch:
        told.append((letter.signer_id, Message.SIGNED_IN_YOUR_NAME))
    mails = [{"letter_id": letter.id, "person_id": person_id, "message": message} for person_id, message in told]
    outbox.add_all(work, "mail", mails)
