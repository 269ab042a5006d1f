"""What changed since somebody acted: known for each person, from the file and the facts that he acted on."""

import os
import time
from datetime import date

import pytest

from signing import differences
from signing.errors import BadDocument
from tests import revisions
from tests.revisions import REVISED, initialled, returned, revised
from webapp.domain import changes, letters, looks, marks, reviews
from webapp.models import Act, Look


def test_who_never_acted_is_told_nothing(work, make):
    letter = revised(make)
    for login in ("budi", "sari", "agus", "rudi", "admin"):
        assert changes.since(make.person(login), letter) is None, login
    assert changes.since(work, letter) is None, "the system acts on nothing"


def test_the_pages_that_differ_are_those_of_the_file_that_was_acted_on(make):
    letter = revised(make)
    for login, act in (("dewi", Act.INITIALLED), ("lina", Act.RETURNED)):
        found = changes.since(make.person(login), letter)
        assert found.look.act == act and found.is_any and found.facts == ()
        difference = changes.make(make.work.config, found.look.sha256, found.after)
        assert changes.numbers(difference) == [2, 3]
        assert [pair.kind for pair in difference.pairs] == ["same", "words", "added", "same"]


def test_after_acting_on_the_new_version_nothing_differs_any_more(make):
    letter = revised(make)
    make.initial(letter, "dewi")
    found = changes.since(make.person("dewi"), letter)
    assert not found.is_any and changes.find(make.work.config, found.look.sha256, found.after).pairs == ()


def test_facts_of_the_form_that_changed(make):
    letter = revised(make, revisions.ORIGINAL, subject="Undangan Rapat Ulang", dated_on=date(2026, 12, 1))
    found = changes.since(make.person("dewi"), letter)
    told = {fact.name: (fact.before, fact.after) for fact in found.facts}
    assert told == {
        "subject": ("Undangan Rapat Koordinasi SPBE", "Undangan Rapat Ulang"), "dated_on": ("2026-11-23", "2026-12-01")
    }  # fmt: skip


def test_another_mark_on_the_same_version_is_a_change(make):
    """The version's row names only its newest prepared file; what was acted on is kept by the look."""
    from signing import Placement

    letter = returned(make)
    make.place(letter, Placement(page=1, x=300, y=600, width=220, height=92))
    found = changes.since(make.person("dewi"), letter)
    assert found.is_any and found.look.version_id == letter.version.id
    difference = changes.make(make.work.config, found.look.sha256, found.after)
    assert {pair.kind for pair in difference.pairs} >= {"looks"} and 1 in changes.numbers(difference)
    assert changes.version_of(make.person("dewi"), letter, found.look.sha256) is letter.version
    for login in ("agus", "budi", "sari"):
        assert changes.version_of(make.person(login), letter, found.look.sha256) is None, login


def test_an_initial_taken_back_was_a_look_all_the_same(make):
    letter = initialled(make)
    reviews.recall(make.person("dewi"), letter)
    letters.withdraw(make.person("budi"), letter)
    revisions.upload(make, letter, REVISED)
    assert changes.since(make.person("dewi"), letter).is_any


def test_a_colleague_who_gave_an_opinion_is_told_too(make, lina):
    letter = make.in_review("dewi")
    reviews.ask(make.person("dewi"), letter, lina.id, "Sudah tepat?")
    assert looks.last(make.person("lina"), letter) is None, "only asked"
    reviews.comment(make.person("lina"), letter, "Menurut saya sudah.")
    assert looks.last(make.person("lina"), letter).act == Act.OPINED


def test_a_look_from_before_there_were_facts(make, work):
    letter = revised(make, subject="Perihal lain")
    for look in work.session.query(Look):
        look.facts = None
    found = changes.since(make.person("dewi"), letter)
    assert found.facts is None and found.is_any


def test_the_comparison_is_made_once_and_a_failure_is_kept_too(make, monkeypatch):
    letter = revised(make)
    found = changes.since(make.person("dewi"), letter)
    pair = (make.work.config, found.look.sha256, found.after)
    assert changes.find(*pair) is None
    made = changes.make(*pair)
    monkeypatch.setattr("signing.compare", lambda *_: pytest.fail("made twice"))
    assert changes.make(*pair) == made == changes.find(*pair)

    def refuse(*_):
        raise BadDocument("too_complex")

    monkeypatch.setattr("signing.compare", refuse)
    assert changes.make(make.work.config, found.after, found.look.sha256) == "too_complex"
    monkeypatch.setattr("signing.compare", lambda *_: pytest.fail("tried again"))
    assert changes.make(make.work.config, found.after, found.look.sha256) == "too_complex"


@pytest.mark.parametrize("left", [b"", b"{", b'{"pairs": 7}', b"[]", b'{"pairs": [{"kind": "same"}], "left_out": 0}'])
def test_a_comparison_that_a_power_cut_left_half_is_made_again(make, left):
    letter = revised(make)
    found = changes.since(make.person("dewi"), letter)
    pair = (make.work.config, found.look.sha256, found.after)
    changes.make(*pair)
    changes._path(*pair).write_bytes(left)
    assert changes.find(*pair) is None
    assert changes.numbers(changes.make(*pair)) == [2, 3]


def test_the_job_that_draws_the_pages_compares_them_ahead(make, app, work):
    from webapp.jobs import pages

    letter = revised(make)
    found = changes.since(make.person("dewi"), letter)
    work.session.commit()
    pages.run(app, letter.id)
    assert changes.numbers(changes.find(work.config, found.look.sha256, found.after)) == [2, 3]


def test_the_look_is_bound_to_what_was_shown(make, work):
    letter = initialled(make)
    look = looks.last(make.person("dewi"), letter)
    assert look.sha256 == letter.version.prepared_sha256 and look.facts["number"] == letter.number
    assert letter.chain[0].digest == marks.digest(letter)


def test_a_hostile_pair_costs_no_more_than_its_allowance(make):
    """Both files say nothing that can be compared quickly: equal words everywhere, on three hundred pages."""
    row = " ".join(["ya"] * 80)
    before, after = (revisions.version(*[[row] * n] * 300) for n in (30, 31))
    used, begun = os.times().children_user, time.monotonic()
    try:
        found = differences.compare(before, after, seconds=6)
        assert not any(pair.kind == "same" for pair in found.pairs)
    except BadDocument as error:
        assert error.code == "too_complex"
    assert os.times().children_user - used < 7 and time.monotonic() - begun < 16
