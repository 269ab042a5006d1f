"""A deputy on a phone: the mandate given, accepted, a letter taken over and signed; the public page says by what."""

from __future__ import annotations

import subprocess
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests import people
from tests.e2e import paper
from tests.e2e.watch import SHOTS, shot, text, wait
from tests.factories import Factory

ARRIVED = "document.readyState === 'complete' && location.pathname"
DECREE = "SK 800.1.3/12/BKPSDM-2026"


def go(page, product, path):
    page.goto(f"{product.url}{path}")
    wait(page, f"{ARRIVED} === '{path.partition('?')[0]}'")


def test_a_deputy_signs_and_the_paper_says_by_what(product, as_person, phone, tmp_path):
    letter_id = product.letter("submitted", subject="Undangan Rapat Selama Plh.")
    path = f"/letters/{letter_id}"
    official = as_person("sari")
    mandate = grant(official, product)
    deputy = as_person("hadi")
    accept(deputy, product, mandate)
    take_over(deputy, product, path)
    sign(deputy, product, path)
    assert product.times_signed(letter_id) == 1
    check_public(phone, product, letter_id)
    check_file(deputy, product, path, tmp_path)
    go(official, product, "/absence")
    words = text(official)
    assert "Undangan Rapat Selama Plh." in words and "Ditandatangani" in words
    shot(official, "deputies-8-absence", full=True)
    revoke(official, product, mandate)
    check_public(phone, product, letter_id)


def grant(page, product) -> str:
    """The official's own phone and second factor; returns the mandate's path."""
    go(page, product, "/settings")
    page.click("a:has-text('Pejabat pengganti')")
    wait(page, f"{ARRIVED} === '/mandates'")
    page.click(".dock a:has-text('Tunjuk pejabat pengganti')")
    wait(page, f"{ARRIVED} === '/mandates/new'")
    today = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    page.select_option("[name=deputy_id]", label=page.locator("option:has-text('Hadi Contoh')").inner_text())
    page.fill("[name=starts_on]", str(today))
    page.fill("[name=ends_on]", str(today + timedelta(days=6)))
    page.fill("[name=decree]", DECREE)
    shot(page, "deputies-1-new", full=True)
    page.fill("[name=code]", product.code_of("sari"))
    # Six digits send a sheet by themselves; here the button is pressed where they did not.
    if page.url.endswith("/mandates/new"):
        page.click(".actions button:has-text('Beri mandat')")
    wait(page, "document.body.innerText.includes('Menunggu diterima')")
    shot(page, "deputies-2-granted", full=True)
    return page.evaluate("location.pathname")


def accept(page, product, mandate):
    go(page, product, "/letters?box=waiting")
    assert "Undangan Rapat Selama Plh." not in text(page), "offered before the mandate was accepted"
    go(page, product, mandate)
    shot(page, "deputies-3-asked", full=True)
    page.click("button:has-text('Terima mandat'):visible")
    wait(page, "document.body.innerText.includes('Mandat diterima.')")


def take_over(page, product, path):
    go(page, product, "/letters?box=waiting")
    assert "Sebagai Plh. Sekretaris Daerah" in text(page)
    shot(page, "deputies-4-waiting")
    page.click(f"a[href='{path}']")
    wait(page, f"{ARRIVED} === '{path}'")
    shot(page, "deputies-5-offered", full=True)
    page.click("button:has-text('Ambil alih surat ini'):visible")
    wait(page, "document.body.innerText.includes('sekarang Anda tangani')", 20)
    wait(page, "document.querySelector('.pages img')?.naturalWidth > 0", 20)
    shot(page, "deputies-6-reading", full=True)


def sign(page, product, path):
    page.click(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")
    wait(page, "document.activeElement.name === 'code'")
    page.keyboard.type(product.code_of("hadi"))
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, "document.body.innerText.includes('Sudah ditandatangani')", 20)
    assert "Plh. Sekretaris Daerah" in text(page)


def check_public(page, product, letter_id):
    page.goto(product.verification_url(letter_id))
    words = text(page)
    assert "Asli" in words and "Plh. Sekretaris Daerah" in words
    assert f"menurut {DECREE}" in words and "berwenang" in words
    shot(page, "deputies-7-public", full=True)


def check_file(page, product, path, folder):
    """pdfsig judges the file; the block and the reason in it name the deputy and his authority."""
    file = folder / "surat.pdf"
    file.write_bytes(page.request.get(f"{product.url}{path}/file").body())
    judged = paper.judge(file, f"{product.url}/authority/root.pem")
    assert "Signature is Valid." in judged and "Certificate is Trusted." in judged, judged
    assert "HADI CONTOH" in judged.upper()
    assert paper.is_sound(file)
    words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout
    assert "Plh. Sekretaris Daerah" in words and "Hadi Contoh" in words
    paper.printed(file, 1).save(SHOTS / "deputies-stamped.png")


def revoke(page, product, mandate):
    go(page, product, f"{mandate}/revocation")
    page.fill("[name=reason]", "Sudah kembali bertugas.")
    shot(page, "deputies-9-revoke", full=True)
    page.click("button:has-text('Akhiri mandat'):visible")
    wait(page, "document.body.innerText.includes('Mandat diakhiri.')")


@pytest.mark.parametrize(
    ("device", "language", "scheme"),
    [("phone", "id", "light"), ("phone", "en", "dark"), ("desktop", "id", "dark"), ("desktop", "en", "light")],
)
def test_the_screens_fit_and_are_read(product, as_person, device, language, scheme):
    def made(work):
        make = Factory(work)
        mandate = make.mandate(principal="hadi", deputy="sari", by="hadi", starts=len(list(work.session.new)) + 30)
        letter = make.submitted(drafter="rudi", signer="hadi", subject="Laporan Kinerja Triwulan yang Agak Panjang")
        return mandate.id, letter.id, people.find(work, "hadi").id

    mandate_id, letter_id, _ = product.do(made)
    kind = f"deputies-{device}-{language}-{scheme}"
    page = as_person("hadi", device, color_scheme=scheme)
    for place in ("/mandates", "/mandates/new", f"/mandates/{mandate_id}", f"/mandates/{mandate_id}/revocation",
                  "/absence"):  # fmt: skip
        go(page, product, f"{place}?lang={language}")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{place} scrolls sideways by {wide}"
        shot(page, f"{kind}{place.replace('/', '-').replace(f'-{mandate_id}', '-one')}", full=True)
    revoke_all(product, mandate_id)
    assert letter_id


def revoke_all(product, mandate_id):
    def ended(work):
        from webapp.domain import delegations

        by = people.as_person(work, people.find(work, "hadi"))
        delegations.revoke(by, delegations.get(by, mandate_id), "Uji selesai.")

    product.do(ended)
