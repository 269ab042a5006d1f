"""Another file for a letter."""

from __future__ import annotations

from tests.views import uploads
from tests.views.uploads import look_again
from webapp.models import State


def test_a_returned_letter_gets_a_new_version_and_the_old_is_kept(page, make, session):
    letter = make.returned()
    old = letter.version.sha256
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/versions")
    assert "Tanggalnya keliru." in page.text
    page.post(f"/letters/{letter.id}/versions", {"file": uploads.demo("edaran.pdf")})
    assert page.location == f"/letters/{letter.id}/mark"
    look_again(session, letter)
    assert (letter.state, letter.version_number) == (State.DRAFT, 2)
    assert [version.sha256 for version in letter.versions] == [old, letter.version.sha256]
    assert letter.version.prepared_sha256 is None
    assert "Versi 2 disimpan" in page.follow().text


def test_a_bad_file_is_refused_with_its_sentence(page, make, session):
    letter = make.draft()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/versions")
    page.post(f"/letters/{letter.id}/versions", {"file": uploads.text()}, status=422)
    assert "bukan PDF" in page.text
    look_again(session, letter)
    assert letter.version_number == 1


def test_a_letter_that_waits_is_not_revised(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/versions", status=409)
    assert "Tarik dahulu" in page.text
    page.post(f"/letters/{letter.id}/versions", {"file": uploads.demo()}, status=409)
