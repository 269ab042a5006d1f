"""The seal on paper: compared on the public page, checked in the app without a network, and by one file on a stick."""

from __future__ import annotations

import urllib.request
from types import SimpleNamespace

import pytest

from signing import seal
from tests import people, scanner
from tests.e2e import paper
from tests.e2e.conftest import DEVICES
from tests.e2e.test_install import CONTROLLED, KEPT
from tests.e2e.watch import ready, shot, text, wait
from tests.signing.office import office
from webapp.domain import documents, letters, marks, service_keys
from webapp.models import Letter

CHECKED = "!document.querySelector('[data-behaviour=seal-check]').hidden"
OFFLINE = "document.querySelector('[data-behaviour=seal-offline]')"
SHOWN = f"!{OFFLINE}.hidden"
STATUS = f"{OFFLINE}.querySelector('[data-part=status]')"


@pytest.fixture(scope="module")
def printed(product, tmp_path_factory):
    """printed(): a signed letter as it lies on the desk: id, address, what its code says, and a picture of the page."""

    def made(**facts):
        letter_id = product.letter("signed", **facts)
        folder = tmp_path_factory.mktemp("paper")

        def taken(work):
            found = work.session.get_one(Letter, letter_id)
            return documents.get(product.config, found.signature.sha256), marks.address_to_show(product.config, found)

        pdf, address = product.do(taken)
        (folder / "surat.pdf").write_bytes(pdf)
        image = paper.printed(folder / "surat.pdf", 1)
        image.save(folder / "foto.png")
        (code,) = scanner.codes(image)
        return SimpleNamespace(id=letter_id, address=address, text=code.text, picture=folder / "foto.png")

    return made


@pytest.fixture(scope="module")
def letter(printed):
    return printed()


def digits(found):
    return found.text.split("#")[1]


def opened(page, address, seal_digits):
    page.goto(f"{address}#{seal_digits}")
    wait(page, CHECKED)
    return page.inner_text("[data-behaviour=seal-check]")


def test_the_seal_fits_its_letter(phone, letter):
    told = opened(phone, letter.address, digits(letter))
    assert "Segel pada kertas: cocok" in told and "Sari Contoh" in told and "Cocokkan" in text(phone)
    assert phone.inner_text("h1") == "Asli"
    assert phone.url == letter.address, "the claim is not in what is shared"
    shot(phone, "seal-match", full=True)


def test_a_typed_code_shows_no_seal(phone, letter):
    phone.goto(letter.address)
    ready(phone)
    assert not phone.evaluate(CHECKED) and phone.inner_text("h1") == "Asli"


def test_a_seal_of_another_letter_raises_the_alarm(open_page, letter, printed):
    other = printed()
    for device, options in (("phone", {}), ("desktop", {"color_scheme": "dark"})):
        page = open_page(device, **options)
        told = opened(page, letter.address, digits(other))
        assert "palsu, atau disalin dari surat lain" in told
        assert page.inner_text("h1") == "Jangan percayai surat ini" and "Asli" not in page.inner_text(".verdict")
        shot(page, f"seal-forged-{device}", full=True)


def test_a_forgers_own_key_raises_the_alarm(phone, letter):
    """His certificate names Sari, and he knows everything that is printed."""
    read = seal.read(letter.text)
    forged = seal.make(read.claim, letter.text.split("#")[0], 11, office().key, read.at)
    assert "bukan milik pejabat kantor ini" in opened(phone, letter.address, forged)
    assert phone.inner_text("h1") == "Jangan percayai surat ini"


def test_a_seal_of_the_offices_own_key_says_whose_it_is(phone, product, letter):
    """For officials whose keys are kept where they cannot seal."""
    read = seal.read(letter.text)
    key = product.do(lambda work: service_keys.open_key(work, "seal"))
    made = seal.make(read.claim, letter.text.split("#")[0], 11, key, read.at)
    told = opened(phone, letter.address, made)
    assert "kunci kantor" in told and "bukan kunci pejabatnya" in told and phone.inner_text("h1") == "Asli"


def test_a_revoked_letters_seal_is_not_green(phone, product, printed):
    found = printed()
    product.do(lambda work: revoke(work, found.id))
    assert "cocok" in opened(phone, found.address, digits(found))
    assert phone.inner_text("h1") == "Dicabut" and phone.query_selector("[data-behaviour=seal-check] .ok") is None


def revoke(work, letter_id):
    revoked = work.session.get_one(Letter, letter_id)
    letters.revoke(people.as_person(work, revoked.signer), revoked, "Dicabut karena keliru.")


def test_a_record_changed_after_the_signature_raises_the_alarm(phone, product, printed):
    """Whoever changes the database cannot change the paper."""
    found = printed(number="000.1.5/779/UM-2026")
    product.do(lambda work: setattr(work.session.get_one(Letter, found.id), "number", "000.1.5/778/UM-2026"))
    told = opened(phone, found.address, digits(found))
    assert "tidak cocok dengan catatan kami" in told and "000.1.5/779/UM-2026" in told
    assert phone.inner_text("h1") == "Jangan percayai surat ini"
    shot(phone, "seal-different", full=True)


def test_a_damaged_seal_is_no_alarm(phone, letter):
    assert "tidak terbaca utuh" in opened(phone, letter.address, digits(letter)[:-40])
    assert phone.inner_text("h1") == "Asli"


def test_a_sealed_letter_that_is_not_recorded_raises_the_alarm(phone, watch, product, letter):
    with watch.expect(404):
        told = opened(phone, f"{product.url}/v/0000-0000-0000", digits(letter))
    assert "disalin dari surat lain" in told


def scan(page, picture):
    page.set_input_files("[data-behaviour=scanner] [data-part=picture]", picture)
    wait(page, SHOWN, 20)


def test_the_app_checks_a_seal_without_a_network(installed, product, printed, watch):
    found = printed(subject="Undangan Rapat")
    page = installed()
    with_lists(page, product)
    scan_once(page, found)  # the reader itself is fetched when it is first needed
    page.goto(f"{product.url}/scan")
    ready(page)
    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        scan(page, found.picture)
        wait(page, f"{STATUS}.textContent.includes('Segel sah')")
        told = text(page)
        assert "Sari Contoh" in told and "Undangan Rapat" in told
        assert "Diperiksa tanpa jaringan, keadaan per" in told and "Cocokkan" in told
        shot(page, "seal-offline", full=True)
        page.goto(f"{found.address}#{digits(found)}")  # as a phone's own camera opens it
        wait(page, SHOWN)
        assert "Segel sah" in text(page)
        page.goto(found.address)
        wait(page, SHOWN)
        assert "tidak membawa segel" in text(page)
    page.context.set_offline(False)
    assert not [path for path in page.evaluate(KEPT) if path.startswith(("/v/", "/letters"))]


def test_a_revoked_letter_is_known_as_such_without_a_network(installed, product, printed, watch):
    found = printed()
    product.do(lambda work: revoke(work, found.id))
    page = installed()
    with_lists(page, product)
    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        page.goto(f"{found.address}#{digits(found)}")
        wait(page, SHOWN)
        assert "dicabut pada" in page.evaluate(f"{STATUS}.textContent")
        assert "bad" in page.evaluate(f"{STATUS}.className")
        shot(page, "seal-offline-revoked")


def with_lists(page, product):
    page.goto(f"{product.url}/scan")
    wait(page, CONTROLLED)
    page.reload()
    ready(page)
    assert {"/seals/directory", "/seals/status", "/scan"} <= set(page.evaluate(KEPT))


def scan_once(page, found):
    page.set_input_files("[data-behaviour=scanner] [data-part=picture]", found.picture)
    wait(page, "location.pathname.startsWith('/v/')", 20)
    wait(page, CHECKED)
    assert "cocok" in page.inner_text("[data-behaviour=seal-check]")


@pytest.fixture(scope="module")
def stick(product, tmp_path_factory):
    """The verifier as it was downloaded."""
    path = tmp_path_factory.mktemp("stick") / "pemeriksa-segel.html"
    with urllib.request.urlopen(f"{product.url}/seals/verifier.html", timeout=20) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        path.write_bytes(answer.read())
    return path


@pytest.mark.parametrize("device", DEVICES)
def test_one_file_checks_seals_with_no_server_at_all(open_page, stick, letter, printed, device):
    page = open_page(device, offline=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(stick.as_uri())
    page.fill("#teks", letter.text)
    page.click("button:has-text('Periksa')")
    wait(page, SHOWN)
    told = text(page)
    assert "Segel sah. Kunci Sari Contoh" in told and "keadaan per" in told and "WIB" in told
    shot(page, f"verifier-{device}", full=True)
    page.fill("#teks", f"{letter.text.split('#')[0][:-1]}0#{digits(letter)}")
    page.click("button:has-text('Periksa')")
    wait(page, f"{STATUS}.textContent.includes('Segel palsu')")
    page.set_input_files("#foto", letter.picture)
    wait(page, f"{STATUS}.textContent.includes('Segel sah')", 20)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
