"""Attempts are spent before the view runs: guesses that race, or whose request rolls back, are all counted."""

import threading

import pytest

from webapp import db
from webapp.domain import throttle
from webapp.domain.errors import TooMany
from webapp.domain.throttle import Rule
from webapp.domain.work import Work

WRONG = {"email": "sari@solok.example", "password": "not the password"}


def test_wrong_passwords_end_and_the_answer_says_for_how_long(page):
    page.get("/login")
    for _ in range(throttle.PASSWORD.limit):
        page.post("/login", WRONG, status=422)
    page.post("/login", WRONG, status=429)
    assert 0 < int(page.response.headers["Retry-After"]) <= throttle.PASSWORD.window.total_seconds()
    assert "Terlalu banyak percobaan" in page.text


def test_another_spelling_of_the_address_counts_as_the_same(page):
    page.get("/login")
    for email in ("sari@solok.example", " SARI@solok.example", "Sari@Solok.Example ") * 3:
        page.client.post("/login", data=WRONG | {"email": email, "csrf_token": page.csrf_token()})
    page.post("/login", WRONG, status=429)


def test_the_window_passes(page, clock):
    page.get("/login")
    for _ in range(throttle.PASSWORD.limit):
        page.post("/login", WRONG, status=422)
    page.post("/login", WRONG, status=429)
    clock.tick(throttle.PASSWORD.window.total_seconds() + 1)
    page.get("/login").log_in("sari")


def test_success_gives_back_what_it_spent(page):
    for _ in range(throttle.PASSWORD.limit + 2):
        page.log_in("sari").log_out()


def test_racing_guesses_are_all_counted(app, clock, config):
    rule, let_through = Rule("race", 5, throttle.CODE.window), []

    def guess():
        with db.unit(app.extensions["engine"]) as session:
            try:
                throttle.spend(Work(session, None, clock(), config), rule, "sari")
                let_through.append(True)
            except TooMany:
                pass

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(let_through) == rule.limit


def test_one_person_uses_up_nobody_elses_attempts(work):
    rule = Rule("mine", 2, throttle.CODE.window)
    assert [throttle.spend(work, rule, "1"), throttle.spend(work, rule, "1")] == [1, 0]
    with pytest.raises(TooMany):
        throttle.spend(work, rule, "1")
    assert throttle.spend(work, rule, "2") == 1
