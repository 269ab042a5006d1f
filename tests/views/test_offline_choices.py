"""Decided on a device, with a choice in it: back to an earlier step, and whom to ask for a second opinion."""

from __future__ import annotations

import uuid

import pytest

from tests.offline import ask, decide
from tests.page import Page
from webapp.domain import chains, letters, marks, reviews
from webapp.models import State, StepKind

REASON, QUESTION = "Periksa dasar hukumnya.", "Apakah anggarannya ada?"


@pytest.fixture
def passed(make, session):
    """Initialled by Dewi and Lina, before Sari."""
    made = make.initial(make.initial(make.in_review("dewi", "lina"), "dewi"), "lina")
    session.commit()
    return made


@pytest.fixture
def sari_reads(page, passed):
    return page.log_in("sari").get(f"/letters/{passed.id}")


def states(session, letter):
    session.expire_all()
    found = [str(step.state) for step in letter.chain]
    session.commit()
    return found


def asked(session, letter):
    session.expire_all()
    found = [(one.person.name, one.question) for one in letter.opinions]
    session.commit()
    return found


def test_the_letter_comes_with_the_choices_that_its_forms_offer(sari_reads, passed, session):
    told = ask(sari_reads, f"/offline/letters/{passed.id}")["choices"]
    for name, path, field in (("return", "return", "to"), ("ask", "opinions/new", "person_id")):
        sari_reads.get(f"/letters/{passed.id}/{path}")
        offered = [int(one["value"]) for one in sari_reads.html.select(f"input[name={field}], [name={field}] option")]
        assert [number for number, _ in told[name]] == offered and len(offered) > 1
        assert all(called in sari_reads.text for _, called in told[name])


def test_who_may_only_answer_is_given_nobody_to_choose(make, page, session):
    letter = make.submitted()
    reviews.ask(make.person("sari"), letter, make.person("dewi").person.id, QUESTION)
    digest = marks.digest(letter)
    session.commit()
    told = ask(page.log_in("dewi").get("/letters"), f"/offline/letters/{letter.id}")
    assert "note" in told["may"] and "ask" not in told["may"] and "ask" not in told["choices"]
    assert decide(page, letter, "note", digest=digest, text="Anggarannya ada.")["outcome"] == "done"
    assert ask(page, f"/offline/letters/{letter.id}") == {"id": None}, "answered, it does not wait for her"


def test_a_letter_goes_back_to_the_step_that_was_chosen_and_once(sari_reads, passed, session):
    sent = {"digest": marks.digest(passed), "text": REASON, "to": passed.chain[1].id, "key": str(uuid.uuid4())}
    session.commit()
    for _ in range(2):
        assert decide(sari_reads, passed, "return", **sent)["outcome"] == "done"
        assert states(session, passed) == ["done", "open", "waiting"]
    other = decide(sari_reads, passed, "return", **sent | {"to": passed.chain[0].id}, status=409)
    assert "refused" in other, "the same key stands for another target"


def test_what_the_page_sent_itself_is_done(sari_reads, passed, session):
    digest, to = marks.digest(passed), passed.chain[0].id
    session.commit()
    sari_reads.post(f"/letters/{passed.id}/return", {"to": str(to), "reason": REASON})
    assert decide(sari_reads, passed, "return", digest=digest, text=REASON, to=to)["outcome"] == "done"
    assert states(session, passed) == ["open", "waiting", "waiting"]


def test_what_the_page_sent_itself_is_not_done_again_to_a_letter_that_came_back(
    sari_reads, passed, make, session, clock
):
    """The queued copy of a form whose answer was lost arrives a day late, and finds the letter before her once more."""
    digest, to = marks.digest(passed), passed.chain[1].id
    session.commit()
    sari_reads.post(f"/letters/{passed.id}/return", {"to": str(to), "reason": REASON})
    session.expire_all()
    clock.tick(86_400)
    make.initial(passed, "lina")
    passed.chain[-1].opened_at = clock()
    session.commit()
    late = {"digest": digest, "text": REASON, "to": to, "age": 86_390_000}
    assert decide(sari_reads, passed, "return", **late)["outcome"] == "done"
    assert states(session, passed) == ["done", "done", "open"], "it went back for a reason that was seen to"
    clock.tick(60)
    assert decide(sari_reads, passed, "return", **late | {"age": 30_000})["outcome"] == "done"
    assert states(session, passed) == ["done", "open", "waiting"], "for the same reason once more, decided now"


def test_a_letter_that_came_back_unchanged_still_knows_the_person_that_was_chosen(sari_reads, passed, make, session):
    """The device keeps what it has as long as the digest stays; the steps of the new round have other numbers."""
    chosen, digest = passed.chain[1].id, marks.digest(passed)
    letters.send_back(make.person("sari"), passed, REASON, to=passed.chain[0].id)
    make.initial(make.initial(passed, "dewi"), "lina")
    assert marks.digest(passed) == digest and chosen not in {step.id for step in passed.chain}
    session.commit()
    assert decide(sari_reads, passed, "return", digest=digest, text="Sekali lagi.", to=chosen)["outcome"] == "done"
    assert states(session, passed) == ["done", "open", "waiting"]


def test_a_step_that_is_not_there_any_more_is_no_target(page, make, session):
    letter = make.initial(make.in_review("dewi"), "dewi")
    gone, digest = letter.chain[0].id, marks.digest(letter)
    letters.send_back(make.person("sari"), letter, REASON, to=gone)
    reviews.reassign(make.person("admin"), letter, letter.chain[0].id, make.person("lina").person.id, "Sedang cuti.")
    make.initial(letter, "lina")
    assert (letter.state, marks.digest(letter)) == (State.SUBMITTED, digest)
    foreign = make.in_review("lina").chain[0].id
    session.commit()
    page.log_in("sari").get("/letters")
    for wrong in (gone, foreign, 10**8):
        told = decide(page, letter, "return", digest=digest, text=REASON, to=wrong, status=409)
        assert "tidak dapat lagi dituju" in told["refused"] and told["notice"]["url"] == "/offline"
    session.expire_all()
    assert letter.state == State.SUBMITTED


def test_once_somebody_signed_it_goes_back_to_the_drafter_only(page, make, session):
    letter = make.cosigned("sari", "hadi")
    reviewer = chains.Planned(make.person("dewi").person.id, StepKind.HIERARCHY)
    chains.arrange(make.person("budi"), letter, [reviewer])
    letters.submit(make.person("budi"), letter)
    assert len(letters.earlier_steps(make.person("sari"), make.initial(letter, "dewi"))) == 1
    make.sign(letter)
    before, digest = letter.chain[0], marks.digest(letter)
    session.commit()
    page.log_in("hadi").get("/letters")
    told = ask(page, f"/offline/letters/{letter.id}")
    assert [number for number, _ in told["choices"]["return"]] == [0]
    assert "refused" in decide(page, letter, "return", digest=digest, text=REASON, to=before.id, status=409)


def test_a_colleague_is_asked_and_once(sari_reads, passed, session):
    budi = passed.drafter
    sent = {"digest": marks.digest(passed), "text": QUESTION, "to": budi.id, "key": str(uuid.uuid4())}
    name = budi.name
    session.commit()
    for _ in range(2):
        assert decide(sari_reads, passed, "ask", **sent)["outcome"] == "done"
        assert asked(session, passed) == [(name, QUESTION)]
    assert decide(sari_reads, passed, "ask", **sent | {"key": str(uuid.uuid4())})["outcome"] == "done", "by the page"
    again = sent | {"key": str(uuid.uuid4()), "text": "Lalu lampirannya?"}
    assert "tidak dapat dimintai" in decide(sari_reads, passed, "ask", **again, status=409)["refused"]
    assert asked(session, passed) == [(name, QUESTION)]


def test_nobody_from_elsewhere_is_asked_and_nobody_else_asks(app, clock, sari_reads, passed, make, session):
    digest, rudi, budi = marks.digest(passed), make.person("rudi").person.id, passed.drafter.id
    session.commit()
    for wrong in (rudi, 0, 10**8):
        told = decide(sari_reads, passed, "ask", digest=digest, text=QUESTION, to=wrong, status=409)
        assert "tidak dapat dimintai" in told["refused"]
    stranger = Page(app, clock).log_in("rudi").get("/settings")
    decide(stranger, passed, "ask", digest=digest, text=QUESTION, to=budi, status=409)
    colleague = Page(app, clock).log_in("dewi").get("/letters")
    decide(colleague, passed, "ask", digest=digest, text=QUESTION, to=budi, status=409)
    decide(sari_reads, passed, "ask", digest="0" * 64, text=QUESTION, to=budi, status=409)
    assert asked(session, passed) == []


def test_a_deputy_whose_mandate_ended_asks_and_returns_nothing(page, make, session, clock):
    make.mandate("hadi", days=2)
    letter = make.take_over(make.initial(make.in_review("dewi"), "dewi"))
    digest, to, budi = marks.digest(letter), letter.chain[0].id, letter.drafter.id
    session.commit()
    clock.tick(3 * 86_400)
    page.log_in("hadi").get("/settings")
    for kind, target in (("return", to), ("ask", budi)):
        told = decide(page, letter, kind, digest=digest, text=REASON, to=target, status=409)
        assert "pejabat pengganti" in told["refused"]
    assert states(session, letter) == ["done", "open"] and asked(session, letter) == []
