"""A letter's file in pieces over HTTP, and the form that names it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.page import Page
from tests.views.test_letters import errors_by
from tests.views.uploads import Sender, demo, facts_for, has_letters, named, only_letter
from webapp.domain import documents, transfers
from webapp.jobs import nightly


@pytest.fixture
def facts(sari, session):
    return facts_for(sari, session)


@pytest.fixture
def sender(page):
    return Sender(page.log_in("budi"))


def test_a_cut_is_asked_for_and_gone_on_from(page, sender, facts, session, config):
    upload = demo()[0].read()
    address = sender.begin(upload)
    assert sender.piece(address, 0, upload[:5000]) == 5000
    state = page.client.head(address)
    assert (state.headers["Upload-Offset"], state.headers["Upload-Complete"]) == ("5000", "?0")
    assert sender.begin(upload) == address
    assert sender.piece(address, 0, upload[:5000], 409) == 5000  # its answer was lost: the right place is told
    page.post("/letters/new", facts | named(sender.sha256), status=422)
    assert "belum sampai seluruhnya" in errors_by(page, "file") and not has_letters(session)
    assert sender.piece(address, 5000, upload[5000:]) == len(upload)
    assert page.client.head(address).headers["Upload-Complete"] == "?1"
    page.post("/letters/new", facts | named(sender.sha256, "C:\\fakepath\\surat tugas.pdf"))
    version = only_letter(session).version
    assert version.filename == "surat tugas.pdf" and documents.get(config, version.sha256) == upload


def test_a_form_that_comes_back_holds_it_as_kept(page, sender, facts, session):
    sha256 = sender.whole(demo()[0].read())
    page.post("/letters/new", facts | {"number": " "} | named(sha256), status=422)
    kept = page.html.select_one("[name=kept]")["value"]
    assert kept and "surat.pdf sudah diterima" in page.text
    # Another file was chosen, and never came: the one before does not go in its place.
    page.post("/letters/new", facts | {"kept": kept} | named("a" * 64, "lain.pdf"), status=422)
    assert not has_letters(session)
    page.post("/letters/new", facts | {"kept": kept})
    assert only_letter(session).version.filename == "surat.pdf"


def test_what_is_no_pdf_is_refused_as_ever(page, sender, facts, session):
    sha256 = sender.whole(b"Ini bukan PDF" * 1000)
    page.post("/letters/new", facts | named(sha256), status=422)
    assert errors_by(page, "file") and not has_letters(session)


def test_nobody_else_finds_or_sends_anything(app, clock, sender, facts, session):
    address = sender.begin(demo()[0].read())
    # Who has forms of his own, here and elsewhere, and who has none that asks for a file.
    for login, status in (("rudi", 404), ("sari", 404), ("admin", 404), ("dewi", 403), ("rina", 403), ("agus", 403)):
        other = Sender.__new__(Sender)
        other.page = Page(app, clock).log_in(login)
        other.headers = {"X-CSRFToken": other.page.get("/settings").csrf_token()}
        assert other.page.client.head(address).status_code == status
        assert other.ask("PATCH", address, data=b"x", headers={"Upload-Offset": "0"}).status_code == status
        assert other.ask("DELETE", address).status_code == status
    assert sender.page.client.head(address).headers["Upload-Offset"] == "0"


def test_only_the_own_pages_send_pieces(page, sender):
    address = sender.begin(demo()[0].read())
    for method, path in (("POST", "/transfers"), ("PATCH", address), ("DELETE", address)):
        assert page.client.open(path, method=method).status_code == 409  # without the token
    assert page.client.head(address).headers["Upload-Offset"] == "0"


def test_too_much_at_once_and_nonsense_are_refused(sender):
    upload = bytes(3_000_000)
    address = sender.begin(upload)
    sender.piece(address, 0, bytes(transfers.PIECE + 1), 422)
    sender.piece(address, 0, b"", 409)
    assert sender.piece(address, 7, b"x", 409) == 0
    for size in ("", "-1", "x", "99999999999"):
        assert sender.ask("POST", "/transfers", data={"sha256": "a" * 64, "size": size}).status_code == 422


def test_given_up_is_gone_and_the_night_takes_the_rest(page, app, sender, clock, config, monkeypatch):
    address = sender.begin(demo()[0].read())
    assert sender.ask("DELETE", address).status_code == 204
    page.get(address, status=404)
    left = sender.begin(demo()[0].read())
    monkeypatch.setattr(transfers, "LIFE", timedelta(days=-1))  # all of them are old
    nightly.run(app)
    page.get(left, status=404)
