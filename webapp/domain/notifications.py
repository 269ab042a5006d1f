"""Who is told of what. Rows in the outbox; the words are in templates/mail and in jobs/push.py."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain import mandates, outbox
from webapp.domain.alerts import Telling
from webapp.domain.work import Work
from webapp.models import Invitation, Letter, Mandate, Person, Rung, Step


class Message(StrEnum):
    """The name of a mail template."""

    INVITATION = "invitation"
    LETTER_WAITING = "letter_waiting"
    LETTERS_WAITING = "letters_waiting"  # several that came together
    LETTERS_OFFERED = "letters_offered"
    LETTERS_UNOPENED = "letters_unopened"
    LETTER_OFFERED = "letter_offered"  # to a deputy
    LETTER_UNOPENED = "letter_unopened"  # by whom it waits for: somebody else is told
    LETTER_RETURNED = "letter_returned"
    LETTER_MOVED = "letter_moved"  # returned, recalled or given to somebody else: who had it before him learns it
    OPINION_ASKED = "opinion_asked"
    OPINION_GIVEN = "opinion_given"
    LETTER_DUE = "letter_due"  # in so many days
    LETTER_LAPSED = "letter_lapsed"
    LETTERS_TAKEN_OVER = "letters_taken_over"  # from who left
    LETTER_REJECTED = "letter_rejected"
    LETTER_WITHDRAWN = "letter_withdrawn"
    LETTER_SIGNED = "letter_signed"
    SIGNED_IN_YOUR_NAME = "signed_in_your_name"
    SIGNED_BY_DEPUTY = "signed_by_deputy"
    BATCH_IN_YOUR_NAME = "batch_in_your_name"
    LETTER_REVOKED = "letter_revoked"
    IDENTITY_VERIFIED = "identity_verified"
    CERTIFICATE_REQUESTED = "certificate_requested"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_ENDS = "certificate_ends"  # in so many days
    CERTIFICATE_ENDS_OF = "certificate_ends_of"  # somebody's, for the registrar
    BSRE_ENDS = "bsre_ends"  # in so many days
    MANDATE_OFFERED = "mandate_offered"
    MANDATE_CHANGED = "mandate_changed"  # given, accepted, declined, revoked: whom it concerns looks
    MANDATE_BEGAN = "mandate_began"
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
    """Push and mail to whom a step is open, and the ladder after them: what is asked and the control code, no content.

    The push comes first: whether the mail goes at once depends on it. The step's id and the time make each of these
    notices another one: a second round's must not look like the first one's repeat.
    """
    if letter.is_practice:
        return
    telling = Telling(step.id, work.now)
    told = {"person_id": step.person_id, "letter_id": letter.id, "control_code": control_code, "asked": str(step.kind)}
    mail = {"message": Message.LETTER_WAITING, **told, **telling.facts}
    outbox.add_all(work, [("push", told | telling.facts), ("mail", mail), ("ladder", telling.facts)])


def letter_offered(work: Work, letter: Letter, mandate: Mandate) -> None:
    """The deputy hears of a letter that came for the official. No control code: his own mark is not on it yet."""
    step = mandates.place(mandate, letter)
    if step is None or letter.is_practice:
        return
    told = {"person_id": mandate.deputy_id, "letter_id": letter.id, "mandate_id": mandate.id}
    told |= Telling(step.id, work.now, Rung.OFFERED).facts
    outbox.add_all(work, [("push", told), ("mail", {"message": Message.LETTER_OFFERED, **told})])


def mandate(work: Work, mandate: Mandate, message: Message, *told: Person, **facts: int) -> None:
    """Each once, whoever still has an account."""
    for person in {one.id: one for one in told if one.disabled_at is None}.values():
        tell(work, person, message, mandate_id=mandate.id, **facts)


def letter_signed(
    letter: Letter, *, batch_id: int | None = None, is_complete: bool = True
) -> list[tuple[str, dict[str, int | str]]]:
    """Mails and a push, for outbox.add_all. The drafter learns it, and so does the official: a signature in his name
    must never be silent.

    Of a batch he was told when his code approved it, once; the drafter of several signatures when the last is made, and
    of those of a batch in few mails (digests.py).
    """
    if letter.is_practice:
        return []
    told = [(letter.drafter_id, Message.LETTER_SIGNED)] if is_complete else []
    if batch_id is None:
        told.append((letter.signer_id, Message.SIGNED_IN_YOUR_NAME))
    if letter.mandate is not None:  # in whose place it was signed
        told.append((letter.mandate.principal_id, Message.SIGNED_BY_DEPUTY))
    facts = {"letter_id": letter.id} if batch_id is None else {"letter_id": letter.id, "batch_id": batch_id}
    mails = [("mail", {**facts, "person_id": one, "message": message}) for one, message in told]
    push = ("push", {"letter_id": letter.id, "person_id": letter.signer_id, "signed": 1})
    return [*mails, push] if batch_id is None else mails
