"""Mails of one person that waited for the same moment, as one message. What a single mail says is mail.py."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage

from flask import Flask
from flask_babel import force_locale

from webapp.domain import alerts, outbox, preferences
from webapp.domain.alerts import Telling
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.jobs import messages, unit
from webapp.jobs.messages import Item
from webapp.models import AlertState, Channel

MOST = 50  # in one message; what is beyond comes in the next


def gather(app: Flask, person_id: int) -> dict[int, dict]:
    """{job: its arguments} of the other mails that may go along now, leased, so that no worker sends them too."""
    with unit(app) as work:
        free = outbox.of_person(work, "mail", person_id, limit=MOST * 2)
        chosen = [job for job in free if _goes_along(work, job.args, job.created_at)][:MOST]
        outbox.lease(work, chosen)
        return {job.id: dict(job.args) for job in chosen}


def _goes_along(work: Work, args: dict, since: datetime) -> bool:
    """Whether it waits for nothing but its person's rhythm; what has nothing to tell any more ends with the others."""
    item = messages.find(work, **args)
    if item is None:
        return True
    is_ripe = messages.asked_at(work, item, since) <= work.now  # not while a push may still be opened
    return is_ripe and preferences.can_wait(item.message, item.urgency)


def compose(work: Work, items: list[Item]) -> EmailMessage:
    """One message, each thing with its own heading, link and control code; of a confidential letter nothing else."""
    person, entries = items[0].person, []
    with force_locale(person.language):
        for item in items:
            values = messages.values_of(work, item)
            is_told = item.letter is not None and item.message != Message.LETTER_UNOPENED
            shown = {"letter": item.letter if is_told else None, "control_code": values.get("control_code", "")}
            entries.append({"title": messages.subject_of(item.message, values), "url": values["url"], **shown})
    whole = {"person": person, "entries": entries, "config": work.config, "url": f"{work.config.public_url}/letters"}
    told = str(sorted(str(sorted(item.facts.items())) for item in items))
    return messages.write_out(work, "digest", person, whole, told=told)


def finish(
    app: Flask, person_id: int, tellings: list[Telling], state: AlertState, job_ids: list[int] | None = None
) -> None:  # fmt: skip
    """Keep what became of a mail, and end the jobs that went along with it, in one transaction."""
    if not tellings and not job_ids:
        return
    cause = alerts.DOWN if state == AlertState.FAILED else ""
    with unit(app) as work:
        for telling in tellings:
            alerts.note(work, telling, person_id, Channel.MAIL, state, cause=cause)
        for job_id in job_ids or []:
            outbox.finish(work, job_id)


def give_back(app: Flask, job_ids: list[int]) -> None:
    """The mail server did not take the message: they wait on, each with its own time."""
    if job_ids:
        with unit(app) as work:
            outbox.release(work, job_ids)
