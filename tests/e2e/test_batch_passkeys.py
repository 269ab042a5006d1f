"""A list approved by one press of a passkey, in a real browser with Chromium's virtual authenticator."""

from __future__ import annotations

import pytest

from tests import people
from tests.bench.batch import copied
from tests.e2e.test_passkeys import CAPTURE, Finger, register, send
from tests.e2e.watch import ready, shot, text, wait
from tests.factories import Factory
from webapp.domain import approvals, batches
from webapp.models import ApprovalEvidence, Letter, Passkey, PasskeyWrapping

PRESS = "dialog button:has-text('Tanda tangani dengan kunci sandi')"


@pytest.fixture
def sari(product, open_page, log_in):
    """Sari's phone, logged in, with a passkey that opens her key; afterwards she has none."""
    page = open_page("phone")
    log_in(page, "sari")
    page.finger = Finger(page)
    register(page, product)
    yield page
    product.do(lambda work: (work.session.query(PasskeyWrapping).delete(), work.session.query(Passkey).delete()))


@pytest.fixture
def listed(product):
    """Makes letters that she has read, and the list of them: (ids, the list's number)."""

    def make(count: int, *, is_consented: bool = False):
        ids = [product.letter(subject=f"Surat daftar {number}") for number in range(1, count + 1)]

        def listing(work):
            own = people.as_person(work, people.find(work, "sari"))
            for letter_id in ids:
                approvals.record_reading(own, work.session.get_one(Letter, letter_id))
            batch = batches.make(own, ids)
            batch.consented_at = work.now if is_consented else None
            work.session.flush()
            return batch.id

        return ids, product.do(listing)

    return make


def open_sheet(page, product, batch_id):
    page.goto(f"{product.url}/batches/{batch_id}")
    ready(page)
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")


def wait_signed(page, count):
    wait(page, f"document.querySelector('h1').textContent.startsWith('{count} surat ditandatangani')", 60)


def test_one_press_signs_the_list_though_the_device_holds_no_secret(sari, product, listed):
    ids, batch_id = listed(3)
    sari.context.clear_cookies(name="teken_unlock")
    open_sheet(sari, product, batch_id)
    assert sari.locator("dialog [name=code]:visible").count() == 0
    assert sari.evaluate("document.activeElement.textContent.trim()") == "Tanda tangani dengan kunci sandi"
    assert sari.viewport_size == {"width": 360, "height": 740}
    shot(sari, "batch-passkey-1-sheet")
    sari.tap(PRESS)
    wait_signed(sari, 3)
    shot(sari, "batch-passkey-2-signed", full=True)
    assert [product.times_signed(one) for one in ids] == [1, 1, 1]
    sari.goto(f"{product.url}/letters/{ids[1]}/trail")
    assert "Disetujui dengan kunci sandi" in text(sari)


def test_two_hundred_letters_by_one_press_through_as_many_requests_as_it_takes(sari, product):
    """The key opens by the PRF alone, which only the first request carries. A quick machine needs no other: that
    several are made of it, and the page between them, is held by tests/views/test_batch_passkeys.py."""

    def many(work):
        first = Factory(work).submitted(subject="Sertifikat bimtek")
        found = [first, *(copied(work, first, number) for number in range(1, 200))]
        own = people.as_person(work, people.find(work, "sari"))
        work.session.flush()
        for letter in found:
            approvals.record_reading(own, letter)
        batch = batches.make(own, [letter.id for letter in found])
        return batch.id

    batch_id = product.do(many)
    sari.context.clear_cookies(name="teken_unlock")
    open_sheet(sari, product, batch_id)
    sari.tap(PRESS)
    wait_signed(sari, 200)
    with product.work() as work:
        kept = work.session.query(ApprovalEvidence).filter(ApprovalEvidence.about.startswith(f"{batch_id} ")).all()
        assert len(kept) == 200 and all(one.signature_id for one in kept)


def test_a_list_that_was_cut_off_goes_on_with_another_press(sari, product, listed):
    ids, batch_id = listed(2, is_consented=True)
    sari.context.clear_cookies(name="teken_unlock")
    sari.goto(f"{product.url}/batches/{batch_id}")
    ready(sari)
    shot(sari, "batch-passkey-3-go-on")
    sari.tap("button:has-text('Lanjutkan dengan kunci sandi')")
    wait_signed(sari, 2)
    assert [product.times_signed(one) for one in ids] == [1, 1]


def test_a_captured_answer_signs_no_other_list_and_a_changed_letter_is_told(sari, product, listed):
    ids, batch_id = listed(2)
    open_sheet(sari, product, batch_id)
    sari.evaluate(CAPTURE)
    sari.tap(PRESS)
    sent = wait(sari, "document.querySelector('dialog form[data-challenge]').action.split('#')[1]")
    fields = dict(pair.split("=", 1) for pair in sent.split("&"))

    def change(work):
        work.session.get_one(Letter, ids[1]).subject = "Diubah sesudah dilihat"

    product.do(change)
    address = f"{product.url}/batches/{batch_id}/signature"
    assert send(sari, address, sent).ok
    assert [product.times_signed(one) for one in ids] == [1, 0]
    sari.goto(f"{product.url}/batches/{batch_id}")
    assert "1 surat tidak ditandatangani" in text(sari)
    shot(sari, "batch-passkey-4-one-changed", full=True)
    others, other_id = listed(1)
    sari.goto(f"{product.url}/batches/{other_id}")
    digest = sari.locator("#daftar-digest").get_attribute("value")
    forged = "&".join(f"{name}={digest if name == 'digest' else value}" for name, value in fields.items())
    answer = send(sari, f"{product.url}/batches/{other_id}/signature", forged)
    assert answer.status == 422 and "tidak cocok untuk permintaan ini" in answer.text()
    assert product.times_signed(others[0]) == 0


def test_a_wrong_finger_says_so_and_the_code_still_works(sari, product, listed):
    ids, batch_id = listed(2)
    open_sheet(sari, product, batch_id)
    sari.finger.fits(False)
    sari.tap(PRESS)
    wait(sari, "document.querySelector('dialog [data-part=problem]').textContent.includes('tidak dipakai')")
    sari.tap("dialog button:has-text('Pakai kode autentikator')")
    wait(sari, "document.activeElement.name === 'code'")
    shot(sari, "batch-passkey-5-code")
    sari.keyboard.type(product.code_of("sari"))
    sari.tap("#setujui-kode button[type=submit]")
    wait_signed(sari, 2)
    assert [product.times_signed(one) for one in ids] == [1, 1]


@pytest.mark.parametrize(("device", "scheme", "language"), [("phone", "dark", "id"), ("desktop", "light", "en")])
def test_how_it_looks(sari, product, open_page, listed, device, scheme, language):
    _ids, batch_id = listed(2)
    product.do(lambda work: setattr(people.find(work, "sari"), "language", language))
    page = open_page(device, color_scheme=scheme, storage_state=sari.context.storage_state())
    page.goto(f"{product.url}/batches/{batch_id}#setujui")
    ready(page)
    shot(page, f"batch-passkey-{device}-{scheme}-{language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    product.do(lambda work: setattr(people.find(work, "sari"), "language", "id"))
