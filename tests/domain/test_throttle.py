"""Guessing ends soon, also when the guesses race."""

import threading

import pytest

from tests.factories import later
from webapp import db
from webapp.domain import throttle
from webapp.domain.errors import TooMany
from webapp.domain.work import Work


def test_attempts_run_out_and_come_back_with_time(work):
    left = [throttle.spend(work, throttle.CODE, "7") for _ in range(5)]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(TooMany) as refused:
        throttle.spend(work, throttle.CODE, "7")
    assert 0 < refused.value.seconds <= 300
    throttle.spend(work, throttle.CODE, "8")
    assert throttle.spend(later(work, 301), throttle.CODE, "7") == 4


def test_success_gives_back(work):
    for _ in range(20):
        throttle.spend(work, throttle.CODE, "7")
        throttle.refund(work, throttle.CODE, "7")
    throttle.require_left(work, throttle.CODE, "7")


def test_racing_guesses_are_all_counted(app, work, clock, config):
    work.session.commit()
    passed, refused = [], []

    def guess():
        for _ in range(5):
            try:
                with db.unit(app.extensions["engine"]) as session:
                    throttle.spend(Work(session, None, clock(), config), throttle.CODE, "7")
                passed.append(1)
            except TooMany:
                refused.append(1)

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(passed), len(refused)) == (throttle.CODE.limit, 30 - throttle.CODE.limit)
