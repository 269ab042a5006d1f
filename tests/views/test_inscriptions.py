"""A drafter uploads a page with tags: what he previews, and the official signs, names the number that was given."""

import subprocess

import pytest

from tests import people as world
from tests import tagged
from tests.signing.office import PLACE, signed
from tests.views import uploads
from tests.views.test_numbers import PATTERN
from tests.views.uploads import look_again, only_letter
from webapp.domain import documents, number_patterns
from webapp.models import Office

MARK = {"page": "1", "x_mm": "110", "y_mm": "170"}


@pytest.fixture
def pattern(work, admin):
    office = work.session.query(Office).filter_by(code="SETDA").one()
    made = number_patterns.create(world.as_person(work, admin), office, name="Surat dinas", pattern=PATTERN)
    work.session.commit()
    return made.id


@pytest.fixture
def facts(sari, session):
    return uploads.facts_for(sari, session) | {"dated_on": "2026-11-23"}


def stored(work, sha256):
    return tagged.text(documents.get(work.config, sha256))


def test_from_upload_to_signature(page, facts, session, work, make, pattern, tmp_path):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"number": "", "numbering": pattern, "file": tagged.upload()})
    assert "Ditulis di halaman, di tempat tagnya: 000.1.5/001/UM-2026, 23 November 2026." in page.follow().text
    letter = only_letter(session)
    page.post(f"/letters/{letter.id}/mark", MARK)
    preview = page.follow()
    assert "Nomor dan tanggal ditulis di halaman" in preview.text
    assert "belum ditulis" not in preview.text and "tidak ditemukan di halaman" not in preview.text
    upload = page.client.get(f"/letters/{letter.id}/versions/1/original")
    assert upload.data == tagged.page()
    look_again(session, letter)
    _ = letter.version
    assert "Nomor : 000.1.5/001/UM-2026" in stored(work, letter.version.prepared_sha256)
    form = page.get(f"/letters/{letter.id}/preview").html.find(id="ajukan")
    page.post(form["action"], {one["name"]: one["value"] for one in form.select("input[name]")})
    look_again(session, letter)
    make.sign(letter)
    final = documents.get(work.config, letter.signature.sha256)
    assert "000.1.5/001/UM-2026" in tagged.text(final) and "${" not in tagged.text(final)
    (tmp_path / "signed.pdf").write_bytes(final)
    judged = subprocess.run(["pdfsig", "-no-ocsp", tmp_path / "signed.pdf"], capture_output=True, text=True).stdout
    assert "Signature is Valid" in judged and "Total document signed" in judged


def test_a_changed_date_moves_no_mark_and_a_returned_number_shows_the_tag_again(page, facts, session, work):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"file": tagged.upload()})
    letter = only_letter(session)
    page.get(f"/letters/{letter.id}/mark").post(f"/letters/{letter.id}/mark", MARK)
    look_again(session, letter)
    before = dict(letter.version.placement)
    session.commit()
    page.get(f"/letters/{letter.id}/edit")
    page.post(f"/letters/{letter.id}/edit", facts | {"dated_on": "2026-12-01"})
    assert page.location == f"/letters/{letter.id}/preview"
    look_again(session, letter)
    assert letter.version.placement == before
    shown = stored(work, letter.version.prepared_sha256)
    assert "1 Desember 2026" in shown and "23 November 2026" not in shown
    session.commit()
    path = f"/letters/{letter.id}/number/return"
    page.get(f"/letters/{letter.id}/number").post(path, {"reason": "Surat tidak jadi dibuat."})
    look_again(session, letter)
    assert tagged.NUMBER in stored(work, letter.version.sha256)
    session.commit()


def test_what_cannot_be_written_is_said_and_holds_the_letter_back(page, facts, session):
    page.log_in("budi").get("/letters/new")
    long = facts | {"number": "B-400.3.12/1234/Disdikbud-PAUD-dan-Dikmas-Kabupaten-Contoh/UM/XI/2026"}
    page.post("/letters/new", long | {"file": tagged.upload()})
    assert "tidak muat di tempat tagnya (halaman 1: ${nomor_naskah})" in page.follow().text
    letter = only_letter(session)
    page.post(f"/letters/{letter.id}/mark", MARK)
    preview = page.follow()
    assert "Nomor atau tanggal belum ditulis di tempat tagnya." in preview.text
    form = preview.html.find(id="ajukan")
    page.post(form["action"], {one["name"]: one["value"] for one in form.select("input[name]")}, status=422)
    page.get(f"/letters/{letter.id}/edit").post(f"/letters/{letter.id}/edit", facts)
    assert page.location == f"/letters/{letter.id}/preview"
    assert "belum ditulis" not in page.follow().text


def test_a_signed_file_is_refused_in_plain_words(page, facts):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"file": (uploads.BytesIO(signed(tagged.page(), place=PLACE)), "x.pdf")})
    assert "PDF ini sudah memuat tanda tangan, jadi nomor dan tanggal tidak dapat ditulis" in page.follow().text


def test_another_file_gets_the_number_too_and_another_office_sees_none_of_it(page, facts, session, work):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"file": uploads.demo()})
    letter = only_letter(session)
    page.get(f"/letters/{letter.id}/versions").post(f"/letters/{letter.id}/versions", {"file": tagged.upload()})
    look_again(session, letter)
    assert letter.version.number == 2 and documents.get(work.config, letter.version.blank_sha256) == tagged.page()
    assert facts["number"] in stored(work, letter.version.sha256)
    session.commit()
    path = f"/letters/{letter.id}/versions"
    page.get(path).post(path, {"file": (uploads.BytesIO(signed(tagged.page(), place=PLACE)), "x.pdf")}, status=422)
    assert "PDF ini sudah memuat tanda tangan" in page.text
    page.log_out().log_in("rudi").get(f"/letters/{letter.id}/versions/2/original", status=404)


def test_a_practice_upload_is_filled_and_stays_marked(page, facts, session, work, budi):
    typed = facts | {"number": "LATIHAN/1/2026", "signer_id": str(budi.id), "numbering": "0"}
    session.commit()
    page.log_in("budi").get("/practice/letters/new")
    typed["office_id"] = page.html.select_one("[name=office_id]")["value"]
    page.post("/practice/letters/new", typed | {"file": tagged.upload()})
    letter = only_letter(session)
    assert letter.is_practice and "LATIHAN/1/2026" in stored(work, letter.version.sha256)
    blank = documents.get(work.config, letter.version.blank_sha256)
    assert blank != tagged.page() and tagged.NUMBER in tagged.text(blank), "kept as it was marked, never bare"
    session.commit()
