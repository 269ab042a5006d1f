"""Count the months from before figures were kept, one a job."""

from __future__ import annotations

from flask import Flask

from webapp.domain import adoption
from webapp.jobs import unit


def run(app: Flask, after: str = "") -> None:
    with unit(app) as work:
        adoption.catch_up(work, after)
