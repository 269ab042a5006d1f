"""The signal comes back and no page is open: the worker sends what waits, under the rules that hold for a page."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import people
from tests.e2e.offline import GONE, decide, offline, read, wait
from tests.e2e.watch import shot, text
from tests.e2e.worker import SHOWN, TAP, until, wake
from tests.factories import Factory
from webapp.domain import accounts, letters
from webapp.domain.audit import Event
from webapp.models import AuditEntry, Letter

SHELVES = "async () => (await indexedDB.databases()).map((one) => one.name)"
WAITING = "async () => (await self.shelf.decisions()).map((one) => [one.kind, one.refused ?? null, one.url ?? null])"
NOTES = "async () => (await registration.getNotifications()).map(({title, body, data}) => [title, body, data.url])"
TAGS = "navigator.serviceWorker.ready.then((one) => one.sync.getTags()).then((tags) => tags.includes('decisions'))"


def close(page):
    """No page of the product is left, and the signal is back."""
    page.goto("about:blank")
    page.context.set_offline(False)


def sync(page, product):
    wake(page, product, "dispatchSyncEvent", tag="decisions", lastChance=False)


def sync_until(page, product, is_so, why):
    """Once more after a while: DevTools drops an event to a worker that just stopped; a browser tries again too."""
    for last in (False, False, True):
        sync(page, product)
        try:
            until(page, is_so, why, 8)
            break
        except AssertionError:
            if last:
                raise


def worker(page):
    return page.context.service_workers[0]


def state(product, letter_id):
    with product.work() as work:
        letter = work.session.get_one(Letter, letter_id)
        return letter.state, [step.note for step in letter.chain]


def times(product, event, letter_id):
    with product.work() as work:
        mine = (AuditEntry.letter_id == letter_id, AuditEntry.event == event)
        return work.session.scalar(select(func.count()).select_from(AuditEntry).where(*mine))


@pytest.fixture
def told_of(phone_of, product):
    """A phone that may show notifications."""

    def opened(login, **options):
        page = phone_of(login, **options)
        page.context.grant_permissions(["notifications"], origin=product.url)
        return page

    return opened


def test_an_initial_goes_out_though_the_page_is_closed_and_counts_once(phone_of, product, watch):
    letter_id = product.letter("in_review", subject="Undangan Tanpa Halaman")
    page = phone_of("dewi")
    read(page, product, letter_id)
    with watch.expect(GONE, "Failed to fetch"):
        offline(page, product, f"/letters/{letter_id}")
        decide(page, "initial", "Dikirim tanpa halaman.")
        wait(page, TAGS, why="the browser was not asked to wake the worker")
        sync(page, product)
        page.wait_for_timeout(300)
        assert page.evaluate(WAITING) == [["initial", None, None]], "without a signal it goes on waiting"
        close(page)
        sync_until(page, product, lambda: worker(page).evaluate(WAITING) == [], "the worker sent nothing")
    assert state(product, letter_id)[1] == ["Dikirim tanpa halaman.", ""]
    assert times(product, Event.LETTER_INITIALLED, letter_id) == 1
    page.goto(f"{product.url}/letters")
    wait(page, "localStorage.getItem('offline') === '0'", why="the page does not learn of it")


def test_page_and_worker_at_once_send_once(phone_of, product, watch):
    letter_id = product.letter("in_review")
    page = phone_of("dewi")
    read(page, product, letter_id)
    with watch.expect(GONE, "Failed to fetch"):
        offline(page, product, f"/letters/{letter_id}")
        decide(page, "initial", "Sekali saja.")
        close(page)
        sync(page, product)
        page.goto(f"{product.url}/letters")
        sync(page, product)
        wait(page, "localStorage.getItem('offline') === '0'")
    assert times(product, Event.LETTER_INITIALLED, letter_id) == 1


def test_what_needs_consent_is_only_told_of_and_leads_to_its_sheet(told_of, product, watch, code_of):
    signed, rejected = product.letter(subject="Undangan Rahayu"), product.letter(subject="Undangan Ditolak")
    page = told_of("sari")
    for one in (signed, rejected):
        read(page, product, one)
    with watch.expect(GONE, "Failed to fetch"):
        offline(page, product, f"/letters/{signed}")
        decide(page, "sign")
        page.goto(f"{product.url}/letters/{rejected}")
        decide(page, "reject", "Tidak sesuai kebijakan.")
        close(page)
        for _ in range(2):
            sync_until(page, product, lambda: len(worker(page).evaluate(NOTES)) == 2, "nobody is told")
    urls = {f"{product.url}/letters/{signed}#setujui", f"{product.url}/letters/{rejected}/rejection"}
    notes = worker(page).evaluate(NOTES)
    assert {url for _, _, url in notes} == urls and "Undangan" not in str(notes), "a lock screen tells what it is about"
    body = next(body for _, body, url in notes if url.endswith("#setujui"))
    assert product.control_code(signed) in body
    assert product.times_signed(signed) == 0 and state(product, rejected)[0] == "submitted"

    page.goto(f"{product.url}/scan")  # another window, so that there is one to lead
    tag = next(note["tag"] for note in page.evaluate(SHOWN) if note["url"].endswith("/rejection"))
    worker(page).evaluate(TAP, [tag, ""])
    wait(page, "document.querySelector('#tolak textarea')?.value === 'Tidak sesuai kebijakan.'")
    shot(page, "offline-sync-rejection", full=True)
    page.goto(f"{product.url}/scan")
    worker(page).evaluate(TAP, [page.evaluate(SHOWN)[0]["tag"], ""])
    wait(page, f"location.pathname === '/letters/{signed}' && document.querySelector('#setujui').open")
    page.fill("#setujui [name=code]", code_of("sari"))
    page.click("#setujui-kode button[type=submit]")
    wait(page, "document.body.innerText.includes('ditandatangani')")
    assert product.times_signed(signed) == 1


def test_a_refusal_stays_in_the_queue_and_is_told(told_of, product, watch):
    letter_id = product.letter()
    page = told_of("sari", color_scheme="dark")
    read(page, product, letter_id)
    with watch.expect(GONE, "Failed to fetch", 409):
        offline(page, product, f"/letters/{letter_id}")
        decide(page, "return", "Tanggalnya keliru, Pak.")
        product.do(lambda work: letters.withdraw(Factory(work).person("budi"), work.session.get_one(Letter, letter_id)))
        close(page)
        sync_until(page, product, lambda: len(worker(page).evaluate(NOTES)) == 1, "nobody is told")
        reason = "Surat ini sudah ditarik oleh pengonsep."
        assert worker(page).evaluate(WAITING) == [["return", reason, None]]
        page.goto(worker(page).evaluate(NOTES)[0][2])
        wait(page, "document.querySelector('[data-part=queued] li') !== null")
        assert f"Tidak dijalankan: {reason}" in text(page) and "Tanggalnya keliru, Pak." in text(page)
        shot(page, "offline-sync-refused", full=True)


def test_a_log_in_that_is_over_or_another_one_sends_nothing_and_all_goes(phone_of, as_person, product, watch):
    cut, other = product.letter("in_review"), product.letter("in_review", drafter="budi")
    page = phone_of("dewi")
    for letter_id, end in ((cut, cut_off), (other, None)):
        if letter_id == other:
            page = phone_of("dewi")
        read(page, product, letter_id)
        with watch.expect(GONE, "Failed to fetch"):
            offline(page, product, f"/letters/{letter_id}")
            decide(page, "initial", "Tidak boleh sampai.")
            page.goto("about:blank")
            if end:
                product.do(end)
            else:
                page.context.add_cookies(as_person("lina").context.cookies())
            page.context.set_offline(False)
            gone = lambda at=page: worker(at).evaluate(SHELVES) == []  # noqa: E731
            sync_until(page, product, gone, "it was left on the device")
        assert times(product, Event.LETTER_INITIALLED, letter_id) == 0
    page.goto(f"{product.url}/letters")
    wait(page, "localStorage.getItem('offline') === null", why="the page still believes that something is kept")


def cut_off(work):
    accounts.end_all(work, people.find(work, "dewi"))


def test_where_the_browser_wakes_nobody_the_next_page_sends(phone_of, product, watch):
    letter_id = product.letter("in_review")
    page = phone_of("dewi")
    page.add_init_script("delete self.ServiceWorkerRegistration?.prototype.sync")
    read(page, product, letter_id)
    with watch.expect(GONE):
        offline(page, product, f"/letters/{letter_id}")
        assert page.evaluate("navigator.serviceWorker.ready.then((one) => one.sync === undefined)")
        decide(page, "initial", "Oleh halaman.")
        close(page)
        page.goto(f"{product.url}/letters")
        wait(page, "localStorage.getItem('offline') === '0'")
    assert state(product, letter_id)[1] == ["Oleh halaman.", ""]
