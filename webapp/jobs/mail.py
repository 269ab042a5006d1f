"""Send one mail, in the language of the person. In development it is written to a folder instead."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, render_template
from flask_babel import force_locale

from webapp import db
from webapp.config import Config
from webapp.domain import accounts, cutoffs, freezes, keys, mandates, workflow
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Invitation, Letter, Mandate, Person

TIMEOUT = 30  # seconds
PAGES = {
    Message.IDENTITY_VERIFIED: "/keys", Message.CERTIFICATE_REVOKED: "/keys", Message.CERTIFICATE_ENDS: "/keys",
    Message.CERTIFICATE_ENDS_OF: "/identities", Message.SECURITY_CHANGED: "/settings",
}  # fmt: skip


def run(app: Flask, person_id: int, message: str, **facts: int | str) -> None:
    config: Config = app.config["TEKEN"]
    with db.unit(app.extensions["engine"], writes=False) as session:
        work = Work(session, None, datetime.now(UTC), config)
        person = session.get_one(Person, person_id)
        letter = session.get(Letter, facts["letter_id"]) if "letter_id" in facts else None
        is_old = is_out_of_date(Message(message), letter, person, work.now)
        if person.disabled_at or person.is_service or is_old:
            return
        mail = compose(work, person, Message(message), letter, facts)
    deliver(config, mail)


def is_out_of_date(message: Message, letter: Letter | None, person: Person, at: datetime) -> bool:
    """What was decided meanwhile, or given to somebody else, does not wait for this person any more."""
    if message == Message.LETTER_OFFERED and letter is not None:
        return mandates.offering(person, letter, at) is None
    return message == Message.LETTER_WAITING and letter is not None and workflow.open_step(letter, person) is None


def compose(work: Work, person: Person, message: Message, letter: Letter | None, facts: dict) -> EmailMessage:
    """The mail, as text and HTML. A confidential letter's subject and number are not in it (see the templates)."""
    config, known = work.config, sorted(facts.items())
    if "owner_id" in facts:
        facts = facts | {"owner": work.session.get_one(Person, facts["owner_id"])}
    if "by_id" in facts:
        facts = facts | {"by": work.session.get_one(Person, facts["by_id"])}
    if "mandate_id" in facts:
        facts = facts | {"mandate": work.session.get_one(Mandate, facts["mandate_id"])}
    if "reason" in facts:
        facts = facts | {"reason": (cutoffs.REASONS | keys.REASONS)[facts["reason"]]}
    if message in (Message.SIGNED_IN_YOUR_NAME, Message.BATCH_IN_YOUR_NAME):
        facts = facts | {"freeze_url": f"{config.public_url}/freezes/{freezes.token(work, person)}"}
    values = {"person": person, "letter": letter, "url": link(work, message, letter, facts), "config": config, **facts}
    with force_locale(person.language):
        text = render_template(f"mail/{message}.txt", **values)
        html = render_template(f"mail/{message}.html", **values)
        template = current_app.jinja_env.get_template(f"mail/{message}.txt")
        subject = "".join(template.blocks["subject"](template.new_context(values, shared=False))).strip()
    mail = EmailMessage()
    mail["Subject"] = " ".join(subject.split())
    mail["From"], mail["To"] = config.mail_from, person.email
    mail["Date"] = format_datetime(work.now)
    # The same notice has the same id, so a mail sent twice (a worker died in between) is shown once by most readers.
    told = hashlib.sha256(f"{person.id} {message} {known}".encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{told}@{parseaddr(config.mail_from)[1].rpartition('@')[2] or 'teken'}>"
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


def deliver(config: Config, mail: EmailMessage) -> None:
    """Hand the mail to the server, or to the folder. Raises OSError or SMTPException; then it is tried again."""
    if config.mail_folder is not None:
        write(config.mail_folder, mail)
        return
    parts = urlsplit(config.mail_url)
    secure = ssl.create_default_context()
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(parts.hostname or "", parts.port or 465, timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(parts.hostname or "", parts.port or 25, timeout=TIMEOUT)
    with server:
        if parts.scheme == "smtp+tls":
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)


def write(folder: Path, mail: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{make_msgid().strip('<>').split('.')[1][:6]}.eml"
    temporary = folder / f".{name}"
    temporary.write_bytes(mail.as_bytes())
    temporary.rename(folder / name)
