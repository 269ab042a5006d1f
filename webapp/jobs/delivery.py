"""One signed letter to one recipient, in a mail of his own: the file, a link to it, or only that there is one."""

from __future__ import annotations

import hashlib
import re
import smtplib
import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from flask import Flask, current_app, render_template
from flask_babel import force_locale

from webapp.domain import deliveries, documents, marks, personal_links
from webapp.domain.work import Work
from webapp.jobs import mail, unit
from webapp.models import Delivery, Letter, Manner, Notice

REFUSED = range(500, 600)  # RFC 5321, 4.2.1: trying again gives the same answer


@dataclass(frozen=True)
class Reader:
    """What the templates of mails ask of a person."""

    full_name: str
    language: str


def run(app: Flask, delivery_id: int) -> None:
    """Raises what is worth another try; a refusal for good is noted and the job is done."""
    with unit(app) as work:
        if deliveries.take(work, delivery_id) is None:
            return
    with unit(app, writes=False) as work:  # reading a file and writing words hold no lock
        message = compose(work, work.session.get_one(Delivery, delivery_id))
    try:
        mail.deliver(app.config["TEKEN"], message)
    except (OSError, smtplib.SMTPException) as trouble:
        with unit(app) as work:
            deliveries.note_trouble(work, delivery_id, cause_of(trouble), for_good=is_final(trouble))
        if not is_final(trouble):
            raise
        return
    with unit(app) as work:
        deliveries.note_sent(work, delivery_id)


def compose(work: Work, delivery: Delivery) -> EmailMessage:
    """The mail, as text and HTML, with the signed file where it may go along."""
    letter, recipient, config = personal_links.letter_of(work, delivery), delivery.recipient, work.config
    reader = Reader(recipient.name, recipient.person.language if recipient.person else "id")
    name = "copy_signed" if delivery.notice == Notice.SIGNED else "copy_ended"
    values = {
        "person": reader, "letter": letter, "recipient": recipient, "delivery": delivery, "config": config,
        "url": link(work, delivery, letter), "days": personal_links.LIFE.days,
    }  # fmt: skip
    with force_locale(reader.language):
        text, html = (render_template(f"mail/{name}.{kind}", **values) for kind in ("txt", "html"))
        template = current_app.jinja_env.get_template(f"mail/{name}.txt")
        subject = "".join(template.blocks["subject"](template.new_context(values, shared=False)))
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = config.mail_from
    message["To"] = Address(recipient.name, addr_spec=delivery.email)  # alone: nobody reads who else has it
    message["Date"] = format_datetime(work.now)
    told = hashlib.sha256(f"delivery {delivery.id}".encode()).hexdigest()[:32]  # sent twice, it is shown once by most
    message["Message-ID"] = f"<{told}@{parseaddr(config.mail_from)[1].rpartition('@')[2] or 'teken'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    if delivery.manner == Manner.ATTACHMENT:
        pdf = documents.get(config, letter.signature.file_sha256)
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{_plain(letter.number)}.pdf")
    return message


def link(work: Work, delivery: Delivery, letter: Letter) -> str:
    """Where the mail leads. Of a secret letter nowhere: not even its public page, which its code would name."""
    if delivery.manner == Manner.PERSONAL:
        return f"{work.config.public_url}/copies/{personal_links.token(work, delivery)}"
    return marks.address_to_show(work.config, letter) if not letter.is_confidential else ""


def is_final(trouble: Exception) -> bool:
    """Whether the server refused address or mail for good."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return all(code in REFUSED for code, _ in trouble.recipients.values())
    return isinstance(trouble, smtplib.SMTPDataError) and trouble.smtp_code in REFUSED


def cause_of(trouble: Exception) -> str:
    """In the server's own words."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        trouble = smtplib.SMTPResponseException(*next(iter(trouble.recipients.values())))
    if isinstance(trouble, smtplib.SMTPResponseException):
        said = trouble.smtp_error
        return f"{trouble.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return type(trouble).__name__


def _plain(number: str) -> str:
    """Letters, digits, dots and dashes: a file's name must not be broken by a letter's number."""
    ascii_only = unicodedata.normalize("NFKD", number).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", f"surat-{ascii_only}").strip("-.")[:100]
