"""Passkeys in a real browser with Chromium's virtual authenticator: register, approve, replay, recover."""

from __future__ import annotations

import pytest

from tests import people
from tests.e2e.test_story import TAPS
from tests.e2e.watch import ready, shot, text, wait
from tests.factories import Factory
from webapp.domain import accounts, keys
from webapp.models import Passkey, PasskeyWrapping

AUTHENTICATOR = {
    "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True, "hasPrf": True,
}  # fmt: skip
# The answer goes into the address of the form instead of to the server.
KEEP = "this.action = '#' + new URLSearchParams(new FormData(this))"
CAPTURE = f"() => {{ HTMLFormElement.prototype.submit = function () {{ {KEEP} }} }}"


class Finger:
    """The virtual authenticator of one page."""

    def __init__(self, page, **options):
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR | options})
        self.id = made["authenticatorId"]

    def fits(self, fits):
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": fits})


@pytest.fixture
def sari(product, open_page, log_in):
    """Sari's phone, logged in, with a passkey that opens her key; afterwards she has none."""
    page = open_page("phone")
    page.context.add_init_script(TAPS)
    log_in(page, "sari")
    page.finger = Finger(page)
    register(page, product)
    yield page
    product.do(lambda work: (work.session.query(PasskeyWrapping).delete(), work.session.query(Passkey).delete()))


def register(page, product):
    page.goto(f"{product.url}/passkeys")
    ready(page)
    shot(page, "passkeys-1-none", full=True)
    page.fill("[name=name]", "Ponsel Sari")
    page.fill("[name=code]", product.code_of("sari"))
    page.click("button:has-text('Daftarkan')")
    wait(page, "document.body?.innerText.includes('Membuka kunci tanda tangan') && document.readyState === 'complete'")
    shot(page, "passkeys-2-registered", full=True)


def open_sheet(page, product, letter_id):
    page.goto(f"{product.url}/letters/{letter_id}")
    ready(page)
    page.evaluate("sessionStorage.taps = 0")
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")


def press(page):
    page.tap("dialog button:has-text('Tanda tangani dengan kunci sandi')")


def wait_signed(page, letter_id):
    signed = (
        f"location.pathname === '/letters/{letter_id}' && document.body?.innerText.includes('Sudah ditandatangani')"
    )
    wait(page, signed, 20)


def test_two_taps_and_a_finger_sign_a_letter_even_without_the_unlock_cookie(sari, product):
    letter_id = product.letter()
    sari.context.clear_cookies(name="teken_unlock")
    open_sheet(sari, product, letter_id)
    assert sari.locator("dialog [name=code]:visible").count() == 0
    shot(sari, "passkeys-3-sheet-locked")
    press(sari)
    wait_signed(sari, letter_id)
    assert int(sari.evaluate("sessionStorage.taps")) <= 3
    assert product.times_signed(letter_id) == 1
    sari.goto(f"{product.url}/letters/{letter_id}/trail")
    assert "Disetujui dengan kunci sandi" in text(sari)
    sari.locator(
        "details:has-text('Sidik bukti') summary, li:has-text('Disetujui dengan kunci sandi') summary"
    ).first.click()
    shot(sari, "passkeys-4-trail", full=True)


def test_a_captured_assertion_signs_no_other_letter(sari, product):
    first, second = product.letter(), product.letter()
    open_sheet(sari, product, first)
    assert sari.evaluate("document.activeElement.textContent.trim()") == "Tanda tangani dengan kunci sandi"
    shot(sari, "passkeys-5-sheet")
    sari.evaluate(CAPTURE)
    press(sari)
    sent = wait(sari, "document.querySelector('dialog form[data-challenge]').action.split('#')[1]")
    assert "assertion=" in sent
    fields = dict(pair.split("=", 1) for pair in sent.split("&"))
    sari.goto(f"{product.url}/letters/{second}")
    digest = sari.input_value("#setujui-digest")
    forged = "&".join(f"{name}={digest if name == 'digest' else value}" for name, value in fields.items())
    answer = send(sari, f"{product.url}/letters/{second}/signature", forged)
    assert answer.status == 422 and "tidak cocok untuk permintaan ini" in answer.text()
    assert send(sari, f"{product.url}/letters/{first}/signature", sent).ok, "the lost answer may be repeated"
    assert (product.times_signed(first), product.times_signed(second)) == (1, 0)


def send(page, url, body):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": url}
    return page.context.request.post(url, data=body, headers=headers)


def test_a_passkey_rejects_a_letter_for_the_reason_written(sari, product):
    letter_id = product.letter()
    sari.goto(f"{product.url}/letters/{letter_id}/rejection")
    ready(sari)
    button = "button:has-text('Tolak dengan kunci sandi')"
    sari.tap(button)
    assert sari.evaluate("document.activeElement.name") == "reason", "the reason comes first"
    sari.fill("textarea[name=reason]", "Tanggalnya keliru.\nMohon dibuat lagi.")
    shot(sari, "passkeys-11-rejection", full=True)
    sari.tap(button)
    wait(sari, f"location.pathname === '/letters/{letter_id}' && document.readyState === 'complete'", 20)
    sari.goto(f"{product.url}/letters/{letter_id}/trail")
    assert "Penolakan disetujui dengan kunci sandi" in text(sari)
    sari.locator("li:has-text('Penolakan disetujui') summary").first.click()
    shot(sari, "passkeys-12-evidence", full=True)


def test_a_passkey_revokes_a_letter_for_the_reason_written(sari, product):
    letter_id = product.do(lambda work: Factory(work).signed().id)
    sari.goto(f"{product.url}/letters/{letter_id}/revocation")
    ready(sari)
    sari.fill("textarea[name=reason]", "Tanggalnya keliru.")
    shot(sari, "passkeys-13-revocation", full=True)
    sari.tap("button:has-text('Cabut dengan kunci sandi')")
    wait(sari, f"location.pathname === '/letters/{letter_id}' && document.readyState === 'complete'", 20)
    assert "Surat dicabut" in text(sari)


def test_a_wrong_finger_says_so_and_the_code_still_works(sari, product):
    letter_id = product.letter()
    open_sheet(sari, product, letter_id)
    sari.finger.fits(False)
    press(sari)
    wait(sari, "document.querySelector('dialog [data-part=problem]').textContent.includes('tidak dipakai')")
    shot(sari, "passkeys-6-refused")
    sari.tap("dialog button:has-text('Pakai kode autentikator')")
    wait(sari, "document.activeElement.name === 'code'")
    sari.keyboard.type(product.code_of("sari"))
    sari.tap("#setujui-kode button[type=submit]")
    wait_signed(sari, letter_id)


def test_a_device_without_the_passkey_takes_the_code_first(sari, product, open_page, log_in):
    letter_id = product.letter()
    other = open_page("phone")
    log_in(other, "sari")
    open_sheet(other, product, letter_id)
    wait(other, "document.activeElement.name === 'code'")
    shot(other, "passkeys-7-other-device")
    other.keyboard.type(product.code_of("sari"))
    other.tap("#setujui-kode button[type=submit]")
    wait_signed(other, letter_id)


def test_a_passkey_is_the_second_step_at_log_in(sari, product):
    sari.goto(f"{product.url}/settings")
    sari.click("button:has-text('Keluar dari perangkat ini')")
    wait(sari, "location.pathname === '/login'")
    sari.fill("[name=email]", "sari@solok.example")
    sari.fill("[name=password]", people.PASSWORD)
    sari.click("button[type=submit]:has-text('Lanjut')")
    wait(sari, "location.pathname === '/login/code' && document.readyState === 'complete'")
    ready(sari)
    shot(sari, "passkeys-8-log-in")
    sari.click("button:has-text('Masuk dengan kunci sandi')")
    wait(sari, "!location.pathname.startsWith('/login') && document.readyState === 'complete'")


def test_after_a_forgotten_password_the_passkey_gives_the_key_back(sari, product, log_in, _kept):
    _kept.clear()  # the reset ends all log-ins that other tests would come back to

    def invite(work):
        made = accounts.invite(work, people.find(work, "sari"))
        return accounts.invitation_token(work, made)

    sari.goto(f"{product.url}/invitations/{product.do(invite)}")
    assert "akan dihapus" not in text(sari)
    sari.fill("[name=password]", people.PASSWORD)
    sari.fill("[name=repeated]", people.PASSWORD)
    sari.click("main button[type=submit]")
    wait(sari, "location.pathname === '/login/code' && document.readyState === 'complete'")
    ready(sari)
    sari.click("button:has-text('Masuk dengan kunci sandi')")
    wait(sari, "!location.pathname.startsWith('/login') && document.readyState === 'complete'")
    sari.goto(f"{product.url}/passkeys")
    ready(sari)
    shot(sari, "passkeys-9-recover", full=True)
    sari.click("button:has-text('Pulihkan kunci dengan kunci sandi')")
    wait(sari, "document.body?.innerText.includes('sudah pulih')")
    shot(sari, "passkeys-10-recovered", full=True)
    with product.work() as work:
        key = keys.find(work, people.find(work, "sari"))
        assert key.wrapped and key.certificate.revoked_at is None
    letter_id = product.letter()
    open_sheet(sari, product, letter_id)
    press(sari)
    wait_signed(sari, letter_id)


@pytest.mark.parametrize(("device", "scheme"), [("phone", "dark"), ("desktop", "light")])
def test_how_it_looks(sari, product, open_page, device, scheme):
    page = open_page(device, color_scheme=scheme, storage_state=sari.context.storage_state())
    page.goto(f"{product.url}/passkeys")
    ready(page)
    shot(page, f"passkeys-{device}-{scheme}", full=True)
    page.goto(f"{product.url}/letters/{product.letter()}#setujui")
    ready(page)
    shot(page, f"passkeys-sheet-{device}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
