"""Whatever ends the worker: of letters that came together everybody is told once, and of none too few."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.jobs.killing import Killed, kills_each_once, run_killed
from tests.jobs.merged import handed_in, merged
from tests.jobs.test_gatherings import jobs, placed, pushed
from tests.jobs.test_ladder import ago, config, device, mails  # noqa: F401
from tests.jobs.test_mail import drain
from webapp.models import Alert, AlertState, Gathering, Job, Rung


def test_a_worker_that_dies_anywhere_tells_nobody_twice(app, work, device, service, mailbox, monkeypatch):  # noqa: F811
    """Killed at every job, between its last commit and the note that it is done; then each is run once more."""
    past = ago(work, 9 * 60)
    handed_in(past, placed(past))
    work.session.commit()

    asked, killed = None, kills_each_once(monkeypatch)
    while run_killed(app, work):
        if asked is None and (asked := work.session.scalars(select(Gathering)).first()):
            shift(work, asked, timedelta(hours=9))
        work.session.commit()
    assert {"gathering", "push", "mail", "ladder"} <= {work.session.get_one(Job, one).kind for one in killed}
    assert len(work.session.scalars(select(Gathering)).all()) == 1
    assert sorted(subject for _, subject in mails(mailbox)) == [
        "3 surat belum dibuka", "3 surat menunggu tanda tangan Anda",
    ]  # fmt: skip
    assert len([job for job in jobs(work, "mail") if job.args["message"] == "letters_unopened"]) == 1
    assert {note["tag"] for note in pushed(service)} == {"letters-merge-1"}, "a repeat replaces the first on the device"
    sent = [(one.rung, one.channel) for one in work.session.scalars(select(Alert)) if one.state == AlertState.SENT]
    assert sorted(sent) == [(Rung.OWN, "mail"), (Rung.OWN, "push"), (Rung.UNOPENED, "mail")]


def shift(work, gathering, by):
    """As if it had been told of so long ago."""
    gathering.asked_at -= by
    for job in work.session.scalars(select(Job).where(Job.done_at.is_(None))):
        if "asked_at" in job.args:
            job.args = job.args | {"asked_at": gathering.asked_at.isoformat()}
    work.session.commit()


def test_a_merge_that_was_handed_in_halfway_is_told_of_when_it_is_whole(app, work, device, service, monkeypatch):  # noqa: F811
    """The worker dies in the middle; the next one goes on, and one notice tells of all."""
    from webapp.jobs import merge as job

    merge = merged(work, placed(work))
    work.session.commit()
    real, calls = job.merge_runs.hand_in, []

    def dying(*args):
        real(*args)
        calls.append(1)
        if len(calls) == 2:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(job.merge_runs, "hand_in", dying)
        with pytest.raises(Killed):
            job.run(app, merge.id)
    job.run(app, merge.id)
    job.run(app, merge.id)
    drain(app, work)
    assert [note["title"] for note in pushed(service)] == ["Ada 3 surat menunggu"]
