"""An official renews the certificate on a phone; the registrar issues it on a desktop."""

from datetime import timedelta

import pytest

from tests import people
from tests.e2e.watch import ready, shot, text, wait
from webapp.domain import keys


@pytest.fixture
def ending(product):
    """Sari's certificate ends in twenty days; the one in force afterwards lasts again."""

    def set_days(days):
        def change(work):
            keys.find(work, people.find(work, "sari")).certificate.not_after = work.now + timedelta(days=days)

        product.do(change)

    set_days(20)
    yield
    set_days(700)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_renewed_with_a_code_and_issued_for_the_control_code(product, ending, open_page, log_in):
    phone = open_page("phone")
    log_in(phone, "sari")
    phone.goto(f"{product.url}/keys")
    ready(phone)
    shot(phone, "renewal-1-offered", full=True)
    assert fits(phone)
    phone.fill("main [name=code]", product.code_of("sari"))
    if "Perpanjangan menunggu petugas" not in text(phone):
        phone.tap("main button:has-text('Perpanjang')")
    wait(phone, "document.body?.innerText.includes('Perpanjangan menunggu petugas')", 20)
    shot(phone, "renewal-2-waits", full=True)
    code = "".join(phone.text_content(".control__code").split())
    desk = open_page("desktop", color_scheme="dark")
    log_in(desk, "rina")
    desk.goto(f"{product.url}/identities")
    assert "Perpanjangan diminta" in text(desk)
    shot(desk, "renewal-3-registrar-dark", full=True)
    desk.click("a:has-text('Sari')")
    wait(desk, "document.body?.innerText.includes('terbitkan perpanjangan')")
    shot(desk, "renewal-4-identity-dark", full=True)
    desk.click("a:has-text('Terbitkan sertifikat')")
    desk.fill("[name=code]", code)
    desk.click("button:has-text('Kode cocok')")
    wait(desk, "document.body?.innerText.includes('Sertifikat berlaku')", 20)
    phone.goto(f"{product.url}/keys")
    assert "Perpanjang sertifikat" not in text(phone)


@pytest.mark.parametrize(("device", "scheme", "language"), [("phone", "dark", "en"), ("desktop", "light", "en")])
def test_how_it_looks(product, ending, open_page, log_in, device, scheme, language):
    page = open_page(device, color_scheme=scheme)
    log_in(page, "sari")
    page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
    page.goto(f"{product.url}/keys")
    ready(page)
    shot(page, f"renewal-{device}-{scheme}", full=True)
    assert fits(page) and "Renew the certificate" in text(page)
    page.goto(f"{product.url}/letters/{product.letter()}/rejection")
    ready(page)
    shot(page, f"rejection-{device}-{scheme}", full=True)
    assert fits(page)
