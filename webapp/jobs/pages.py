"""Draw the pages of a letter that waits, so that the official's first tap shows them at once.

A letter that came back is also compared with what was acted on before.
"""

from __future__ import annotations

from flask import Flask

from webapp.domain import changes, page_images
from webapp.jobs import unit
from webapp.models import Letter, State

AHEAD = 20  # pages; the rest of a long letter is drawn when somebody scrolls there


def run(app: Flask, letter_id: int) -> None:
    with unit(app, writes=False) as work:
        letter = work.session.get_one(Letter, letter_id)
        sha256, total = letter.version.prepared_sha256, letter.version.pages
        if letter.state not in (State.IN_REVIEW, State.SUBMITTED) or sha256 is None:
            return
        pending = changes.pending(work, letter)
    for number in range(1, min(total, AHEAD) + 1):
        page_images.get(app.config["TEKEN"], sha256, number, total=total)
    for before, after in pending:
        changes.make(app.config["TEKEN"], before, after)
