"""A letter's file in pieces over HTTP, and the form that names it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from tests.page import Page
from tests.views.test_letters import errors_by
from tests.views.uploads import demo, facts_for, has_letters, only_letter
from webapp.domain import documents, transfers
from webapp.jobs import nightly


def named(sha256: str, filename: str = "surat.pdf", field: str = "file") -> dict[str, str]:
    """What the form sends in the file's place."""
    return {f"{field}_transfer": sha256, f"{field}_filename": filename}


class Sender:
    """The requests of js/lib/transfers.js."""

    def __init__(self, page: Page) -> None:
        self.page, self.headers = page, {"X-CSRFToken": page.get("/letters/new").csrf_token()}

    def begin(self, upload: bytes) -> str:
        self.sha256 = hashlib.sha256(upload).hexdigest()
        answer = self._ask("POST", "/transfers", data={"sha256": self.sha256, "size": len(upload)})
        assert answer.status_code == 201
        return answer.headers["Location"]

    def piece(self, address: str, offset: int, data: bytes, status: int = 204) -> int:
        """-> where the server says the file has come to"""
        answer = self._ask("PATCH", address, data=data, headers={"Upload-Offset": str(offset)})
        assert answer.status_code == status, answer.text
        return int(answer.headers.get("Upload-Offset", -1))

    def whole(self, upload: bytes) -> str:
        address = self.begin(upload)
        for at in range(0, len(upload), transfers.PIECE):
            self.piece(address, at, upload[at : at + transfers.PIECE])
        return address.rpartition("/")[2]

    def _ask(self, method: str, address: str, headers: dict | None = None, **kind: object):
        sent = self.headers | {"Accept": "application/json"} | (headers or {})
        return self.page.client.open(address, method=method, headers=sent, **kind)


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
        assert other._ask("PATCH", address, data=b"x", headers={"Upload-Offset": "0"}).status_code == status
        assert other._ask("DELETE", address).status_code == status
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
        assert sender._ask("POST", "/transfers", data={"sha256": "a" * 64, "size": size}).status_code == 422


def test_given_up_is_gone_and_the_night_takes_the_rest(page, app, sender, clock, config, monkeypatch):
    address = sender.begin(demo()[0].read())
    assert sender._ask("DELETE", address).status_code == 204
    page.get(address, status=404)
    left = sender.begin(demo()[0].read())
    monkeypatch.setattr(transfers, "LIFE", timedelta(days=-1))  # all of them are old
    nightly.run(app)
    page.get(left, status=404)
