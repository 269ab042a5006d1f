"""A new official: invited by the administrator, a second factor by QR code, checked by the registrar, her own key."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pyotp
from PIL import Image

from tests import scanner
from tests.e2e.watch import shot, text, wait

EMAIL, PASSWORD = "gita@solok.example", "gunung talang pagi berkabut"


def test_from_the_invitation_to_the_certificate(as_person, open_page, product):
    invite(as_person("admin", "desktop"), product)
    page = open_page("phone")
    accept(page, product)
    totp = enrol(page)
    keep_recovery_codes(page)
    log_out_and_in(page, product, totp)

    page.goto(f"{product.url}/keys")
    assert "Temui petugas verifikasi identitas" in text(page)
    registrar = as_person("rina", "desktop")
    check_identity(registrar, product)
    code = make_key(page, product)
    issue(registrar, product, code)
    page.goto(f"{product.url}/keys")
    assert "Anda dapat menandatangani surat" in text(page)
    shot(page, "newcomer-certified")


def invite(page, product):
    page.goto(f"{product.url}/people/new")
    typed = {"email": EMAIL, "name": "Gita Contoh", "title_after": "S.STP.", "position": "Camat Gunung Talang (contoh)"}
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=office]", label=re.search(r".*Gunung Talang", page.inner_text("[name=office]"))[0])
    page.check("[name=roles][value=signer]")
    page.click("text=Simpan dan kirim undangan")
    wait(page, "/^\\/people\\/\\d+$/.test(location.pathname)")


def accept(page, product):
    for _ in range(100):
        page.goto(f"{product.url}/dev/mailbox")
        mail = page.locator(f"li:has-text('{EMAIL}') a").first
        if mail.count():
            break
        page.wait_for_timeout(200)
    mail.click()
    page.click(".card a[href*='/invitations/'] >> nth=0")
    wait(page, "location.pathname.startsWith('/invitations/') && document.readyState === 'complete'")
    for name in ("password", "repeated"):
        page.fill(f"[name={name}]", PASSWORD)
    shot(page, "newcomer-password")
    page.click("text=Simpan dan lanjut")
    wait(page, "location.pathname === '/enrolment' && document.querySelector('img.qr')?.naturalWidth > 0")


def enrol(page) -> pyotp.TOTP:
    """The authenticator reads the code from the screen; what may be typed instead is the same."""
    shot(page, "newcomer-authenticator", full=True)
    with Image.open(BytesIO(page.locator("img.qr").screenshot())) as picture:
        (code,) = scanner.codes(picture.convert("L"))
    parts = urlsplit(code.text)
    secret = parse_qs(parts.query)["secret"][0]
    assert parts.scheme == "otpauth" and "gita%40solok.example" in parts.path
    page.click("text=Ketik kuncinya sendiri")
    assert page.inner_text(".key").replace(" ", "") == secret
    totp = pyotp.TOTP(secret)
    page.fill("[name=code]", totp.now())
    page.click("button:has-text('Nyalakan')")
    wait(page, "document.querySelectorAll('.codes li').length === 8")
    return totp


def keep_recovery_codes(page):
    shot(page, "newcomer-recovery", full=True)
    shown = page.locator(".codes li").all_inner_texts()
    with page.expect_download() as started:
        page.click("a:has-text('Unduh')")
    kept = started.value.path().read_text()
    assert all(code in kept for code in shown)
    page.click("text=Sudah saya simpan")
    wait(page, "location.pathname === '/letters'")


def log_out_and_in(page, product, totp):
    """The password and the new authenticator open the account; the next time step, for the first is spent."""
    page.goto(f"{product.url}/settings")
    page.click("text=Keluar dari perangkat ini")
    wait(page, "location.pathname === '/login' && document.readyState === 'complete'")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Lanjut')")
    wait(page, "location.pathname === '/login/code' && document.readyState === 'complete'")
    page.fill("form:not(details form) [name=code]", totp.at(datetime.now(UTC), counter_offset=1))
    page.click("button[type=submit]:has-text('Masuk'):visible")
    wait(page, "location.pathname === '/letters'")


def check_identity(page, product):
    page.goto(f"{product.url}/identities")
    page.click("a:has-text('Gita Contoh')")
    wait(page, "location.pathname.endsWith('/new') && document.readyState === 'complete'")
    page.check("[name=documents][value='KTP elektronik']")
    page.check("[name=documents][value='SK jabatan']")
    page.check("[name=method] >> nth=0")
    page.click("text=Saya sudah memeriksanya")
    wait(page, "!location.pathname.endsWith('/new')")


def make_key(page, product) -> str:
    """Returns the control code that Gita reads out."""
    page.goto(f"{product.url}/keys")
    page.click("button:has-text('Buat kunci')")
    wait(page, "document.querySelector('.control__code') !== null")
    shot(page, "newcomer-key")
    return page.inner_text(".control__code").strip()


def issue(page, product, code):
    page.goto(f"{product.url}/identities")
    page.click("a:has-text('Gita Contoh')")
    wait(page, "location.pathname.endsWith('/certificate') && document.readyState === 'complete'")
    page.fill("[name=code]", code.lower())
    shot(page, "newcomer-issue", full=True)
    page.click("text=Kode cocok, terbitkan sertifikat")
    wait(page, "!location.pathname.endsWith('/certificate')")
    assert "Gita" in text(page)
