"""A mandate begins or ends: the deputy hears what waits, or the letters that he did not sign go back."""

from __future__ import annotations

from flask import Flask

from webapp.domain import delegations
from webapp.jobs import unit


def run(app: Flask, mandate_id: int) -> None:
    with unit(app) as work:
        delegations.follow(work, mandate_id)
