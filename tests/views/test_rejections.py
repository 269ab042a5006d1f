"""A letter is refused for good, with the reason."""

import pytest

from tests.authenticator import Phone
from tests.factories import forget_code
from webapp.models import State


@pytest.fixture
def letter(make, session):
    made = make.submitted()
    session.commit()
    return made


def fields(page, letter, **more):
    """The form of the page one is on, filled in."""
    digest = page.get(f"/letters/{letter.id}/rejection").html.select_one("#tolak-digest")["value"]
    return {"digest": digest, "code": page.code_of("sari"), "reason": "Tanggal rapat keliru."} | more


def test_the_reason_reaches_the_drafter(page, letter, session):
    page.log_in("sari")
    page.post(f"/letters/{letter.id}/rejection", fields(page, letter, reason="Tanggal rapat <keliru>."))
    assert page.location == f"/letters/{letter.id}"
    page.log_out().log_in("budi").get(f"/letters/{letter.id}")
    assert "Tanggal rapat <keliru>." in page.text
    session.refresh(letter)
    assert letter.state == State.REJECTED


@pytest.mark.parametrize("reason", ["", "  ", "abc", "a" * 1001])
def test_a_reason_is_needed_and_what_was_typed_is_kept(page, letter, reason):
    page.log_in("sari")
    page.post(f"/letters/{letter.id}/rejection", fields(page, letter, reason=reason), status=422)
    assert page.html.select_one("[role=alert]") and page.html.select_one(".field__error")
    assert page.html.textarea.get_text().strip() == reason.strip()


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize(("login", "status"), [("rudi", 404), ("budi", 403)])
def test_others_cannot(page, letter, login, status, verb):
    page.log_in(login).get("/settings")
    getattr(page, verb)(f"/letters/{letter.id}/rejection", status=status)


@pytest.mark.parametrize("verb", ["get", "post"])
def test_a_signed_letter_says_so(page, make, session, verb):
    letter = make.signed()
    session.commit()
    page.log_in("sari").get("/settings")
    getattr(page, verb)(f"/letters/{letter.id}/rejection", status=409)
    assert "sudah ditandatangani" in page.text


def test_without_the_code_nothing_is_rejected_and_guesses_are_counted(page, letter, session):
    page.log_in("sari")
    for wrong in ("", "000000", "111111", "222222", "333333", "444444"):
        page.post(f"/letters/{letter.id}/rejection", fields(page, letter, code=wrong), status=422)
    assert "Percobaan habis" in page.text
    page.post(f"/letters/{letter.id}/rejection", fields(page, letter), status=429)
    session.refresh(letter)
    assert letter.state == State.SUBMITTED


def test_what_was_changed_since_it_was_read_is_not_rejected(page, letter, session):
    page.log_in("sari")
    sent = fields(page, letter)
    letter.subject = "Sesuatu yang lain"
    session.commit()
    page.post(f"/letters/{letter.id}/rejection", sent, status=409)
    assert "belum ditolak" in page.text


def test_a_passkey_in_place_of_the_code(page, letter, session, work):
    phone = Phone(work)
    phone.register()
    forget_code(work, letter.signer)
    session.commit()
    page.log_in("sari")
    sent = fields(page, letter, reason="Baris satu.\r\nBaris dua.")
    assert "Tolak dengan kunci sandi" in str(page.html)
    path, headers = (
        f"/letters/{letter.id}/rejection",
        {"X-CSRFToken": page.csrf_token(), "Referer": "http://localhost/"},
    )
    asked = page.client.post(f"{path}/challenge", json={k: sent[k] for k in ("digest", "reason")}, headers=headers)
    assert asked.status_code == 200, asked.text
    answer = phone.finger.get(asked.json)
    given = sent | {"nonce": answer.nonce, "assertion": answer.credential, "prf": ""}
    del given["code"]
    page.post(path, given | {"reason": "Alasan yang lain."}, status=422)
    assert "tidak cocok" in page.text and "Alasan yang lain." in page.html.textarea.get_text()
    page.post(path, given).follow()
    page.get(f"/letters/{letter.id}/trail")
    assert "Penolakan disetujui dengan kunci sandi" in page.text
    answered = page.client.get(f"/letters/{letter.id}/evidence.json")
    assert answered.json["action"] == "reject" and answered.json["reason"] == "Baris satu.\nBaris dua."
    assert "attachment" in answered.headers["Content-Disposition"]
    page.log_out().log_in("rudi").get(f"/letters/{letter.id}/evidence.json", status=404)


def test_no_challenge_without_a_reason_or_for_a_stranger(page, letter, session, work):
    phone = Phone(work)
    phone.register()
    forget_code(work, letter.signer)
    session.commit()
    page.log_in("sari")
    sent = fields(page, letter)
    headers = {"X-CSRFToken": page.csrf_token(), "Referer": "http://localhost/", "Accept": "application/json"}
    path = f"/letters/{letter.id}/rejection/challenge"
    for body in ({}, {"digest": sent["digest"]}, {"digest": sent["digest"], "reason": "abc"}):
        assert page.client.post(path, json=body, headers=headers).status_code == 422
    assert page.client.post(path, json=sent).status_code == 409, "no token"
    page.log_out().log_in("rudi").get("/settings")
    headers["X-CSRFToken"] = page.csrf_token()
    assert page.client.post(path, json=sent, headers=headers).status_code == 404
