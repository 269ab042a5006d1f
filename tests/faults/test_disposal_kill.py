"""kill -9 of the worker at many steps of a disposal: a letter is there with all its files, or its record is."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from tests import people
from tests.faults.steps import Steps
from webapp import db, jobs
from webapp.domain import audit, disposals, documents, retention
from webapp.domain.retention import Line
from webapp.domain.work import Work
from webapp.models import Disposal, DisposalState, Fate, Letter, Membership, Role

LETTERS = 6
FIRST, FURTHER = 15, 6  # observable steps: of the worker's first life, and of each one more than of that before
MOST = 80


def life(app, disposal_id, fatal):
    """One worker's life on this job. -> whether it was killed."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            app.extensions["engine"].dispose(close=False)
            steps = Steps(fatal)
            steps.lay_over(app)
            steps.around(os, "unlink")
            steps.is_counting = True
            jobs.run(app, "dispose", {"disposal_id": disposal_id})
            code = 0
        finally:
            os._exit(code)
    _, how = os.waitpid(pid, 0)
    if os.WIFSIGNALED(how):
        assert os.WTERMSIG(how) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(how) == 0
    return False


def look(app, config, ids):
    with db.unit(app.extensions["engine"], writes=False) as session:
        work = Work(session, None, datetime.now(UTC), config)
        assert audit.broken_at(work) is None
        for letter in session.scalars(select(Letter).where(Letter.id.in_(ids))):
            events = [entry.event for entry in audit.of_letter(work, letter)]
            assert events.count("letter.disposed") == (letter.disposed_at is not None)
            if letter.disposed_at is None:
                assert documents.get(config, letter.signature.sha256) and letter.addressee
            else:
                assert disposals.record_of(work, letter) is not None and not letter.addressee


def test_killed_at_any_step_it_ends_all_the_same(app, work, make, admin, config, monkeypatch):
    monkeypatch.setattr(disposals, "SETTLED", -timedelta(days=1))  # the files are of this minute
    made = [make.signed(dated_on=date(2001, 1, 1 + n)) for n in range(LETTERS)]
    ids, files = [one.id for one in made], [one.signature.sha256 for one in made]
    lina = people.find(work, "lina")
    lina.memberships[:] = [Membership(office=admin.memberships[0].office, role=Role.ADMINISTRATOR)]
    first, second = people.as_person(work, admin), people.as_person(work, lina)
    retention.set_rule(first, made[0].office, Line("", 2, 3, Fate.DESTROY, "x"))
    disposals.propose(replace(work, actor=None))
    disposal = work.session.scalars(select(Disposal)).one()
    shown = disposals.digest(disposal)
    disposals.approve(first, disposal, decree="BA/1", decree_on=date(2026, 1, 1), shown=shown,
                      code=people.code_of(work, admin))  # fmt: skip
    disposals.confirm(second, disposal, shown=shown, code=people.code_of(work, lina))
    disposal_id = disposal.id
    work.session.commit()
    kills = 0
    while life(app, disposal_id, FIRST + FURTHER * kills):
        kills += 1
        look(app, config, ids)
        assert kills < MOST, "it never ends"
    assert kills >= 10
    look(app, config, ids)
    with db.unit(app.extensions["engine"], writes=False) as session:
        assert session.get(Disposal, disposal_id).state == DisposalState.DONE
        assert not any(documents.path(config, sha256).exists() for sha256 in files)
    left = [path.name for path in (config.data_dir / "documents").rglob("*.removed")]
    assert left == []
