"""A chain of two on a phone: Budi plans it, Dewi and Lina initial, Sari signs; one return on the way."""

from __future__ import annotations

import pytest

from tests import people
from tests.e2e.watch import shot, text, wait

LOOKS = [
    pytest.param("phone", {}, id="phone"),
    pytest.param("phone", {"color_scheme": "dark"}, id="phone-dark"),
    pytest.param("desktop", {}, id="desktop"),
    pytest.param("desktop", {"color_scheme": "dark"}, id="desktop-dark"),
]
ARRIVED = "document.readyState === 'complete' && location.pathname"


def go(page, product, path):
    page.goto(f"{product.url}{path}")
    wait(page, f"{ARRIVED} === '{path.partition('?')[0]}'")


def press(page, label, path):
    page.click(f"button:has-text('{label}'):visible >> nth=0")
    wait(page, f"{ARRIVED} === '{path}'")


def test_a_chain_of_two_is_planned_initialled_and_signed(product, as_person):
    letter_id = product.letter("placed", subject="Surat Tugas Berjenjang")
    path = f"/letters/{letter_id}"
    drafter = as_person("budi")
    plan(drafter, product, path)
    initial(as_person("dewi"), product, path, "dewi")
    official = as_person("sari")
    go(official, product, "/letters?box=waiting")
    assert "Surat Tugas Berjenjang" not in text(official), "it does not wait for the signer yet"
    send_back(as_person("lina"), product, path)
    initial(as_person("dewi"), product, path, "again")
    initial(as_person("lina"), product, path, "lina")
    sign(official, product, path)
    assert product.times_signed(letter_id) == 1
    go(drafter, product, path)
    words = text(drafter)
    assert "diparaf" in words and "ditandatangani" in words
    shot(drafter, "routing-5-signed", full=True)


def plan(page, product, path):
    go(page, product, f"{path}/preview")
    page.click("a:has-text('Atur alur')")
    wait(page, f"{ARRIVED} === '{path}/chain'")
    for name in ("Dewi Contoh", "Lina Contoh"):
        page.select_option("[name=person_id]", label=page.locator(f"option:has-text('{name}')").inner_text())
        press(page, "Tambahkan", f"{path}/chain")
    wait(page, "document.querySelectorAll('.chain > li').length === 3")
    page.fill("[name=name]", "Surat tugas")
    press(page, "Simpan alur", f"{path}/chain")
    shot(page, "routing-1-chain", full=True)
    page.click(".actions a:has-text('Selesai')")
    wait(page, f"{ARRIVED} === '{path}/preview'")
    shot(page, "routing-2-preview", full=True)
    press(page, "Ajukan untuk diparaf", path)
    assert "Surat diajukan kepada Kepala Bagian Umum" in text(page)
    shot(page, "routing-2-submitted", full=True)


def initial(page, product, path, name):
    """From the list of what waits: one tap on the letter, one on the button at the thumb."""
    go(page, product, "/letters?box=waiting")
    assert "Menunggu paraf" in text(page)
    shot(page, f"routing-3-{name}-list")
    page.click(f"a[href='{path}']")
    wait(page, f"{ARRIVED} === '{path}' && document.querySelector('.pages img')?.naturalWidth > 0")
    shot(page, f"routing-3-{name}-reading")
    shot(page, f"routing-3-{name}-reading-full", full=True)
    press(page, "Paraf", path)
    wait(page, "document.body.innerText.includes('sudah Anda paraf')")
    shot(page, f"routing-3-{name}-done", full=True)


def send_back(page, product, path):
    """To the drafter is the first choice, to Dewi the second."""
    go(page, product, path)
    page.click(".actions a:has-text('Kembalikan')")
    wait(page, f"{ARRIVED} === '{path}/return'")
    page.check("label:has-text('Dewi Contoh') input")
    page.fill("[name=reason]", "Periksa lagi nama petugasnya.")
    shot(page, "routing-4-return", full=True)
    press(page, "Kembalikan", path)
    assert "Surat dikembalikan." in text(page)


def sign(page, product, path):
    go(page, product, path)
    assert "Dewi Contoh" in text(page) and "Lina Contoh" in text(page), "the official does not see who initialled"
    shot(page, "routing-4-official", full=True)
    page.click(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")
    wait(page, "document.activeElement.name === 'code'", why="the code is not asked for by itself")
    page.keyboard.type(product.code_of("sari"))
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, "document.body.innerText.includes('Sudah ditandatangani')", 20)


@pytest.mark.parametrize(("device", "options"), LOOKS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_screens_of_the_way_fit_and_are_read(product, as_person, device, options, language):
    letter_id = product.letter("in_review", subject="Surat Edaran Berjenjang dengan Perihal yang Agak Panjang")
    path, kind = f"/letters/{letter_id}", f"{device}-{options.get('color_scheme', 'light')}-{language}"
    for login, address in (
        ("dewi", path), ("dewi", f"{path}/opinions/new"), ("dewi", f"{path}/return"), ("budi", path),
        ("admin", "/unfinished"), ("dewi", "/letters?box=waiting"),
    ):  # fmt: skip
        speak(product, login, language)
        page = as_person(login, device, **options)
        go(page, product, address)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{address} is {wide} pixels too wide"
        name = address.strip("/").partition("?")[0].replace("/", "-").replace(str(letter_id), "N")
        shot(page, f"routing-{kind}-{login}-{name}", full=True)
        speak(product, login, "id")
        page.context.close()


def speak(product, login, language):
    def change(work):
        people.find(work, login).language = language

    product.do(change)
