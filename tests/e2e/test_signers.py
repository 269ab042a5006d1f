"""Two signers on a phone: Budi adds Hadi and gives both a place, Sari signs, Hadi reads her file and signs it too."""

from __future__ import annotations

import subprocess

import pytest
from PIL import Image

from tests import scanner
from tests.e2e.test_routing import ARRIVED, LOOKS, go, press, speak
from tests.e2e.watch import shot, text, wait
from tests.factories import PLACES, Factory, allow_to_sign
from tests.signing import judges
from webapp.domain import documents, letters
from webapp.models import Authority, Letter


def prepared(product, subject):
    """A draft with Sari's mark, whose office Hadi may sign for too."""

    def make(work):
        letter = Factory(work).placed(subject=subject)
        allow_to_sign(work, "hadi", letter.office)
        return letter.id

    return product.do(make)


def cosigned(product, subject, *, first_signed):
    def make(work):
        factory = Factory(work)
        if first_signed:
            return factory.with_first("sari", "hadi", subject=subject).id
        letter = factory.cosigned("sari", "hadi", together=True, subject=subject)
        letters.submit(factory.person("budi"), letter)
        return letter.id

    return product.do(make)


def sign(page, product, path, login, ending):
    go(page, product, path)
    page.click(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")
    page.fill("dialog [name=code]", "")
    page.keyboard.type(product.code_of(login))
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, f"document.body.innerText.includes('{ending}')", 20)


def test_two_sign_one_after_the_other_on_the_phone(product, as_person, tmp_path):
    letter_id = prepared(product, "Nota Kesepahaman Dua Pejabat")
    path = f"/letters/{letter_id}"
    plan(as_person("budi"), product, path)
    sign(as_person("sari"), product, path, "sari", "1 dari 2 penandatangan sudah menandatangani")
    second = as_person("hadi")
    go(second, product, "/letters?box=waiting")
    assert "Nota Kesepahaman Dua Pejabat" in text(second)
    go(second, product, path)
    assert "Tanda tangan Anda ditambahkan sesudahnya" in text(second)
    second.wait_for_load_state("networkidle")
    shot(second, "signers-3-second-reads", full=True)
    sign(second, product, path, "hadi", "Sudah ditandatangani")
    shot(second, "signers-4-signed", full=True)
    assert product.times_signed(letter_id) == 2
    pdf, roots = product.do(lambda work: file_of(work, letter_id))
    judges.require_valid(pdf, roots, tmp_path, times=2, has_responder=False)
    found = codes_of(pdf, tmp_path)
    assert len(found) == 2
    for number, address in enumerate(found):
        second.goto(f"{product.url}/v/{address.partition('/V/')[2]}")
        assert "Ditandatangani oleh 2 pejabat" in text(second)
        wait(second, "document.body.innerText.includes('Segel pada kertas: cocok')", 20)
        shot(second, f"signers-5-public-{number}", full=True)


def codes_of(pdf, folder):
    """What zxing reads of the printed page."""
    (folder / "s.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-png", folder / "s.pdf", folder / "s"], check=True)
    return [one.text for one in scanner.codes(Image.open(next(folder.glob("s-*1.png"))))]


def file_of(work, letter_id):
    letter = work.session.get_one(Letter, letter_id)
    pdf = documents.get(work.config, letter.signature.sha256)
    return pdf, [authority.root_der for authority in work.session.query(Authority)]


def plan(page, product, path):
    go(page, product, f"{path}/chain")
    page.select_option("#signer", label=page.locator("#signer option:has-text('Hadi')").inner_text())
    press(page, "Tambahkan penandatangan", f"{path}/chain")
    shot(page, "signers-1-chain", full=True)
    page.click(".actions a:has-text('Selesai')")
    wait(page, f"{ARRIVED} === '{path}/mark' && document.querySelector('.page__view img')?.naturalWidth > 0")
    shot(page, "signers-2-second-mark", full=True)
    page.click("details summary:has-text('Atur letak dengan angka')")
    for name in ("x", "y"):
        page.fill(f"[name={name}_mm]", f"{getattr(PLACES[1], name) * 25.4 / 72:.1f}".replace(".", ","))
        page.press(f"[name={name}_mm]", "Tab")
    press(page, "Simpan letak", f"{path}/preview")
    page.wait_for_load_state("networkidle")
    shot(page, "signers-2-preview", full=True)
    press(page, "Ajukan kepada", path)
    assert "Surat diajukan kepada" in text(page)


def test_who_may_sign_too_has_it_prepared_for_himself(product, as_person):
    path = f"/letters/{cosigned(product, 'Berita Acara Bersama', first_signed=False)}"
    page = as_person("hadi")
    go(page, product, path)
    assert "Anda juga penandatangan surat ini" in text(page)
    press(page, "Siapkan untuk saya", path)
    sign(page, product, path, "hadi", "1 dari 2 penandatangan sudah menandatangani")


@pytest.mark.parametrize(("device", "options"), LOOKS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_screens_of_several_signers_fit(product, as_person, device, options, language):
    draft = f"/letters/{prepared(product, 'Perjanjian Kerja Sama')}"
    half = f"/letters/{cosigned(product, 'Berita Acara yang Agak Panjang Perihalnya', first_signed=True)}"
    both = f"/letters/{cosigned(product, 'Berita Acara Bersama', first_signed=False)}"
    kind = f"{device}-{options.get('color_scheme', 'light')}-{language}"
    for login, address in (
        ("budi", f"{draft}/chain"), ("budi", half), ("hadi", half), ("hadi", f"{half}/return"), ("hadi", both),
        ("budi", f"{draft}/mark"),
    ):  # fmt: skip
        speak(product, login, language)
        page = as_person(login, device, **options)
        go(page, product, address)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} pixels too wide"
        name = "-".join(part for part in address.strip("/").split("/") if not part.isdigit())
        shot(
            page,
            f"signers-{kind}-{login}-{name}-{'draft' if address.startswith(draft) else address.split('/')[2]}",
            full=True,
        )
        speak(product, login, "id")
        page.context.close()
