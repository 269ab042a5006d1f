"""An official approves with BSrE on a phone: our code and the passphrase on one sheet; the stand-in signs."""

from __future__ import annotations

import pytest

from tests.bsre_service import authority
from tests.bsre_service.service import PASSPHRASE, PASSWORD, USERNAME, Service
from tests.e2e.product import Product
from tests.e2e.watch import shot
from tests.factories import Factory
from tests.remote import conftest as remote
from webapp.config import Config


@pytest.fixture(scope="module")
def service():
    made = Service(2)
    yield made
    made.close()


@pytest.fixture(scope="module")
def product(tmp_path_factory, service):
    folder = tmp_path_factory.mktemp("bsre")
    (folder / "roots.pem").write_bytes(authority.root().pem)
    made = Product(folder / "data")
    made.env |= {
        "BSRE_URL": service.url, "BSRE_VERSION": "2", "BSRE_USERNAME": USERNAME, "BSRE_PASSWORD": PASSWORD,
        "BSRE_ROOTS": str(folder / "roots.pem"),
    }  # fmt: skip
    made.config = Config.from_env(made.env)
    try:
        made.start()
        made.do(lambda work: remote.give_account(work, service))
        yield made
    finally:
        made.stop()


def waiting(product):
    return product.do(lambda work: remote.submitted(Factory(work)).id)


def test_the_official_approves_with_code_and_passphrase(product, phone, log_in, service, watch):
    letter = waiting(product)
    log_in(phone, "sari")
    phone.goto(f"{product.url}/letters/{letter}")
    phone.click("a[href='#setujui']")
    phone.fill("#setujui [name=code]", product.code_of("sari"))
    phone.fill("#setujui [name=passphrase]", "salah")
    with watch.expect(422):
        phone.click("#setujui button:has-text('Tanda tangani')")
        phone.wait_for_selector("text=Passphrase BSrE salah")
    shot(phone, "bsre-wrong")
    assert phone.input_value("#setujui [name=passphrase]") == ""
    phone.fill("#setujui [name=code]", product.code_of("sari"))
    phone.fill("#setujui [name=passphrase]", PASSPHRASE)
    phone.click("#setujui button:has-text('Tanda tangani')")
    phone.wait_for_selector("text=Sudah ditandatangani")
    assert product.times_signed(letter) == 1 and len(service.signings) == 1
    phone.goto(product.verification_url(letter))
    assert "tersertifikasi – BSrE" in phone.inner_text("main")
    shot(phone, "bsre-public")
    log = product.log.read_text()
    assert PASSPHRASE.strip() not in log and remote.NIK not in log and PASSWORD not in log


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["phone", "desktop"])
def test_how_it_looks(product, as_person, service, device, scheme):
    letter = waiting(product)
    page = as_person("sari", device, color_scheme=scheme)
    page.goto(f"{product.url}/letters/{letter}#setujui")
    page.wait_for_selector("#setujui [name=passphrase]")
    shot(page, f"bsre-sheet-{device}-{scheme}")
    service.faults.append("cut")
    page.fill("#setujui [name=code]", product.code_of("sari"))
    page.fill("#setujui [name=passphrase]", PASSPHRASE)
    page.click("#setujui button:has-text('Tanda tangani')")
    page.wait_for_selector("text=Belum pasti ditandatangani")
    shot(page, f"bsre-unclear-{device}-{scheme}")
