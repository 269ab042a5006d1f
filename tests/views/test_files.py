"""A letter as a file: the stored bytes, as a download, recorded."""

import hashlib

from tests.factories import THREE_PAGES, examined
from webapp.domain import audit, documents, letters


def test_the_signed_file_is_served_as_it_was_signed(page, make, session, work):
    letter = make.signed(number='000.1.5/11"8/ÜM\\2026')
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/file")
    assert hashlib.sha256(page.response.data).hexdigest() == letter.signature.sha256
    assert page.response.headers["Content-Disposition"] == 'attachment; filename="surat-000.1.5-11-8-UM-2026.pdf"'
    assert page.response.headers["X-Content-Type-Options"] == "nosniff"
    session.refresh(letter)
    entry = audit.of_letter(work, letter)[-1]
    assert entry.event == "letter.downloaded" and letter.signature.sha256 in entry.facts


def test_an_unsigned_letter_is_called_a_draft(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/file")
    assert hashlib.sha256(page.response.data).hexdigest() == letter.version.prepared_sha256
    assert 'filename="konsep-' in page.response.headers["Content-Disposition"]


def test_an_old_version_is_still_to_be_had(page, make, session, config):
    letter = make.returned()
    letters.revise(make.person("budi"), letter, examined(THREE_PAGES))
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/versions/1/file")
    assert page.response.data == documents.get(config, letter.versions[0].prepared_sha256)
    page.get(f"/letters/{letter.id}/versions/2/file")
    assert page.response.data == documents.get(config, letter.versions[1].sha256)
    page.get(f"/letters/{letter.id}/versions/3/file", status=404)


def test_a_stranger_gets_no_file(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("rudi").get(f"/letters/{letter.id}/file", status=404)
    page.get(f"/letters/{letter.id}/versions/1/file", status=404)
