"""A process that dies while BSrE signs: the letter is found signed, or is not signed; never signed twice."""

from __future__ import annotations

from tests import people
from tests.remote.conftest import again, asked_and_answered, started
from webapp import db
from webapp.domain import letters, remote_signatures
from webapp.domain.work import Work
from webapp.models import Letter


def test_while_it_is_being_signed_the_page_says_so(app, page, letter, session, now):
    asked = started(app, page, letter)
    page.get(f"/letters/{letter.id}")
    assert "Sedang ditandatangani" in page.text and page.html.select_one("#setujui") is None
    assert now(letter) == ("submitted", "sending", 0)
    page.clock.tick(200)
    page.get(f"/letters/{letter.id}")
    assert "Belum pasti ditandatangani" in page.text
    assert asked.id


def test_killed_after_the_answer_and_before_the_commit_it_is_found_on_disk(app, page, letter, service, now):
    asked = started(app, page, letter)
    asked_and_answered(app, asked)
    assert now(letter) == ("submitted", "sending", 0)
    page.clock.tick(200)
    page.get(f"/letters/{letter.id}")
    assert "Sudah ditandatangani" in page.text
    assert now(letter) == ("signed", "signed", 1) and len(service.signings) == 1


def test_an_answer_after_the_second_approval_is_evidence_only(app, page, letter, service, now):
    asked = started(app, page, letter)
    late = asked_and_answered(app, asked)
    (app.config["TEKEN"].data_dir / "received" / str(asked.id)).unlink()
    page.clock.tick(200)
    page.get(f"/letters/{letter.id}")
    again(page, letter)
    assert now(letter) == ("signed", "signed", 1)
    with db.unit(app.extensions["engine"]) as own:
        remote_signatures.settle(Work(own, None, page.clock(), app.config["TEKEN"]), asked.id, late)
    assert now(letter) == ("signed", "signed", 1)


def test_a_letter_withdrawn_meanwhile_stays_unsigned_and_the_file_is_evidence(app, page, letter, service, now):
    asked = started(app, page, letter)
    ending = asked_and_answered(app, asked)
    with db.unit(app.extensions["engine"]) as own:
        work = Work(own, None, page.clock(), app.config["TEKEN"])
        letters.withdraw(people.as_person(work, people.find(work, "budi")), own.get(Letter, letter.id))
    with db.unit(app.extensions["engine"]) as own:
        remote_signatures.settle(Work(own, None, page.clock(), app.config["TEKEN"]), asked.id, ending)
    assert now(letter) == ("withdrawn", "late", 0)
