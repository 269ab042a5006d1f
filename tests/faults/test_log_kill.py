"""kill -9 in the middle of an append: the tree is the one of before or the one after, and it goes on."""

from __future__ import annotations

import os
import signal

import pytest
import sqlalchemy.event
from sqlalchemy import select

from tests.domain.test_log import require_whole
from webapp import db
from webapp.domain import log
from webapp.domain.work import Work
from webapp.models import Letter, LogLeaf

STEPS = 12  # before each statement, the commit, and after


def append_and_die(config, clock, letter_id, fatal):
    """In a forked process with its own connection: one append, killed at the n-th step; its number of steps else."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    engine, steps = db.make_engine(config.database_url), [0]

    def step(*_):
        if steps[0] == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        steps[0] += 1

    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        sqlalchemy.event.listen(engine, name, step)
    try:
        with db.unit(engine) as session:
            log.append(Work(session, None, clock(), config), "revocation", session.get_one(Letter, letter_id))
        step()
        os._exit(0)
    finally:
        os._exit(1)


@pytest.mark.parametrize("batch", range(2))
def test_an_append_is_whole_or_nothing(app, work, make, clock, config, batch):
    letter_id = make.signed().id
    work.session.commit()
    for fatal in range(batch, 4 * STEPS, 2):
        before = work.session.scalars(select(LogLeaf.index).order_by(LogLeaf.index.desc())).first()
        work.session.commit()
        code = append_and_die(config, clock, letter_id, fatal)
        work.session.expire_all()
        size = require_whole(work).size
        work.session.commit()
        assert code in (0, -signal.SIGKILL) and size in (before + 1, before + 2)
        if code == 0:
            assert size == before + 2
            return
    pytest.fail("it never got through")
