"""The drill with forged letters: made as a forger would, judged by the server alone, a new one each time."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from signing import seal
from tests.scanner import codes
from webapp.domain import drills, practice, practice_keys, practice_letters
from webapp.domain.drills import Kind
from webapp.domain.errors import Conflict, Invalid, NotFound
from webapp.models import AuditEntry, Part


@pytest.fixture
def me(make):
    made = make.person("sari")
    practice.require(made, Part.CHECKER)
    return made


@pytest.fixture
def drill(me):
    return drills.begin(me, drills.compose(me))


def right(drill):
    return [paper["kind"] for paper in drill.papers]


def test_each_paper_is_forged_in_its_own_way_and_another_reader_finds_it_so(me, drill):
    """The codes are read from the pictures by zxing-cpp; what the phone is said to show is what they say."""
    assert sorted(right(drill)) == sorted(Kind)
    for place, paper in enumerate(drill.papers):
        picture = Image.open(BytesIO(drills.picture(me, drill, place))).convert("L")
        (code,) = codes(picture.resize((picture.width * 2, picture.height * 2)))
        found, told = seal.read(code.text), dict(paper["told"])
        assert found.claim.number == told["number"]
        assert told["subject"].startswith(found.claim.subject.removesuffix("…"))  # what does not fit is cut
        assert practice_letters.shown(found.claim.dated_on) == told["date"]
        assert found.key_id.hex() in practice_keys.seal_key_ids(me)  # so every real reader refuses it by name
        host = code.text.partition("//")[2].partition("/")[0].lower()
        assert paper["address"].startswith(f"https://{host}/v/")
        assert (host == me.config.host) == (paper["kind"] != Kind.LOOKALIKE)


def test_the_forgeries_differ_from_what_is_printed_where_they_say(me):
    printed = practice_letters.invent(me, 0)
    for _ in range(20):
        sealed = drills._altered(printed)
        assert sealed.subject == printed.subject
        assert (sealed.number != printed.number) != (sealed.dated_on != printed.dated_on)  # one of the two
    assert practice_letters.invent(me, 0).subject != practice_letters.invent(me, 1).subject


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("teken.solok.example", "teken-solok.example"),
        ("teken.solok.example:8443", "teken-solok.example"),
        ("localhost:5000", "localhost-periksa.example"),
    ],
)
def test_the_look_alike_is_near_the_offices_address_and_never_it(host, expected):
    config = type("Config", (), {"host": host})()
    assert drills.lookalike(config) == expected != host


def test_it_is_passed_when_all_are_right_and_every_attempt_is_kept(work, me, sari, drill):
    wrong = ["genuine"] * 4
    drills.answer(me, drill, wrong)
    assert drill.passed_at is None and drills.passed_at(me, sari) is None
    with pytest.raises(Conflict):
        drills.answer(me, drill, right(drill))  # once
    second = drills.begin(me, drill.papers)
    drills.answer(me, second, right(second))
    assert drills.passed_at(me, sari) == me.now and practice.done(me, sari)["drill"] == me.now
    assert [one.id for one in drills.attempts(me, sari)] == [second.id, drill.id]
    answered = select(AuditEntry.facts).where(AuditEntry.event == "practice.drill_answered")
    told = work.session.scalars(answered.order_by(AuditEntry.number)).all()
    assert ['"right":1' in told[0], '"right":4' in told[1]] == [True, True]


@pytest.mark.parametrize(
    "answers", [[], ["genuine"] * 3, ["genuine"] * 5, ["genuine", "genuine", "genuine", "nonsense"]]
)
def test_answers_that_are_none_are_refused_and_cost_no_attempt(me, drill, answers):
    with pytest.raises(Invalid):
        drills.answer(me, drill, answers)
    assert drill.answered_at is None


def test_anothers_drill_is_not_found(make, me, drill):
    with pytest.raises(NotFound):
        drills.get(make.person("hadi"), drill.id)
    with pytest.raises(NotFound):
        drills.picture(me, drill, 4)
