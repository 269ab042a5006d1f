"""Make or hand in the letters of a mail-merge, a stretch a job. Whatever ends the worker, no line is made twice."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Flask

from webapp.config import Config
from webapp.domain import letterheads, letters, merge_runs, merges
from webapp.domain.errors import DomainError
from webapp.domain.letterheads import Paper
from webapp.jobs import unit
from webapp.models import Letter, Merge, MergeRow

STRETCH = 120.0  # seconds, far below the lease of a job
CHUNK = 20  # lines whose pages are made at once


@dataclass(frozen=True)
class Run:
    """What one stretch knows: read once, and used where no transaction is open."""

    app: Flask
    merge: Merge
    paper: Paper
    end: float

    @property
    def config(self) -> Config:
        return self.app.config["TEKEN"]

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.end


def run(app: Flask, merge_id: int) -> None:
    with unit(app, writes=False) as work:
        merge = work.session.get(Merge, merge_id)
        if merge is None:  # dropped meanwhile
            return
        now = Run(app, merge, letterheads.of(work, merge.office), time.monotonic() + STRETCH)
        _ = merge.person, merge.signer  # read while they can be
        rows = merges.rows(work, merge)
    if merge.made_at is None and merge.started_at is not None:
        is_over = _make(now, rows)
    elif merge.submitted_at is not None and merge.told_at is None:
        is_over = _hand_in(now, rows)
    else:
        return
    if not is_over:
        with unit(app) as work:
            merges.go_on(work, merge)


def _make(now: Run, rows: list[MergeRow]) -> bool:
    """-> whether nothing is left."""
    for row in rows:
        if now.is_late:
            return False
        if row.letter_id is not None and not row.cause:  # perhaps of a worker that ended before its mark was placed
            _finish(now, row, row.letter_id)
    left = [row for row in rows if merges.is_unmade(row)]
    for start in range(0, len(left), CHUNK):
        if now.is_late:
            return False
        with unit(now.app, writes=False) as work:
            foreseen = merges.foresee(work, work.session.get_one(Merge, now.merge.id), CHUNK)
        lines = list(zip(left[start : start + CHUNK], foreseen, strict=False))
        made = merge_runs.pages(now.config, now.merge, lines, now.paper)
        for line, page in zip(lines, made, strict=True):
            _keep(now, line, page)
    with unit(now.app) as work:
        merges.made(work, work.session.get_one(Merge, now.merge.id))
    return True


def _keep(now: Run, line: tuple[MergeRow, str], page: bytes | str) -> None:
    """One line's letter, or why there is none."""
    row, number = line
    taken = page if isinstance(page, str) else merge_runs.examined(now.config, now.merge, line, page)
    if isinstance(taken, str):
        return _give_up(now, row, taken)
    try:
        with unit(now.app) as work:
            merge, own = work.session.get_one(Merge, now.merge.id), work.session.get_one(MergeRow, row.id)
            if own.letter_id is not None:
                return None
            letter = merge_runs.create(work, merge, own, taken)
            letter_id = letter.id
    except DomainError as error:
        return _give_up(now, row, error.message)
    printed = number if now.merge.pattern_id else letter.number
    return _finish(now, row, letter_id, printed)


def _finish(now: Run, row: MergeRow, letter_id: int, printed: str | None = None) -> None:
    """The page with the number that was given, and the mark on it. printed: the number on the page, None: unknown."""
    with unit(now.app, writes=False) as work:
        letter = work.session.get_one(Letter, letter_id)
        if letter.version.prepared_sha256 is not None:
            return None
    if letter.number != printed:
        line = (row, letter.number)
        (page,) = merge_runs.pages(now.config, now.merge, [line], now.paper)
        taken = page if isinstance(page, str) else merge_runs.examined(now.config, now.merge, line, page)
        if isinstance(taken, str):
            return _give_up(now, row, taken)
        with unit(now.app) as work:
            letter = work.session.get_one(Letter, letter_id)
            letters.rewrite(merges.as_author(work, work.session.get_one(Merge, now.merge.id)), letter, taken)
    mark = merge_runs.place(now.config, letter)
    if mark is None:
        return _give_up(now, row, merge_runs.NO_PLACE)
    with unit(now.app) as work:
        author = merges.as_author(work, work.session.get_one(Merge, now.merge.id))
        letters.place_mark(author, work.session.get_one(Letter, letter_id), mark)
    return None


def _hand_in(now: Run, rows: list[MergeRow]) -> bool:
    for row in rows:
        if now.is_late:
            return False
        with unit(now.app) as work:
            merge, own = work.session.get_one(Merge, now.merge.id), work.session.get_one(MergeRow, row.id)
            merge_runs.hand_in(work, merge, own)
    with unit(now.app) as work:
        merges.told(work, work.session.get_one(Merge, now.merge.id))
    return True


def _give_up(now: Run, row: MergeRow, cause: str) -> None:
    with unit(now.app) as work:
        merges.give_up(work, row, cause)
