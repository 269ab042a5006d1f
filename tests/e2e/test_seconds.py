"""That the budgets of time can be kept: slow 4G, a processor 4 times slower, 360 by 740.

What else runs on this machine makes a visit longer and never shorter: so one of some visits has to keep to the budget.
How long visits take is for `bin/bench web` to say, on a quiet machine.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import ge
from time import monotonic

import pytest

from tests import lighthouse
from tests.e2e.visits import CONTROLLED, approve, be_a_telephone, confirm_and_close, draw_pages, observe, open_letter
from tests.e2e.watch import wait

VISITS = 6
PATIENCE = 60_000  # milliseconds


@pytest.fixture
def visitor(as_person, open_page):
    """visitor("sari"), visitor(): a telephone that has never been here, though somebody may be logged in on it."""

    def opened(login: str = ""):
        page = as_person(login) if login else open_page("phone")
        page.context.set_default_timeout(PATIENCE)
        be_a_telephone(page)
        observe(page.context)
        return page

    return opened


@pytest.fixture
def letter(product, as_person):
    """Three pages, whose pictures are made."""
    number = product.letter(file="edaran.pdf")
    draw_pages(as_person("sari", service_workers="block"), f"{product.url}/letters/{number}")
    return number


def best(measure: Callable[[], float], budget: float) -> list[float]:
    """What was measured, until the budget was kept to; the last is the best."""
    seen: list[float] = []
    while len(seen) < VISITS and (not seen or seen[-1] > budget):
        seen.append(measure())
    return seen


def test_a_letter_is_read_1500_ms_after_the_tap_and_answers_the_hand_within_100(visitor, slow_line, letter):
    answers: list[float] = []

    def visit():
        page = visitor("sari")
        tap = open_letter(page, slow_line.url, letter)
        answers.append(confirm_and_close(page))
        page.context.close()
        return max(tap / 1500, answers[-1] / 100)

    shares = best(visit, 1)
    assert shares[-1] <= 1, f"of the budgets: {shares}; answers: {answers} ms"
    assert all(answers), "a hand was on the page"


def test_a_stranger_reads_the_answer_within_a_second(visitor, slow_line, product):
    path = product.verification_url(product.letter("signed")).removeprefix(product.url)

    def visit():
        page = visitor()
        page.goto(slow_line.url + path)
        page.wait_for_load_state("networkidle")
        seen = page.evaluate("vitals.lcp")
        page.context.close()
        return seen

    seen = best(visit, 1000)
    assert 0 < seen[-1] <= 1000, f"{seen} ms"


def test_from_the_notification_to_signed_in_ten_seconds(visitor, slow_line, product, letter):
    page = visitor("sari")
    page.goto(f"{slow_line.url}/letters?box=waiting")
    wait(page, CONTROLLED, 60)
    code, began = product.code_of("sari"), monotonic()
    approve(page, f"{slow_line.url}/letters/{letter}", code)
    spent = monotonic() - began
    assert product.times_signed(letter) == 1 and spent <= 10, f"{spent:.1f} s"


def scores(found):
    return found["performance"], found["accessibility"], found["best-practices"]


@pytest.mark.parametrize("name", ["log-in", "verification", "list", "letter"])
def test_lighthouse_gives_98_for_performance_and_100_for_all_else(name, product, as_person, letter):
    own = {"list": "/letters?box=waiting", "letter": f"/letters/{letter}"}
    public = {"log-in": "/login"}
    if name == "verification":
        public[name] = product.verification_url(product.letter("signed")).removeprefix(product.url)
    cookies = as_person("sari").context.cookies() if name in own else []
    sent = "; ".join(f"{one['name']}={one['value']}" for one in cookies)
    seen, wanted = [], (98, 100, 100)
    while len(seen) < VISITS and not (seen and all(map(ge, scores(seen[-1]), wanted))):
        found = lighthouse.run(product.url + (own | public)[name], sent)
        if found is None:
            pytest.skip("Lighthouse needs node and npm, and npm's registry the first time")
        seen.append(found)  # it gives 0 where it could not look: its browser fails it now and then
    assert all(map(ge, scores(seen[-1]), wanted)), seen
    assert seen[-1]["address"] == (own | public)[name].strip("/").partition("/")[0], "it was led somewhere else"
