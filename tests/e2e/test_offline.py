"""In airplane mode: what was opened reads, what is decided waits visibly, and the device keeps nothing readable."""

from __future__ import annotations

from tests.e2e.offline import GONE, QUEUED, STATUS, decide, offline, read, wait
from tests.e2e.watch import shot, text
from tests.factories import Factory
from webapp.domain import letters
from webapp.models import Letter

# Chromium does not hold IndexedDB to a quota that was overridden, so the disk's own word is spoken in its place.
FULL = """const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...sent) {
  if (this.name === 'pages' && sessionStorage.getItem('full')) throw new DOMException('full', 'QuotaExceededError');
  return put.apply(this, sent);
};"""
NO_LINE = ("--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>")  # from its start
SHELVES = "async () => (await indexedDB.databases()).map((one) => one.name)"
SUBJECT = "Undangan Perahu Rahayu"
STORES = ("IndexedDB", "Service Worker", "Local Storage", "Session Storage", "Cache", "blob_storage")


def state(product, letter_id):
    with product.work() as work:
        letter = work.session.get_one(Letter, letter_id)
        return letter.state, [step.state for step in letter.chain], [step.note for step in letter.chain]


def found(profile, needles):
    """Which of these bytes lie anywhere in what the browser stored for pages."""
    hits = set()
    for store in STORES:
        for path in (profile / "Default").glob(f"{store}/**/*"):
            if path.is_file():
                content = path.read_bytes()
                hits |= {needle for needle in needles if needle in content}
    return hits


def spelt(words):
    return words.encode(), words.encode("utf-16-le")


def test_a_letter_reads_and_is_initialled_in_airplane_mode(phone_of, installed, product, watch, tmp_path):
    letter_id = product.letter("in_review", subject=SUBJECT)
    page = phone_of("dewi")
    read(page, product, letter_id)
    shot(page, "offline-kept", full=True)
    with watch.expect(GONE):
        offline(page, product, f"/letters/{letter_id}")
        wait(page, f"document.querySelector('h1').innerText === '{SUBJECT}'")
        wait(page, "document.querySelector('.pages img')?.naturalWidth === 1080")
        assert "Putuskan tanpa sinyal" in text(page) and "Kode kendali" in text(page)
        assert product.control_code(letter_id) in text(page)
        shot(page, "offline-letter", full=True)
        decide(page, "initial", "Sudah saya baca di kapal.")
        assert "Menunggu sinyal. Dikirim sendiri" in text(page) and not page.locator("details:visible").count()
        shot(page, "offline-queued", full=True)
    assert state(product, letter_id)[0] == "in_review", "nothing was sent"
    page.evaluate("() => self.shelf.put('keys', 'control', 'Kendali Perahu')")

    page.context.close()
    profile = tmp_path / "profile-0"
    control = spelt("Kendali Perahu")
    assert found(profile, control) & set(control), "the search itself finds what lies there unencrypted"
    secret = {*spelt(SUBJECT), *spelt("Sudah saya baca di kapal"), b"WEBPVP8"}
    assert not found(profile, secret)

    page = installed(*NO_LINE, profile=profile)
    with watch.expect("ERR_PROXY_CONNECTION_FAILED"):
        page.goto(f"{product.url}/letters")
        wait(page, QUEUED, why="the queue did not outlive the browser")
        assert SUBJECT in page.inner_text("[data-part=letters]") and "Sudah saya baca di kapal." in text(page)
        shot(page, "offline-list", full=True)
        page.context.close()
    page = installed(profile=profile)
    page.goto(f"{product.url}/letters")
    wait(page, "localStorage.getItem('offline') === '0'", why="the initial was not sent")
    assert state(product, letter_id)[1:] == (["done", "open"], ["Sudah saya baca di kapal.", ""])
    page.goto(f"{product.url}/letters?box=waiting")
    none = "(async () => (await self.shelf?.all('letters') ?? [1]).length === 0)()"
    wait(page, none, why="it is not pending any more")


def test_the_official_is_brought_to_the_sheet_and_log_out_destroys_all(phone_of, log_in, product, watch, code_of):
    letter_id, rejected = product.letter(subject=SUBJECT), product.letter(subject="Undangan Ditolak")
    page = phone_of("sari")
    for one in (rejected, letter_id):
        read(page, product, one)
    page.click("[data-behaviour=keep-offline] button")
    wait(page, f"{STATUS} === 'Tersimpan, terbaca tanpa sinyal.'")
    with watch.expect(GONE):
        offline(page, product, f"/letters/{rejected}/rejection")
        wait(page, "document.querySelector('h1').innerText === 'Undangan Ditolak'")
        wait(page, "!!document.querySelector('details[data-kind=reject] summary')?.offsetParent")
        page.click("details[data-kind=reject] summary")
        page.fill("#teks-reject", "Belum selesai mengeti")
        wait(page, "(async () => (await self.shelf.decisions()).some((one) => one.draft))()")
        page.reload()
        typed = "document.querySelector('#teks-reject')?.value === 'Belum selesai mengeti'"
        wait(page, typed, why="typed text was lost")
        page.fill("#teks-reject", "Tidak sesuai kebijakan daerah.")
        page.click("form[data-kind=reject] button")
        wait(page, QUEUED)
        page.goto(f"{product.url}/letters/{letter_id}")
        decide(page, "sign")
        assert "dibawa ke lembar konfirmasi" in text(page)
        page.context.set_offline(False)
        wait(page, f"location.pathname === '/letters/{rejected}/rejection' && !!document.querySelector('#tolak')")
    wait(page, "document.querySelector('#tolak textarea').value === 'Tidak sesuai kebijakan daerah.'")
    shot(page, "offline-rejection", full=True)
    page.fill("#tolak-kode [name=code]", code_of("sari"))
    page.click("#tolak-kode button[type=submit]")
    wait(page, f"location.pathname === '/letters/{letter_id}' && document.querySelector('#setujui').open")
    assert state(product, rejected)[0] == "rejected" and product.times_signed(letter_id) == 0
    shot(page, "offline-sheet")
    page.fill("#setujui [name=code]", code_of("sari"))
    page.click("#setujui-kode button[type=submit]")
    wait(page, "localStorage.getItem('offline') === '0'", why="what was confirmed is not waiting any more")
    assert product.times_signed(letter_id) == 1

    last = product.letter()
    read(page, product, last)
    assert "offline" in page.evaluate(SHELVES)
    page.goto(f"{product.url}/settings")
    page.click("form[action='/logout'] button")
    wait(page, "location.pathname === '/login' && localStorage.getItem('offline') === null")
    wait(page, "(async () => !(await indexedDB.databases()).length)()", why="log-out left something on the device")
    log_in(page, "dewi")
    with watch.expect(GONE):
        offline(page, product, f"/letters/{last}")
        assert page.inner_text("h1") == "Tanpa jaringan" and "Undangan" not in text(page)


def test_a_changed_world_refuses_and_a_cut_off_device_forgets(phone_of, product, watch):
    withdrawn, sent = product.letter(subject=SUBJECT), product.letter(subject="Surat Terkirim")
    page = phone_of("sari")
    read(page, product, withdrawn)
    read(page, product, sent)
    with watch.expect(GONE, 404, 409):
        offline(page, product, f"/letters/{withdrawn}")
        decide(page, "return", "Tanggalnya keliru, Pak.")
        product.do(lambda work: letters.withdraw(Factory(work).person("budi"), work.session.get_one(Letter, withdrawn)))
        page.context.set_offline(False)
        wait(page, "document.querySelector('.tabs') !== null", why="the page does not come by itself")
        wait(page, "document.querySelector('[data-part=queue]').hidden === false", why="a refusal is not told")
        page.goto(f"{product.url}/offline")
        wait(page, QUEUED)
        words = text(page)
        assert (
            "Tidak dijalankan: Surat ini sudah ditarik oleh pengonsep." in words and "Tanggalnya keliru, Pak." in words
        )
        shot(page, "offline-refused", full=True)
        page.click("[data-part=undo]")
        wait(page, "document.querySelector('[data-part=queue]').hidden && document.readyState === 'complete'")

        # The form of the page itself, sent when the line is dead: what was typed is queued too.
        page.goto(f"{product.url}/letters/{sent}/return")
        page.fill("[name=reason]", "Lampirannya belum ada.")
        page.context.set_offline(True)
        page.click("form button[type=submit]:has-text('Kembalikan')")
        wait(page, QUEUED)
        assert "Lampirannya belum ada." in text(page)
        page.context.set_offline(False)
        wait(page, "document.querySelector('.tabs') !== null")
        wait(page, "localStorage.getItem('offline') === '0'")
    assert state(product, sent)[0] == "returned"

    last = product.letter()
    read(page, product, last)
    product.do(cut_off)
    page.goto(f"{product.url}/letters")
    wait(page, "location.pathname === '/login'")
    wait(page, "(async () => !(await indexedDB.databases()).length)()", why="a revoked device keeps letters")
    with watch.expect(GONE):
        offline(page, product, f"/letters/{last}")
        assert page.inner_text("h1") == "Tanpa jaringan"


def cut_off(work):
    """As a colleague's administrator does it: every device of Sari's."""
    from tests import people
    from webapp.domain import accounts

    accounts.end_all(work, people.find(work, "sari"))


def test_wi_fi_room_and_age(phone_of, product, watch):
    wifi = "Object.defineProperty(navigator, 'connection', { value: { type: 'wifi', saveData: false } })"
    ids = [product.letter(subject=f"Surat {number}") for number in ("Satu", "Dua")]
    page = phone_of("sari")
    page.add_init_script(wifi)
    page.add_init_script(FULL)
    page.goto(f"{product.url}/settings")
    page.check("#offline-all")
    wait(page, "/[0-9]+ surat tersimpan/.test(document.querySelector('main').innerText)")
    shot(page, "offline-setting", full=True)
    kept = "async () => (await self.shelf.all('letters')).map((one) => one.id)"
    assert set(page.evaluate(kept)) >= set(ids), "pending letters were not kept"

    page.evaluate("""async (id) => {
      await self.shelf.put('letters', id, { ...await self.shelf.get('letters', id), pinned: true });
      sessionStorage.setItem('full', '1');
    }""", ids[0])  # fmt: skip
    late = product.letter(subject="Surat Tanpa Tempat")
    page.goto(f"{product.url}/letters/{late}")
    wait(page, f"{STATUS} === 'Tidak cukup ruang di perangkat ini.'")
    assert page.evaluate(kept) == [ids[0]], "others make room, the least used first; a pinned one never"
    page.evaluate("() => sessionStorage.removeItem('full')")
    read(page, product, late)

    with watch.expect(GONE):
        offline(page, product, f"/letters/{late}")
        wait(page, "document.querySelector('h1').innerText === 'Surat Tanpa Tempat'")
        page.evaluate(
            "async () => self.shelf.put('keys', 'meta', { ...await self.shelf.meta(), until: Date.now() - 1 })"
        )
        page.reload()
        wait(page, "document.querySelector('[data-part=told]').innerText.startsWith('Sudah lebih dari tujuh hari')")
        assert "Tanpa Tempat" not in text(page)
        assert (
            page.evaluate(kept) == []
            and page.evaluate("async () => await self.shelf.get('keys', 'letters') ?? null") is None
        )
