"""Draw the pages of a letter that waits, so that the official's first tap shows them at once."""

from __future__ import annotations

from flask import Flask

from webapp import db
from webapp.domain import page_images
from webapp.models import Letter, State

AHEAD = 20  # pages; the rest of a long letter is drawn when somebody scrolls there


def run(app: Flask, letter_id: int) -> None:
    with db.unit(app.extensions["engine"], writes=False) as session:
        letter = session.get_one(Letter, letter_id)
        sha256, total = letter.version.prepared_sha256, letter.version.pages
        if letter.state not in (State.IN_REVIEW, State.SUBMITTED) or sha256 is None:
            return
    for number in range(1, min(total, AHEAD) + 1):
        page_images.get(app.config["TEKEN"], sha256, number, total=total)
