"""On a phone: a page with tags is uploaded, its number taken from the book, looked at and handed in; a kept chain."""

from __future__ import annotations

from tests import people, tagged
from tests.e2e.drafting import fill_facts
from tests.e2e.test_writing import seen
from tests.e2e.watch import ready, wait
from tests.factories import Factory
from webapp.domain import chain_templates, number_patterns
from webapp.models import Letter, Office, State


def test_the_number_from_the_book_stands_on_the_uploaded_page(product, open_page, log_in, tmp_path):
    def pattern(work):
        office = work.session.query(Office).filter_by(code="SETDA").one()
        return str(number_patterns.of(work, office)[0].id)

    path = tmp_path / "bertag.pdf"
    path.write_bytes(tagged.page("Lampiran surat ${nomor_surat}"))
    page = open_page("phone")
    log_in(page, "budi")
    page.goto(f"{product.url}/letters/new")
    ready(page)
    fill_facts(page, number="", subject="Surat bertag")
    page.select_option("[name=numbering]", product.do(pattern))
    page.set_input_files("[name=file]", path)
    page.click("button:has-text('Simpan')")
    wait(page, "location.pathname.endsWith('/mark')", 30)
    assert "Ditulis di halaman, di tempat tagnya" in page.text_content("body")
    seen(page, "tags-1-mark")
    page.click("button:has-text('Simpan letak')")
    wait(page, "location.pathname.endsWith('/preview')", 30)
    seen(page, "tags-2-preview")
    page.context.add_cookies([{"name": "lang", "value": "en", "url": product.url}])
    page.reload()
    assert "Number and date are written on the page" in page.text_content("body")
    seen(page, "tags-2-preview-en")
    page.context.add_cookies([{"name": "lang", "value": "id", "url": product.url}])
    page.reload()
    letter_id = int(page.url.rstrip("/").split("/")[-2])
    page.goto(f"{product.url}/letters/{letter_id}/number")
    assert "Nomor ini sudah ditulis di halaman surat" in page.text_content("main")
    seen(page, "tags-3-number")
    page.goto(f"{product.url}/letters/{letter_id}/preview")
    page.click("button:has-text('Ajukan kepada')")
    wait(page, "!location.pathname.endsWith('/preview')", 30)
    assert product.do(lambda work: work.session.get_one(Letter, letter_id).state) == State.SUBMITTED


def test_a_kept_chain_brings_its_signers(product, open_page, log_in):
    def prepare(work):
        make = Factory(work)
        letter = make.cosigned("sari", "hadi")
        chain_templates.save(people.as_person(work, people.find(work, "budi")), letter, "Nota kesepahaman")
        return make.draft().id

    letter_id = product.do(prepare)
    page = open_page("phone")
    log_in(page, "budi")
    page.goto(f"{product.url}/letters/{letter_id}/chain")
    seen(page, "chain-1")
    page.click("button[aria-label='Pakai alur Nota kesepahaman']")
    wait(page, "document.querySelectorAll('.chain__last').length === 2")
    seen(page, "chain-2")
    page.context.add_cookies([{"name": "lang", "value": "en", "url": product.url}])
    page.reload()
    seen(page, "chain-2-en")
