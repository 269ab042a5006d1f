"""A letter is refused for good, with the reason."""

import pytest

from webapp.models import State


@pytest.fixture
def letter(make, session):
    made = make.submitted()
    session.commit()
    return made


def test_the_reason_reaches_the_drafter(page, letter, session):
    page.log_in("sari").get(f"/letters/{letter.id}/rejection")
    page.post(f"/letters/{letter.id}/rejection", {"reason": "Tanggal rapat <keliru>."})
    assert page.location == f"/letters/{letter.id}"
    page.log_out().log_in("budi").get(f"/letters/{letter.id}")
    assert "Tanggal rapat <keliru>." in page.text
    session.refresh(letter)
    assert letter.state == State.REJECTED


@pytest.mark.parametrize("reason", ["", "  ", "abc", "a" * 1001])
def test_a_reason_is_needed_and_what_was_typed_is_kept(page, letter, reason):
    page.log_in("sari").get(f"/letters/{letter.id}/rejection")
    page.post(f"/letters/{letter.id}/rejection", {"reason": reason}, status=422)
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
