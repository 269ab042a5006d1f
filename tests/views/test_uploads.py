"""What the drafter is told of an upload: what was repaired, or why it is refused."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from sqlalchemy import select

from signing import conversion
from signing.documents import REFUSALS, REPAIRS
from tests import factories
from tests.signing import awkward
from tests.signing.office_files import docx
from tests.views import uploads
from tests.views.test_letters import errors_by, fields
from tests.views.uploads import facts_for, has_letters, only_letter
from webapp.domain import audit, documents, intake
from webapp.errors import BAD_DOCUMENT
from webapp.models import AuditEntry


@pytest.fixture
def facts(sari, session):
    return uploads.facts_for(sari, session)


def test_a_file_that_was_repaired_is_told_and_the_original_is_kept(page, facts, session, config):
    upload = awkward.script("1+1")
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"number": "  ", "file": (BytesIO(upload), "skrip.pdf")}, status=422)
    page.post("/letters/new", facts | {"kept": fields(page)["kept"]})  # also where the form came back in between
    version = only_letter(session).version
    assert version.repairs == ["script"] and version.original_sha256 != version.sha256
    assert documents.get(config, version.original_sha256) == upload
    assert b"JavaScript" not in documents.get(config, version.sha256)
    told = page.follow().text
    assert "Berkas ini diperbaiki dahulu" in told and "Skrip di dalamnya dibuang" in told
    assert "diperbaiki dahulu" in page.get(f"/letters/{version.letter_id}").text
    session.commit()
    created = json.loads(session.scalars(select(AuditEntry.facts).where(AuditEntry.event == "letter.created")).one())
    assert (created["original_sha256"], created["repairs"]) == (version.original_sha256, ["script"])
    session.commit()


def test_who_may_read_a_repaired_letter_may_compare_it_with_the_original(page, make, session, work, monkeypatch):
    upload = awkward.script("1+1")
    monkeypatch.setattr(factories, "examined", lambda _: intake.examine(work.config, upload, "skrip.pdf"))
    letter = make.submitted()
    address = f"/letters/{letter.id}/versions/1/original"
    session.commit()
    for login in ("budi", "sari"):
        page.log_in(login).get(f"/letters/{letter.id}")
        page.get(page.html.select_one("a[href$='/original']")["href"])
        assert page.response.data == upload
        assert page.response.headers["Content-Disposition"].startswith('attachment; filename="asli-')
        assert letter.version.original_sha256 in audit.of_letter(work, letter)[-1].facts
        session.commit()
        page.get(f"/letters/{letter.id}/versions/2/original", status=404)
        page.get("/letters").log_out()
    page.log_in("rudi").get(address, status=404)


def test_a_letter_that_needed_no_repair_has_no_other_original(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}")
    assert not page.html.select("a[href$='/original']")
    page.get(f"/letters/{letter.id}/versions/1/original", status=404)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: awkward.script("app.launchURL('http://contoh.invalid')"), "menghubungi alamat atau berkas lain"),
        (awkward.forbidden, "melarang perubahan"),
        (awkward.only_xfa, "program formulir (XFA)"),
    ],
)
def test_a_hostile_file_is_refused_in_plain_words(page, facts, session, make, sentence):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"file": (BytesIO(make()), "surat.pdf")}, status=422)
    assert sentence in errors_by(page, "file")
    assert not has_letters(session)


def test_every_refusal_and_every_repair_has_its_sentence(app):
    assert set(REFUSALS) <= set(BAD_DOCUMENT)
    with app.test_request_context():
        template = app.jinja_env.get_template("letters/_repairs.html")
        for code in REPAIRS:
            assert "<li>" in str(template.module.repairs([code])), code


def test_a_docx_is_turned_into_the_pdf_that_is_signed(page, sari, session, config):
    if conversion.program() is None:
        pytest.skip("libreoffice-writer-nogui is not installed here")
    known = facts_for(sari, session)
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", known | {"file": (BytesIO(docx()), "surat.docx")})
    letter = only_letter(session)
    assert letter.version.filename == "surat.docx" and letter.version.mentions["stated"] == ["000.1.5/9/UM-2026"]
    assert documents.get(config, letter.version.sha256).startswith(b"%PDF-")


def test_without_a_converter_a_docx_is_refused_and_pdf_asked_for(page, sari, session, monkeypatch):
    monkeypatch.setattr(conversion, "program", lambda: None)
    known = facts_for(sari, session)
    page.log_in("budi").get("/letters/new")
    assert "DOCX" not in page.text
    page.post("/letters/new", known | {"file": (BytesIO(docx()), "surat.docx")}, status=422)
    assert "Simpan surat sebagai PDF" in page.text
