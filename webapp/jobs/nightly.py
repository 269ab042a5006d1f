"""Each night: signed letters judged anew, a chunk a job; ageing time-stamps renewed; ending certificates told of;
the figures of the adoption board counted; what may be disposed of listed; what is old and needless erased."""

from __future__ import annotations

from flask import Flask

from webapp.domain import (
    adoption,
    archives,
    contents,
    disposals,
    expiries,
    idempotency,
    imports,
    merges,
    outbox,
    practice,
    transfers,
    webhooks,
)
from webapp.jobs import unit


def run(app: Flask, after_id: int = 0, good: int = 0, failing: str = "") -> None:
    with unit(app, writes=False) as work:
        holding, broken = archives.check(work, after_id)
    seen, found = [*holding, *broken], [*map(int, failing.split()), *broken]
    with unit(app) as work:
        archives.request_due(work, seen)
        if len(seen) == archives.CHUNK:
            told = " ".join(map(str, found[:50]))
            outbox.add(work, "nightly", after_id=max(seen), good=good + len(holding), failing=told)
            return
        expiries.warn(work)
        imports.forget_old(work)
        idempotency.forget_old(work)
        webhooks.forget_old(work)
        practice.record_all(work)
        templates = merges.forget_old(work)
        archives.note_check(work, good + len(holding), found)
        outbox.ensure(work, "nightly", archives.next_night(work))
    with unit(app, writes=False) as work:
        figures = adoption.due(work)
        unneeded = templates - contents.needed(work, templates)
    disposals.remove(work.config, sorted(unneeded), work.now)
    transfers.forget_old(work.config, work.now)
    with unit(app) as work:
        adoption.keep(work, figures)
        disposals.propose(work)
