"""Bring letters from before the index into it, a chunk a job. Their text is read with no transaction open."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask

from signing.errors import BadDocument
from webapp.domain import indexing
from webapp.domain.errors import NotFound
from webapp.jobs import unit


def run(app: Flask, after_id: int = 0) -> None:
    with unit(app, writes=False) as work:
        chunk = indexing.catch_up(work, after_id)
    for letter_id, sha256, text_sha256 in chunk:
        text = ""
        if text_sha256 is None:
            with suppress(BadDocument, NotFound):  # what cannot be read any more is found by its facts
                text = indexing.read(work, sha256)
        with unit(app) as work:
            indexing.keep(work, letter_id, sha256, text)
    if len(chunk) == indexing.CHUNK:
        with unit(app) as work:
            indexing.go_on(work, chunk[-1][0])
