"""kill -9 at every step of an approval with BSrE: signed once or not at all, found again, and nobody left in doubt
whose letter was never sent."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from tests.bsre_service.service import PASSPHRASE
from tests.faults.phone import Phone
from tests.remote.conftest import config, give_account, service, submitted  # noqa: F401  fixtures of the same office
from webapp import db
from webapp.domain import documents, log, recoveries, remote_signatures, verification
from webapp.domain.verification import Standing
from webapp.domain.work import Work
from webapp.models import Letter, LogLeaf, RemoteSignature, Signature

EVERY = int(os.environ.get("KILL_EVERY", "2"))  # each version takes the steps that the other leaves out
BATCHES = 6  # so that each stays within a test's time on a busy machine too


@pytest.fixture
def prepared(make, work, session, service):  # noqa: F811
    """A letter a step, all waiting for Sari."""
    give_account(work, service)
    return lambda: submitted(make)


def approval(page, app, letter_id):
    page.get(f"/letters/{letter_id}")
    held = {name: page.html.select_one(f"#setujui [name={name}]")["value"] for name in ("digest", "after")}
    path = f"/letters/{letter_id}/remote-signature"
    return Phone(page, app, path, **held, code=page.code_of("sari"), passphrase=PASSPHRASE)


def states(app, letter_id):
    """(letter, attempt or "", whether a file was sent, signatures); what is written down is whole."""
    with db.unit(app.extensions["engine"], writes=False) as own:
        letter = own.get_one(Letter, letter_id)
        work = Work(own, None, letter.updated_at, app.config["TEKEN"])
        attempts = own.scalars(select(RemoteSignature).where(RemoteSignature.letter_id == letter_id)).all()
        signatures = own.scalar(select(func.count(Signature.id)).where(Signature.letter_id == letter_id))
        leaves = own.scalar(select(func.count()).select_from(LogLeaf).where(LogLeaf.letter_id == letter_id))
        assert leaves == signatures <= 1 and sum(attempt.state == "signed" for attempt in attempts) == signatures
        for attempt in attempts:
            if attempt.sent_sha256:
                assert documents.get(work.config, attempt.sent_sha256), "durable before a row names it"
        if signatures:
            sent = next(a.sent_sha256 for a in attempts if a.state == "signed")
            file = documents.get(work.config, letter.signature.sha256)
            assert file.startswith(documents.get(work.config, sent))
            assert verification.look_up(work, letter.code, "127.0.0.1").standing == Standing.GENUINE
            assert log.find_signature(work, letter) is not None
        newest = attempts[-1] if attempts else None
        return str(letter.state), str(newest.state) if newest else "", bool(newest and newest.sent_sha256), signatures


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_killed_at_any_step_it_is_signed_once_and_found_again(app, page, session, prepared, service, batch):  # noqa: F811
    session.commit()
    page.log_in("sari")
    total = count_steps(page, app, session, prepared)
    for fatal in list(range(service.version % EVERY, total, EVERY))[batch::BATCHES]:
        letter_id = new_letter(session, prepared)
        page.clock.tick(400)
        before = len(service.signings)
        if approval(page, app, letter_id).send(fatal) is not None:
            assert fatal >= total - 8, f"step {fatal} of {total} was not reached"
            continue
        was = states(app, letter_id)
        assert was[1] != "" or len(service.signings) == before, "nothing was asked that is not written down"
        assert was[2] or len(service.signings) == before, "nothing was sent that is not kept"
        page.clock.tick(400)
        look_again(app, page, letter_id)
        state, attempt, was_sent, count = states(app, letter_id)
        assert len(service.signings) - before <= 1
        if state != "signed":
            if attempt and not was_sent:
                assert attempt == "refused"
            assert approval(page, app, letter_id).send(None) == 303
            state, _, _, count = states(app, letter_id)
        assert (state, count) == ("signed", 1)


def new_letter(session, prepared):
    letter_id = prepared().id
    session.commit()
    return letter_id


def look_again(app, page, letter_id):
    """What the attempt's own job does, in the clock of the test."""

    def unit(**kind):
        return db.unit(app.extensions["engine"], **kind)

    with unit(writes=False) as own:
        work = Work(own, None, page.clock(), app.config["TEKEN"])
        newest = remote_signatures.latest(work, own.get_one(Letter, letter_id))
        asked = recoveries.look_again(work, newest.id) if newest else None
    if asked is not None:
        ending = recoveries.recover(work.config, asked, app.extensions["bsre"])
        with unit() as own:
            recoveries.note(Work(own, None, page.clock(), work.config), asked.id, ending)


def count_steps(page, app, session, prepared):
    """How many steps an approval has that nobody disturbs."""
    reading, writing = os.pipe()
    letter_id = new_letter(session, prepared)
    assert approval(page, app, letter_id).send(None, writing) == 303
    os.close(writing)
    with os.fdopen(reading) as names:
        found = names.read().splitlines()
    assert states(app, letter_id)[0] == "signed"
    assert "before call" in found and found.count("before fsync") > 4, found
    return len(found)
