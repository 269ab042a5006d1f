"""The development page that shows what would have been mailed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.page import Page
from webapp import worker
from webapp.app import create_app
from webapp.jobs import mail, messages


@pytest.fixture
def delivered(app, make, work) -> None:
    """A letter waits for Sari, and the worker has told her."""
    letter = make.submitted()
    control_code = "7K2M"
    with app.app_context():
        notice = messages.compose(
            work,
            messages.find(work, letter.signer_id, "letter_waiting", letter_id=letter.id, control_code=control_code),
        )
    mail.deliver(app.config["TEKEN"], notice)


def test_mail_is_listed_and_read_and_its_link_works(page, delivered):
    page.get("/dev/mailbox")
    assert "Ada surat menunggu tanda tangan Anda" in page.text
    page.get(page.html.find("a", href=lambda href: href and href.startswith("/dev/mailbox/"))["href"])
    assert "7K2M" in page.text
    assert page.html.find("a", href=lambda href: href and "/letters/" in href)


def test_an_empty_mailbox_says_so(page):
    assert "Belum ada surel" in page.get("/dev/mailbox").text


@pytest.mark.parametrize("name", ["../teken.sqlite3", "..%2Fteken.sqlite3", "x.eml", "%00"])
def test_only_mail_is_shown(page, delivered, name):
    page.get(f"/dev/mailbox/{name}", status=404)


def test_it_does_not_exist_outside_development(config, clock, delivered):
    strict = create_app(replace(config, development=False))
    page = Page(strict, clock)
    page.get("/dev/mailbox", status=404)
    strict.extensions["engine"].dispose()


def test_the_worker_writes_what_the_outbox_holds(app, make, work, page):
    make.submitted()
    work.session.commit()
    while worker.run_one(app):
        pass
    assert "Ada surat menunggu tanda tangan Anda" in page.get("/dev/mailbox").text
