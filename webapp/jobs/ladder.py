"""The last rung of a letter's ladder, or of many: somebody else is told that nobody opened it."""

from __future__ import annotations

from flask import Flask

from webapp.domain import gathered, ladder
from webapp.domain.alerts import Telling
from webapp.jobs import Later, unit


def run(app: Flask, **facts: int | str) -> None:
    telling = Telling.of(facts)
    assert telling is not None
    with unit(app) as work:
        again = (ladder if telling.gathering_id is None else gathered).climb(work, telling)
    if again is not None:
        raise Later(again)
