"""A deputy for the first of two signers, on a phone: his mark at the official's place, and both signatures valid."""

from __future__ import annotations

import subprocess

import pytest

from tests import people
from tests.domain.test_deputies_of_several import deputy, submitted
from tests.e2e import paper
from tests.e2e.test_routing import LOOKS, go, speak
from tests.e2e.test_signers import sign
from tests.e2e.watch import SHOTS, shot, text, wait
from tests.factories import Factory
from webapp.domain import delegations
from webapp.models import Mandate

SUBJECT = "Nota Kesepahaman Selama Plh."


@pytest.fixture(scope="module")
def letter_id(product):
    def made(work):
        make = Factory(work)
        if work.session.query(Mandate).filter(Mandate.deputy.has(email="rudi@solok.example")).first() is None:
            deputy(make, "rudi", principal="sari")
        letter = submitted(make)
        letter.subject = SUBJECT
        return letter.id

    yield product.do(made)
    product.do(end)  # other tests let Sari name a deputy for the same days


def end(work):
    given = work.session.query(Mandate).filter(
        Mandate.deputy.has(email="rudi@solok.example"), Mandate.revoked_at.is_(None)
    )
    for one in given:
        delegations.revoke(people.as_person(work, one.principal), one, "Sudah kembali.")


def test_the_deputy_signs_in_the_officials_turn_and_the_next_after_him(product, as_person, phone, letter_id, tmp_path):
    path = f"/letters/{letter_id}"
    page = as_person("rudi")
    go(page, product, "/letters?box=waiting")
    assert SUBJECT in text(page) and "Sebagai Plh. Sekretaris Daerah" in text(page)
    page.click(f"a[href='{path}']")
    wait(page, "document.body.innerText.includes('Ditawarkan kepada Anda sebagai Plh.')")
    shot(page, "several-1-offered", full=True)
    page.click("button:has-text('Ambil alih surat ini'):visible")
    wait(page, "document.body.innerText.includes('sekarang Anda tangani')", 20)
    wait(page, "document.querySelector('.pages img')?.naturalWidth > 0", 20)
    shot(page, "several-2-reading", full=True)
    sign(page, product, path, "rudi", "1 dari 2 penandatangan sudah menandatangani")
    shot(page, "several-3-signed", full=True)
    judged(page, product, path, tmp_path / "one", 1)
    sign(as_person("hadi"), product, path, "hadi", "juga tercetak di bawah QR")
    shown = judged(page, product, path, tmp_path / "two", 2)
    assert "Plh. Sekretaris Daerah" in shown and "Rudi Contoh" in shown and "Sari Contoh" not in shown
    paper.printed(tmp_path / "two" / "surat.pdf", 1).save(SHOTS / "several-stamped.png")
    phone.goto(product.verification_url(letter_id))
    words = text(phone)
    assert "Ditandatangani oleh 2 pejabat" in words and words.count("berwenang") == 1
    shot(phone, "several-4-public", full=True)


def judged(page, product, path, folder, times) -> str:
    folder.mkdir()
    file = folder / "surat.pdf"
    file.write_bytes(page.request.get(f"{product.url}{path}/file").body())
    told = paper.judge(file, f"{product.url}/authority/root.pem")
    assert told.count("Signature is Valid.") == times and told.count("Certificate is Trusted.") == times, told
    assert paper.is_sound(file)
    return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout


@pytest.mark.parametrize(("device", "options"), LOOKS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_screens_fit_and_are_read(product, as_person, letter_id, device, options, language):
    kind = f"several-{device}-{language}-{options.get('color_scheme', 'light')}"
    for login, place in (("rudi", f"/letters/{letter_id}"), ("hadi", f"/letters/{letter_id}"), ("rudi", "/keys"),
                         ("admin", "/mandates/new"), ("hadi", f"/letters/{letter_id}/revocation")):  # fmt: skip
        speak(product, login, language)
        page = as_person(login, device, **options)
        go(page, product, place)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{place} scrolls sideways by {wide}"
        shot(page, f"{kind}-{login}{place.replace('/', '-')}", full=True)
        speak(product, login, "id")
