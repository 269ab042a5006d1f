"""Recipients on a phone: listed before the signature, mailed after it; a restricted letter opens with link and code."""

from __future__ import annotations

import email
import email.policy
import time

import pytest

from tests import people
from tests.e2e.test_looks import DESK, NARROW, PHONE, look
from tests.e2e.test_routing import LOOKS
from tests.e2e.watch import shot, text, wait
from tests.factories import Factory
from webapp.domain import letters, recipients
from webapp.models import Confidentiality, Letter, RecipientKind

ARRIVED = "document.readyState === 'complete' && location.pathname"


def go(page, product, path):
    page.goto(f"{product.url}{path}")
    wait(page, f"{ARRIVED} === '{path}'")


def mail_to(product, address, seconds=40):
    """The mail that the running worker wrote to its folder."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for file in sorted((product.data / "mail").glob("*.eml")):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if address in str(mail["To"]):
                return mail
        time.sleep(0.3)
    raise AssertionError(f"no mail to {address}")


def submit_and_sign(product, letter_id):
    def task(work):
        make, letter = Factory(work), work.session.get_one(Letter, letter_id)
        letters.submit(make.person("budi"), letter)
        make.sign(letter)

    product.do(task)


def test_a_copy_is_listed_on_the_phone_and_mailed_after_the_signature(product, as_person):
    letter_id = product.letter("placed", subject="Surat dengan Tembusan")
    path, page = f"/letters/{letter_id}", as_person("budi")
    go(page, product, path)
    page.click("a:has-text('Penerima dan tembusan')")
    wait(page, f"{ARRIVED} === '{path}/recipients'")
    shot(page, "copies-1-empty", full=True)
    page.fill("[name=name]", "Camat Kubung")
    page.fill("[name=email]", "camat.e2e@kubung.example")
    page.click("button:has-text('Tambahkan')")
    wait(page, "document.body.innerText.includes('camat.e2e@kubung.example')")
    page.fill("[name=q]", "rudi")
    page.click("#orang button:has-text('Cari')")
    wait(page, "document.body.innerText.includes('Rudi Contoh')")
    shot(page, "copies-2-found", full=True)
    page.click("button:has-text('Sebagai tujuan')")
    wait(page, "document.querySelectorAll('.letters > li').length === 2")
    submit_and_sign(product, letter_id)
    mail = mail_to(product, "camat.e2e@kubung.example")
    (attached,) = mail.iter_attachments()
    assert attached.get_content().startswith(b"%PDF-") and mail["Subject"] == "Tembusan surat: Surat dengan Tembusan"
    mail_to(product, "rudi@solok.example")
    go(page, product, f"{path}/recipients")
    wait(page, "document.body.innerText.split('Terkirim').length === 3")
    shot(page, "copies-3-sent", full=True)


def test_a_restricted_letter_opens_with_link_and_code(product, as_person, open_page):
    def listed(work):
        make = Factory(work)
        letter = make.placed(confidentiality=Confidentiality.RESTRICTED, subject="Hal Terbatas e2e")
        recipients.add(make.person("budi"), letter, RecipientKind.COPY, "Inspektur", "inspektur.e2e@kubung.example")
        return letter.id

    letter_id = product.do(listed)
    submit_and_sign(product, letter_id)
    mail = mail_to(product, "inspektur.e2e@kubung.example")
    address = "/copies/" + mail.get_body(("plain",)).get_content().partition("/copies/")[2].split()[0]
    page = as_person("budi")
    go(page, product, f"/letters/{letter_id}/recipients")
    wait(page, "document.body.innerText.includes('Terkirim')")
    page.click("button:has-text('Buat kode')")
    wait(page, f"{ARRIVED}.endsWith('/code')")
    shot(page, "copies-4-code", full=True)
    code = "".join(sign for sign in page.inner_text("main .card dl") if sign.isdecimal())
    stranger = open_page("phone")
    go(stranger, product, address)
    assert "Hal Terbatas" not in text(stranger)
    shot(stranger, "copies-5-link", full=True)
    stranger.fill("[name=code]", code)
    with stranger.expect_download() as waiting:
        stranger.click("button:has-text('Unduh surat')")
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("device", "options"), LOOKS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_list_fits_and_is_read(product, as_person, device, options, language):
    def listed(work):
        people.find(work, "budi").language = language
        make = Factory(work)
        letter = make.signed(confidentiality=Confidentiality.RESTRICTED)
        for name in ("Kepala Dinas Pemberdayaan Masyarakat dan Nagari", "Arsip"):
            mail = "kepala.dinas.pemberdayaan.masyarakat@solok-kabupaten.example" if name != "Arsip" else ""
            one = recipients.add(make.person("budi"), letter, RecipientKind.COPY, name, mail)
        one = recipients.add(make.person("budi"), letter, RecipientKind.ADDRESSEE, "Camat Kubung", "c@kubung.example")
        one.deliveries[0].error = "550 5.1.1 The email account that you tried to reach does not exist"
        one.deliveries[0].state = "refused"
        return letter.id

    letter_id = product.do(listed)
    page, faults = as_person("budi", device, **options), []
    for address in (f"/letters/{letter_id}/recipients", f"/letters/{letter_id}"):
        go(page, product, address)
        page.wait_for_load_state("networkidle")
        kind = f"{device}-{options.get('color_scheme', 'light')}-{language}"
        shot(page, f"copies-{kind}-{'list' if 'recipients' in address else 'letter'}", full=True)
        for size in (NARROW, PHONE, DESK) if device == "desktop" else ():
            look(page, size, faults, address, text="200%" if size == PHONE else "100%")
    product.do(lambda work: setattr(people.find(work, "budi"), "language", "id"))
    assert not faults, "\n".join(faults)
