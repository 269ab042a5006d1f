"""Paraf, recall, return to an earlier step and second opinions, as people do them in their browsers."""

import pytest

from webapp.models import Confidentiality, State, StepState


@pytest.fixture
def letter(make, session):
    made = make.in_review("dewi", "lina")
    session.commit()
    return made


def digest_on(page):
    return page.html.select_one("#paraf [name=digest]")["value"]


def test_a_reviewer_sees_what_is_asked_and_initials_with_one_tap(page, letter, session):
    page.log_in("dewi").get("/letters")
    assert page.h1 == "Menunggu paraf Anda" and letter.subject in page.text and "Menunggu paraf" in page.text
    page.get(f"/letters/{letter.id}")
    assert "Diminta: Paraf hierarki" in page.text
    assert page.html.select_one(".actions button[form=paraf]"), "the button is not at the thumb"
    page.post(f"/letters/{letter.id}/initial", {"digest": digest_on(page), "note": "Sudah <sesuai>."})
    page.follow()
    assert "sudah Anda paraf" in page.text and "Tarik paraf saya" in page.text and "Sudah <sesuai>." in page.text
    session.expire_all()
    assert [step.state for step in letter.chain] == ["done", "open", "waiting"]
    page.get("/letters?box=waiting")
    assert letter.subject not in page.text


def test_a_paraf_asks_for_no_code(page, letter):
    page.log_in("dewi").get(f"/letters/{letter.id}")
    assert not page.html.select("[name=code]")


@pytest.mark.parametrize("digest", ["", "x", "0" * 64])
def test_what_was_not_shown_is_not_initialled(page, letter, session, digest):
    page.log_in("dewi").get(f"/letters/{letter.id}")
    page.post(f"/letters/{letter.id}/initial", {"digest": digest}, status=409 if len(digest) == 64 else 422)
    session.expire_all()
    assert letter.chain[0].state == StepState.OPEN


@pytest.mark.parametrize(
    ("login", "status"), [("budi", 403), ("lina", 403), ("sari", 404), ("rudi", 404), ("admin", 404), ("agus", 403)]
)
def test_nobody_else_initials_recalls_or_returns(page, letter, session, login, status):
    page.log_in(login).get("/settings")
    for what, sent in (
        ("initial", {"digest": "0" * 64}), ("initial/recall", {}), ("return", {"reason": "Kembalikan.", "to": "0"}),
    ):  # fmt: skip
        page.post(f"/letters/{letter.id}/{what}", sent, status=status)
    session.expire_all()
    assert [step.state for step in letter.chain] == ["open", "waiting", "waiting"]


def test_a_form_without_token_initials_nothing(page, letter, session):
    page.log_in("dewi").get(f"/letters/{letter.id}")
    page.post(f"/letters/{letter.id}/initial", {"digest": digest_on(page), "csrf_token": "forged"}, status=409)
    session.expire_all()
    assert letter.chain[0].state == StepState.OPEN


def test_an_initial_is_taken_back(page, make, letter, session):
    make.initial(letter, "dewi")
    session.commit()
    page.log_in("dewi").get(f"/letters/{letter.id}")
    page.post(f"/letters/{letter.id}/initial/recall")
    assert "menunggu Anda lagi" in page.follow().text
    session.expire_all()
    assert [step.state for step in letter.chain] == ["open", "waiting", "waiting"]


def test_it_is_returned_to_an_earlier_step_with_the_reason_shown_there(page, make, letter, session):
    make.initial(letter, "dewi")
    session.commit()
    page.log_in("lina").get(f"/letters/{letter.id}/return")
    choices = {field["value"] for field in page.html.select("[name=to]")}
    assert choices == {"0", str(letter.chain[0].id)}
    page.post(f"/letters/{letter.id}/return", {"reason": "Nama <salah>.", "to": "999999"}, status=422)
    page.post(f"/letters/{letter.id}/return", {"reason": "Nama <salah>.", "to": str(letter.chain[0].id)})
    page.log_out().log_in("dewi").get(f"/letters/{letter.id}")
    assert "Dikembalikan oleh Lina Contoh" in page.text and "Nama <salah>." in page.text
    session.expire_all()
    assert letter.state == State.IN_REVIEW


def test_a_colleague_is_asked_and_answers_once(page, lina, letter, session):
    page.log_in("dewi").get(f"/letters/{letter.id}/opinions/new")
    page.post(f"/letters/{letter.id}/opinions/new", {"person_id": str(lina.id), "question": "Sesuai?"})
    assert "tetap menunggu Anda" in page.follow().text
    page.log_out().log_in("lina").get(f"/letters/{letter.id}")
    page.post(f"/letters/{letter.id}/opinions/answer", {"note": "ya"}, status=422)
    page.post(f"/letters/{letter.id}/opinions/answer", {"note": "Sesuai, pasal 4."})
    page.follow()
    assert "Sesuai, pasal 4." in page.text and not page.html.select("#pendapat")
    page.post(f"/letters/{letter.id}/opinions/answer", {"note": "Satu lagi."}, status=409)
    session.expire_all()
    assert letter.chain[0].state == StepState.OPEN, "the step stays where it is"


def test_a_secret_letter_is_read_from_the_moment_its_step_opens(page, make, session):
    secret = make.in_review("dewi", "lina", confidentiality=Confidentiality.SECRET)
    session.commit()
    page.log_in("lina").get(f"/letters/{secret.id}", status=404)
    make.initial(secret, "dewi")
    session.commit()
    page.get(f"/letters/{secret.id}")
    page.get(f"/letters/{secret.id}/opinions/new")
    assert "tidak dapat diminta" in page.text and not page.html.select("[name=person_id]")
