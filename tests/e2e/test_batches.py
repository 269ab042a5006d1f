"""Several letters on a phone: read, ticked, one code; and a signing that was cut off goes on by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import people
from tests.bench.batch import copied
from tests.e2e.watch import ready, shot, text, wait
from tests.factories import Factory
from webapp.domain import approvals, batches
from webapp.models import Batch, Letter

LONG = timedelta(hours=2)


def test_three_letters_with_one_code(product, open_page, log_in):
    ids = [product.letter(subject=f"Surat ke-{number}") for number in (1, 2, 3)]
    page = open_page("phone")
    log_in(page, "sari")
    for letter_id in ids:
        page.goto(f"{product.url}/letters/{letter_id}")
    page.goto(f"{product.url}/batches/new")
    ready(page)
    page.evaluate("document.querySelectorAll('input[name=letter]:checked').forEach((box) => box.click())")
    assert page.locator("button[form=pilih]").is_disabled()
    for letter_id in ids:
        page.check(f"input[value='{letter_id}']")
    shot(page, "batch-1-chosen")
    page.click("text=Lanjutkan dengan 3 surat")
    wait(page, "/^\\/batches\\/\\d+$/.test(location.pathname) && document.readyState === 'complete'")
    ready(page)
    page.click("a:has-text('Setujui 3 surat')")
    page.fill("#setujui [name=code]", product.code_of("sari"))
    page.click("dialog button:has-text('Tanda tangani')")
    wait(page, "document.querySelector('h1').textContent.includes('ditandatangani')", 30)
    shot(page, "batch-2-signed")
    assert "3 surat ditandatangani" in text(page) and [product.times_signed(one) for one in ids] == [1, 1, 1]


def cut_off(product, ids):
    """A batch as a server would leave it that was killed right after the code was spent."""

    def consent(work):
        own = people.as_person(work, people.find(work, "sari"))
        for letter_id in ids:
            approvals.record_reading(own, work.session.get_one(Letter, letter_id))
        batch = batches.make(own, ids)
        batch.consented_at = work.now
        work.session.flush()
        return batch.id

    return product.do(consent)


def test_a_signing_that_meets_an_error_shows_it_and_does_not_ask_for_ever(product, open_page, log_in, watch):
    page, asked = open_page("phone"), []
    log_in(page, "sari")
    batch_id = cut_off(product, [product.letter()])

    def too_late(route):
        """The consent ends between the page and its script's first request."""
        asked.append(route.request.url)
        product.do(lambda work: setattr(work.session.get_one(Batch, batch_id), "consented_at", work.now - LONG))
        route.continue_()

    page.route("**/runs", too_late)
    with watch.expect(409):
        page.goto(f"{product.url}/batches/{batch_id}")
        wait(page, "document.body.innerText.includes('sudah lewat satu jam')")
        page.wait_for_timeout(1000)
    assert page.url.endswith("/runs") and len(asked) <= 2, "the script's, then the form's own, whose page is shown"


def test_a_signing_that_was_cut_off_goes_on_when_the_page_is_opened_and_the_network_is_back(
    product, open_page, log_in, watch
):
    ids = [product.letter(subject=f"Surat terputus {number}") for number in (1, 2)]
    page = open_page("phone")
    log_in(page, "sari")
    batch_id = cut_off(product, ids)
    page.route("**/runs", lambda route: route.abort("internetdisconnected"))
    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.goto(f"{product.url}/batches/{batch_id}")
        wait(page, "document.querySelector('[data-part=text]').textContent.startsWith('Menunggu sinyal')")
        shot(page, "batch-3-offline")
        page.unroute("**/runs")
        wait(page, "document.querySelector('h1').textContent.startsWith('2 surat')", 30)
    assert [product.times_signed(one) for one in ids] == [1, 1]


def test_a_long_list_is_read_and_chosen_page_by_page(product, open_page, log_in):
    """By keyboard as well: the next page is a link, and all of a page is one box."""

    def many(work):
        first = Factory(work).submitted(subject="Sertifikat bimtek", signer="hadi", drafter="rudi")
        for number in range(1, 60):
            copied(work, first, number)
        first.office.may_batch_unread = True

    product.do(many)
    page = open_page("phone")
    log_in(page, "hadi")
    page.goto(f"{product.url}/letters?box=waiting")
    ready(page)
    assert "50 dari" in text(page) and page.locator("li.letter, .letters > li").count() == 50
    shot(page, "waiting-1-first")
    page.locator(".pager [rel=next]").focus()
    shot(page, "waiting-2-pager")
    page.keyboard.press("Enter")
    wait(page, "document.querySelector('.pager a')?.textContent.includes('Dari awal')")
    assert "box=waiting" in page.url
    page.goto(f"{product.url}/batches/new")
    ready(page)
    page.get_by_label("Pilih semua 50 surat di halaman ini").check()
    assert "Lanjutkan dengan 50 surat" in text(page)
    shot(page, "waiting-3-fifty")
    page.click("text=200 per halaman")
    wait(page, "location.search.includes('size=200') && document.readyState === 'complete'")
    ready(page)
    boxes = page.locator("input[name=letter]").count()
    assert boxes >= 60
    page.get_by_label(f"Pilih semua {boxes} surat di halaman ini").check()
    shot(page, "waiting-4-all")
    page.click(f"text=Lanjutkan dengan {boxes} surat")
    wait(page, "/^\\/batches\\/\\d+$/.test(location.pathname) && document.readyState === 'complete'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(("device", "scheme", "language"), [("phone", "dark", "en"), ("desktop", "light", "id")])
def test_how_the_pages_look(product, open_page, log_in, device, scheme, language):
    page = open_page(device, color_scheme=scheme)
    log_in(page, "hadi")
    product.do(lambda work: setattr(people.find(work, "hadi"), "language", language))
    for path, name in (("/letters?box=waiting", "waiting"), ("/batches/new", "choice")):
        page.goto(product.url + path)
        ready(page)
        shot(page, f"waiting-{name}-{device}-{scheme}-{language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    product.do(lambda work: setattr(people.find(work, "hadi"), "language", "id"))
