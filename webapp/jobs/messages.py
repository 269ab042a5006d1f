"""What a mail says, to whom it leads, and whether it still has anything to say. When it is sent is mail.py."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from flask import current_app, render_template
from flask_babel import force_locale

from webapp.domain import accounts, alerts, cutoffs, freezes, keys, ladder, mandates, workflow
from webapp.domain.alerts import Telling
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.jobs import groups
from webapp.jobs.groups import Group
from webapp.models import AlertState, Channel, Invitation, Letter, Mandate, Person, Urgency

MINUTE = timedelta(minutes=1)
PAGES = {
    Message.IDENTITY_VERIFIED: "/keys", Message.CERTIFICATE_REVOKED: "/keys", Message.CERTIFICATE_ENDS: "/keys",
    Message.CERTIFICATE_ENDS_OF: "/identities", Message.SECURITY_CHANGED: "/settings",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One thing to tell a person by mail."""

    person: Person
    message: Message
    letter: Letter | None
    facts: dict
    group: Group | None = None

    @property
    def urgency(self) -> Urgency | None:
        """Of what it tells."""
        return self.group.urgency if self.group else Urgency(self.letter.urgency) if self.letter else None

    @property
    def is_of_batch(self) -> bool:
        """Whether it tells of one of many that were signed at once: as many mails would be a flood."""
        return self.message == Message.LETTER_SIGNED and "batch_id" in self.facts

    @property
    def telling(self) -> Telling | None:
        return Telling.of(self.facts)


def find(work: Work, person_id: int, message: str, facts: dict | None = None, **more: int | str) -> Item | None:
    """What a job's arguments say; None where there is nothing to tell any more."""
    facts = (facts or {}) | more
    person = work.session.get_one(Person, person_id)
    letter = work.session.get(Letter, facts["letter_id"]) if "letter_id" in facts else None
    item = Item(person, Message(message), letter, facts, groups.find(work, person, facts))
    return None if person.disabled_at or person.is_service or is_out_of_date(work, item) else item


def asked_at(work: Work, item: Item, since: datetime) -> datetime:
    """From when on there is something to tell: since the job is in the table, or once the push was not opened.

    Of letters signed in one batch at the next full minute, so that those of one minute go along with each other.
    """
    if item.is_of_batch:
        return since.replace(second=0, microsecond=0) + MINUTE
    about = item.group.lead if item.group else item.letter
    if item.telling is None or about is None:
        return since
    return ladder.mail_at(work, item.telling, about, item.person)


def is_out_of_date(work: Work, item: Item) -> bool:
    """What was decided or opened meanwhile, or given to somebody else, does not wait for this person any more."""
    letter, person = item.letter, item.person
    if "gathering_id" in item.facts:
        return item.group is None or _is_sent(work, item)
    if letter is None:
        return False
    if item.telling is not None and _is_told(work, item, letter):
        return True
    is_for_deputy = item.message == Message.LETTER_UNOPENED and "mandate_id" in item.facts
    if item.message == Message.LETTER_OFFERED or is_for_deputy:
        return mandates.offering(person, letter, work.now) is None
    return item.message == Message.LETTER_WAITING and workflow.open_step(letter, person) is None


def _is_told(work: Work, item: Item, letter: Letter) -> bool:
    """Whether this mail was taken already, or is needed no more."""
    assert item.telling is not None
    return _is_sent(work, item) or not ladder.concerns(work, item.telling, letter, item.person)


def _is_sent(work: Work, item: Item) -> bool:
    """Taken by the mail server, and the worker died before it noted the job as done."""
    sent = alerts.find(work, item.telling, item.person.id, Channel.MAIL) if item.telling is not None else None
    return sent is not None and sent.state == AlertState.SENT


def compose(work: Work, item: Item) -> EmailMessage:
    """The mail, as text and HTML. A confidential letter's subject and number are not in it (see the templates)."""
    return write_out(work, item.message, item.person, values_of(work, item), told=str(sorted(item.facts.items())))


def values_of(work: Work, item: Item) -> dict:
    """What the templates of a message ask for."""
    config, facts = work.config, item.facts
    if "owner_id" in facts:
        facts = facts | {"owner": work.session.get_one(Person, facts["owner_id"])}
    if "by_id" in facts:
        facts = facts | {"by": work.session.get_one(Person, facts["by_id"])}
    if "mandate_id" in facts:
        facts = facts | {"mandate": work.session.get_one(Mandate, facts["mandate_id"])}
    if "reason" in facts:
        facts = facts | {"reason": (cutoffs.REASONS | keys.REASONS)[facts["reason"]]}
    if item.message in (Message.SIGNED_IN_YOUR_NAME, Message.BATCH_IN_YOUR_NAME):
        facts = facts | {"freeze_url": f"{config.public_url}/freezes/{freezes.token(work, item.person)}"}
    if item.group is not None:
        facts = facts | {name: getattr(item.group, name) for name in ("count", "asked", "may_batch", "is_one_table")}
    url = f"{config.public_url}{item.group.path}" if item.group else link(work, item.message, item.letter, facts)
    return {"person": item.person, "letter": item.letter, "url": url, "config": config, **facts}


def subject_of(name: str, values: dict) -> str:
    """The template's own subject, in the language that is in force."""
    template = current_app.jinja_env.get_template(f"mail/{name}.txt")
    return " ".join("".join(template.blocks["subject"](template.new_context(values, shared=False))).split())


def write_out(work: Work, name: str, person: Person, values: dict, *, told: str) -> EmailMessage:
    """The mail of a template. `told` is what it tells: the same notice has the same id, so a mail sent twice (a worker
    died in between) is shown once by most readers."""
    config = work.config
    with force_locale(person.language):
        text = render_template(f"mail/{name}.txt", **values)
        html = render_template(f"mail/{name}.html", **values)
        subject = subject_of(name, values)
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"], mail["To"] = config.mail_from, person.email
    mail["Date"] = format_datetime(work.now)
    number = hashlib.sha256(f"{person.id} {name} {told}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{number}@{parseaddr(config.mail_from)[1].rpartition('@')[2] or 'teken'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail


def link(work: Work, message: Message, letter: Letter | None, facts: dict) -> str:
    """Where the mail leads. A page, never an action: mail scanners open links too."""
    base = work.config.public_url
    if "invitation_id" in facts:
        invitation = work.session.get_one(Invitation, facts["invitation_id"])
        return f"{base}/invitations/{accounts.invitation_token(work, invitation)}"
    if message == Message.LETTER_UNOPENED and letter is not None:
        return f"{base}{ladder.page_of(facts, letter.id)}"
    if letter is not None:
        return f"{base}/letters/{letter.id}"
    if "mandate_id" in facts:
        return f"{base}/mandates/{facts['mandate_id']}"
    if "batch_id" in facts:
        return f"{base}/batches/{facts['batch_id']}"
    if "merge_id" in facts:
        return f"{base}/batches/new?group={facts['merge_id']}"
    if "key_id" in facts:
        return f"{base}/keys/{facts['key_id']}/certificate"
    return f"{base}{PAGES.get(message, '/')}"
