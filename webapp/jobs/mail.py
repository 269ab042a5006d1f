"""Send one mail, in the language of the person. In development it is written to a folder instead."""

from __future__ import annotations

import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Flask

from webapp.config import Config
from webapp.domain import preferences
from webapp.domain.work import Work
from webapp.jobs import Later, digests, messages, since, unit
from webapp.jobs.messages import Item
from webapp.models import AlertState

TIMEOUT = 30  # seconds


def run(app: Flask, person_id: int, message: str, **facts: int | str) -> None:
    """Send it, with what else waits for the same moment; later where the person, or the push, wants that."""
    with unit(app, writes=False) as work:
        item = messages.find(work, person_id, message, facts)
        if item is None:
            return
        at, is_gathered = due_at(work, item, messages.asked_at(work, item, since(work)))
        if work.now < at:
            raise Later(at)
    others = digests.gather(app, person_id) if is_gathered else {}
    with unit(app, writes=False) as work:
        found = [
            messages.find(work, person_id, message, facts),
            *(messages.find(work, **args) for args in others.values()),
        ]
        items = [one for one in found if one is not None]
        mail = digests.compose(work, items) if len(items) > 1 else messages.compose(work, items[0]) if items else None
        tellings = [one.telling for one in items if one.telling is not None]
    try:
        if mail is not None:
            deliver(app.config["TEKEN"], mail)
    except (OSError, smtplib.SMTPException):
        digests.finish(app, person_id, tellings, AlertState.FAILED)
        digests.give_back(app, list(others))
        raise
    digests.finish(app, person_id, tellings, AlertState.SENT, list(others))


def due_at(work: Work, item: Item, asked: datetime) -> tuple[datetime, bool]:
    """Not before this; and whether what else has come by then goes along. What cannot wait waits for the push alone."""
    if not preferences.can_wait(item.message, item.urgency):
        return asked, False
    wish = preferences.of(work, item.person)
    due = wish.due(asked)
    return max(due, wish.after_quiet(max(due, work.now))), due != asked or item.is_of_batch


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
