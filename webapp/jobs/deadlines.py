"""Each morning: reminders of letters that are to be signed soon, and back to the drafter those whose day is past."""

from __future__ import annotations

from flask import Flask

from webapp.domain import deadlines, outbox
from webapp.jobs import unit


def run(app: Flask) -> None:
    with unit(app) as work:
        seen = deadlines.watch(work)
        is_more = seen == deadlines.CHUNK
        outbox.add(work, "deadlines") if is_more else outbox.ensure(work, "deadlines", deadlines.next_morning(work))
