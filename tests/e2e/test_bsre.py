"""An official approves with BSrE on a phone: our code and the passphrase on one sheet; the stand-in signs."""

from __future__ import annotations

import time
import urllib.request

import pytest

from tests import people, scanner
from tests.bsre_service import authority
from tests.bsre_service.service import PASSPHRASE, PASSWORD, USERNAME, Service
from tests.e2e import paper
from tests.e2e.product import Product
from tests.e2e.test_seal_paper import CHECKED
from tests.e2e.watch import shot, wait
from tests.factories import Factory, forget_code
from tests.remote import conftest as remote
from webapp.bsre import transport
from webapp.config import Config
from webapp.domain import bsre, documents, marks, remote_signatures
from webapp.models import Letter


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


OFFLINE = "document.querySelector('[data-behaviour=seal-offline]')"


@pytest.fixture(scope="module")
def signed(product):
    """A letter that Sari approved through the domain, as the web process does: id, address and PDF."""

    def approved(work):
        letter = remote.submitted(Factory(work))
        forget_code(work, letter.signer)
        sari = people.as_person(work, letter.signer)
        code = people.code_of(work, letter.signer)
        asked = remote_signatures.begin(sari, letter, digest=marks.digest(letter), code=code, after=0)
        asked = remote_signatures.seal(work.config, asked)
        remote_signatures.send(sari, asked)
        line = transport(product.config)
        ending = remote_signatures.ask(work.config, asked, bsre.Secret(PASSPHRASE), line, lambda _id: None)
        remote_signatures.settle(sari, asked.id, ending)
        forget_code(work, letter.signer)
        file = documents.get(work.config, letter.signature.sha256)
        return letter.id, marks.address_to_show(work.config, letter), file

    return product.do(approved)


@pytest.fixture(scope="module")
def code(signed, tmp_path_factory):
    """The one QR code on the printed letter, as another program reads it."""
    pdf = tmp_path_factory.mktemp("paper") / "surat.pdf"
    pdf.write_bytes(signed[2])
    assert paper.is_sound(pdf)
    (found,) = scanner.codes(paper.printed(pdf, 1))
    return found.text


@pytest.mark.parametrize(("device", "options"), [("phone", {}), ("desktop", {"color_scheme": "dark"})])
def test_the_page_says_that_the_office_sealed_it(open_page, signed, code, device, options):
    page = open_page(device, **options)
    page.goto(f"{signed[1]}#{code.split('#')[1]}")
    wait(page, CHECKED)
    told = page.inner_text("[data-behaviour=seal-check]")
    assert "Dibuat dengan kunci kantor" in told and "bukan kunci pejabatnya" in told
    assert page.inner_text("h1") == "Asli" and "tersertifikasi – BSrE" in page.inner_text("main")
    shot(page, f"bsre-seal-{device}", full=True)


def test_the_worker_makes_it_last(product, signed):
    """Revocation data from BSrE's addresses and our time-stamp, appended by the product's own worker."""

    def level(work):
        return work.session.get_one(Letter, signed[0]).signature.level

    deadline = time.monotonic() + 60
    while product.do(level) != "B-LTA":
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_file_on_a_stick_says_so_too(open_page, product, code, tmp_path):
    with urllib.request.urlopen(f"{product.url}/seals/verifier.html") as answer:
        (tmp_path / "pemeriksa.html").write_bytes(answer.read())
    page = open_page("desktop")
    page.goto((tmp_path / "pemeriksa.html").as_uri())
    page.fill("#teks", code)
    page.click("button:has-text('Periksa')")
    wait(page, f"!{OFFLINE}.hidden && {OFFLINE}.innerText.includes('dibuat oleh kunci kantor')")


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
