"""Saying that another letter takes this one's place."""

from __future__ import annotations

from tests.views.uploads import look_again
from webapp.models import State


def test_a_signed_letter_is_replaced_by_another_signed_one(page, make, session):
    letter, successor = make.signed(), make.signed()
    number, successor_id, path = successor.number, successor.id, f"/letters/{letter.id}/replacement"
    session.commit()
    page.log_in("budi").get(path)
    page.post(path, {"number": f" {number} ", "reason": "Jadwal berubah."})
    look_again(session, letter)
    assert (letter.state, letter.replaced_by_id) == (State.REPLACED, successor_id)
    assert number in page.follow().text


def test_an_unknown_or_unsigned_successor_is_refused_at_its_field(page, make, session):
    letter, waiting = make.signed(), make.submitted()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/replacement")
    for number in ("999/TIDAK/ADA", waiting.number, letter.number):
        sent = {"number": number, "reason": "Jadwal berubah."}
        page.post(f"/letters/{letter.id}/replacement", sent, status=422)
        assert "belum ada atau belum ditandatangani" in page.html.find(id="number-error").get_text()
        assert page.html.find(id="reason").get_text(strip=True) == "Jadwal berubah."
    look_again(session, letter)
    assert (letter.state, letter.replaced_by_id) == (State.SIGNED, None)


def test_both_fields_are_asked_for(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/replacement")
    page.post(f"/letters/{letter.id}/replacement", status=422)
    assert page.html.find(id="number-error")
    assert page.html.find(id="reason-error")


def test_a_draft_is_not_replaced(page, make, session):
    letter = make.draft()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/replacement", status=409)
