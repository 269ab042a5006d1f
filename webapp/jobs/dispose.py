"""Carry out a confirmed disposal: each letter's record in a transaction of its own, then the files.

A kill leaves letters that are disposed of with files still there: the next run removes them.
"""

from __future__ import annotations

from flask import Flask

from webapp.domain import disposals
from webapp.jobs import unit


def run(app: Flask, disposal_id: int) -> None:
    with unit(app, writes=False) as work:
        waiting = disposals.waiting(work, disposal_id)
    for item_id in waiting:
        with unit(app) as work:
            disposals.dispose(work, item_id)
    with unit(app, writes=False) as work:
        removable = disposals.removable(work, disposal_id)
    done = [item_id for item_id, files in removable.items() if disposals.remove(work.config, files, work.now)]
    with unit(app) as work:
        disposals.note_removed(work, disposal_id, done)
