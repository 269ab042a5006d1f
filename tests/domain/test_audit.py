"""The trail holds: whoever changes, drops or adds an entry is found out."""

import threading

import pytest
from sqlalchemy import text

from webapp import db
from webapp.domain import audit
from webapp.domain.audit import Event
from webapp.domain.work import Work


@pytest.fixture
def whole(work, make):
    make.signed()
    work.session.flush()
    assert audit.broken_at(work) is None
    return work


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET facts = '{}' WHERE number = 5",
        "UPDATE audit_entries SET actor_id = NULL WHERE actor_id IS NOT NULL",
        "UPDATE audit_entries SET event = 'letter.read' WHERE number = 3",
        "DELETE FROM audit_entries WHERE number = 4",
        "DELETE FROM audit_entries WHERE number = (SELECT max(number) FROM audit_entries)",
        "UPDATE audit_entries SET previous = sha256 WHERE number = 2",
    ],
)
def test_tampering_is_found(whole, tampering):
    whole.session.execute(text(tampering))
    whole.session.expire_all()
    assert audit.broken_at(whole) is not None


def test_racing_writers_keep_one_chain(app, work, clock, config):
    work.session.commit()

    def write():
        for _ in range(10):
            with db.unit(app.extensions["engine"]) as session:
                audit.record(Work(session, None, clock(), config), Event.LOGGED_OUT)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    work.session.expire_all()
    assert audit.broken_at(work) is None
    assert [e.event for e in audit.latest(work, limit=40)] == [Event.LOGGED_OUT] * 40


def test_a_rolled_back_change_leaves_no_entry(app, work, clock, config):
    before = audit.latest(work, limit=1)[0].number
    work.session.commit()
    with pytest.raises(ZeroDivisionError), db.unit(app.extensions["engine"]) as session:
        audit.record(Work(session, None, clock(), config), Event.LOGGED_OUT)
        raise ZeroDivisionError
    assert audit.latest(work, limit=1)[0].number == before
