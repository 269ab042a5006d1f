"""Submitting a letter to its signer."""

from __future__ import annotations

from tests.views.uploads import look_again
from webapp.models import State


def test_a_previewed_letter_is_submitted(page, make, session):
    letter = make.placed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/preview")
    page.post(f"/letters/{letter.id}/submission", {"digest": page.html.find("input", {"name": "digest"})["value"]})
    assert page.location == f"/letters/{letter.id}"
    assert "diajukan kepada Sekretaris Daerah" in page.follow().text
    look_again(session, letter)
    assert letter.state == State.SUBMITTED


def test_what_changed_after_the_preview_is_not_submitted(page, make, session):
    letter = make.placed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/preview")
    seen = page.html.find("input", {"name": "digest"})["value"]
    letter.subject = "Diubah rekan sementara itu"
    session.commit()
    page.post(f"/letters/{letter.id}/submission", {"digest": seen}, status=409)
    assert "sudah berubah" in page.text
    look_again(session, letter)
    assert letter.state == State.DRAFT


def test_a_letter_without_mark_is_not_submitted(page, make, session):
    letter = make.draft()
    session.commit()
    page.log_in("budi").get("/settings")
    page.post(f"/letters/{letter.id}/submission", status=422)
    assert "Letakkan dahulu tanda tangan" in page.text


def test_a_second_tap_is_told_that_it_waits_already(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("budi").get("/settings")
    page.post(f"/letters/{letter.id}/submission", status=409)
    assert "sedang menunggu tanda tangan" in page.text


def test_strangers_and_signers_do_not_submit(page, make, session):
    letter = make.placed()
    session.commit()
    page.log_in("rudi").get("/settings")
    page.post(f"/letters/{letter.id}/submission", status=404)


def test_a_form_without_token_is_refused(page, make, session):
    letter = make.placed()
    session.commit()
    page.log_in("budi").get("/settings")
    page.post(f"/letters/{letter.id}/submission", {"csrf_token": "forged"}, status=409)
