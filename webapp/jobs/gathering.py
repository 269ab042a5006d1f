"""Tell a person of all that came to him together, as soon as nothing more comes."""

from __future__ import annotations

from flask import Flask

from webapp.domain import gatherings
from webapp.domain.gatherings import Key
from webapp.jobs import Later, unit


def run(app: Flask, person_id: int, source: str, mandate_id: int | None = None, is_complete: int = 0) -> None:
    key = Key(person_id, source, mandate_id)
    with unit(app, writes=False) as work:
        at = gatherings.ripe_at(work, key, is_complete=bool(is_complete))
        if at is None:  # another of these jobs has told of it
            return
        if work.now < at:
            raise Later(at)
    with unit(app) as work:
        gatherings.tell(work, key)
