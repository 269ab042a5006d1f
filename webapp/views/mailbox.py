"""The mail of a development installation, which is written to a folder and sent nowhere."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from webapp.domain.errors import NotFound
from webapp.guards.access import public

bp = Blueprint("mailbox", __name__)
SHOWN = 50


class Mail(NamedTuple):
    name: str
    subject: str
    to: str
    at: datetime | None
    text: str
    html_text: str


@bp.get("/dev/mailbox")
@public
def index() -> ResponseReturnValue:
    newest = sorted(_files().values(), reverse=True)[:SHOWN]
    return render_template("mailbox/index.html", mails=[_read(file) for file in newest])


@bp.get("/dev/mailbox/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    file = _files().get(name)
    if file is None:
        raise NotFound
    return render_template("mailbox/show.html", mail=_read(file))


def _files() -> dict[str, Path]:
    """By name: whatever is asked for is looked up here, never joined to a path. Nothing outside development."""
    config = current_app.config["TEKEN"]
    if not config.development or config.mail_folder is None:
        raise NotFound
    return {file.name: file for file in config.mail_folder.glob("*.eml")}


def _read(file: Path) -> Mail:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    date = mail["Date"].datetime if mail["Date"] else None
    return Mail(
        file.name, str(mail["Subject"]), str(mail["To"]), date, _part(mail, "plain"), _text_of(_part(mail, "html"))
    )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _text_of(html: str) -> str:
    """The words without the tags; the head's style sheet is no text. Escaped again where it is shown."""
    body = html.partition("<body")[2].partition(">")[2]
    return str(Markup(body.replace("<", " <")).striptags())  # noqa: S704
