"""Withdrawing a signed letter from force."""

from __future__ import annotations

from tests.views.uploads import look_again
from webapp.models import State


def test_the_signer_revokes_with_a_reason(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    page.post(f"/letters/{letter.id}/revocation", {"reason": "Salah tanggal pelaksanaan."})
    look_again(session, letter)
    assert (letter.state, letter.reason) == (State.REVOKED, "Salah tanggal pelaksanaan.")
    assert "Surat dicabut" in page.follow().text


def test_without_a_reason_nothing_happens_and_what_was_typed_is_kept(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    for reason, sentence in (("", "Tuliskan alasannya"), ("ok", "5 sampai 1.000"), ("x" * 1001, "5 sampai 1.000")):
        page.post(f"/letters/{letter.id}/revocation", {"reason": reason}, status=422)
        assert sentence in page.html.find(id="reason-error").get_text()
        assert page.html.find(id="reason").get_text(strip=True) == reason
    look_again(session, letter)
    assert letter.state == State.SIGNED


def test_a_drafter_does_not_revoke(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/revocation", status=403)
    page.get("/settings")
    page.post(f"/letters/{letter.id}/revocation", {"reason": "Mencoba saja."}, status=403)


def test_an_unsigned_letter_is_not_revoked(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation", status=409)
