"""The line breaks after the approval was sent: whatever he does next, the official finds the letter signed once."""

from __future__ import annotations

import pytest

from tests.e2e.line import EDGE
from tests.e2e.watch import shot, text, wait
from webapp.models import Confidentiality

CUT = ("ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_CLOSED")
SIGNED = "document.body.innerText.includes('Sudah ditandatangani')"
OFFLINE = "document.querySelector('h1')?.innerText === 'Tanpa jaringan'"


@pytest.fixture
def edge(lines):
    return lines(EDGE)


def approve(page, line, product, letter_id, *, arrives=True):
    """Up to the tap whose answer is lost, or which itself is lost on the way."""
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")
    page.fill("dialog [name=code]", product.code_of("sari"))
    (line.cut_after if arrives else line.cut_before)(f"POST /letters/{letter_id}/signature")
    page.tap("dialog button:has-text('Tanda tangani')")


def until_signed(page, product, letter_id):
    for _ in range(200):
        if product.times_signed(letter_id):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the approval never arrived")


def test_try_again_lands_on_the_signed_letter(as_person, product, line, watch):
    """With the app's service worker: an honest page that says what to do. (Restricted: the device keeps none.)"""
    letter_id = product.letter(confidentiality=Confidentiality.RESTRICTED)
    page = as_person("sari")
    page.goto(f"http://localhost:{line.port}/letters/{letter_id}")
    wait(page, "navigator.serviceWorker.controller !== null")
    with watch.expect(*CUT):
        approve(page, line, product, letter_id)
        wait(page, OFFLINE, 15)
        until_signed(page, product, letter_id)
    assert "tidak akan menandatangani dua kali" in text(page)
    shot(page, "drop-offline")
    line.mend()
    page.click("text=Coba lagi")
    wait(page, SIGNED, 15)
    shot(page, "drop-signed")
    assert product.times_signed(letter_id) == 1


def test_where_the_letter_is_kept_the_worker_itself_looks_what_became_of_it(as_person, product, line, watch):
    """The form that got no answer is queued as an intention, without its code; its letter shows that it was signed."""
    letter_id = product.letter()
    page = as_person("sari")
    page.goto(f"http://localhost:{line.port}/letters/{letter_id}")
    wait(page, "navigator.serviceWorker.controller !== null", 40)
    wait(page, "document.querySelector('[data-behaviour=keep-offline]').innerText.includes('Terbaca tanpa sinyal')", 40)
    with watch.expect(*CUT):
        approve(page, line, product, letter_id)
        wait(page, SIGNED, 40)
        wait(page, "(async () => (await self.shelf?.decisions())?.length === 0)()", 40)
    assert product.times_signed(letter_id) == 1


def test_a_reload_lands_on_the_signed_letter(open_page, as_person, product, line, watch):
    """Without a service worker, as on the first visit: the browser's own error page, then the same approval again."""
    letter_id = product.letter()
    page = as_person("sari", service_workers="block")
    page.goto(f"http://localhost:{line.port}/letters/{letter_id}")
    with watch.expect(*CUT):
        approve(page, line, product, letter_id)
        until_signed(page, product, letter_id)
        page.wait_for_timeout(500)
    assert line.cuts >= 1
    line.mend()
    page.goto(f"http://localhost:{line.port}/letters/{letter_id}")
    assert "Sudah ditandatangani" in text(page)
    assert product.times_signed(letter_id) == 1


def test_the_same_approval_sent_again_lands_on_the_signed_letter(as_person, product, line):
    """What a browser does by itself, or a person with the reload key: the very same request, code and all."""
    letter_id = product.letter()
    page = as_person("sari", service_workers="block")
    page.goto(f"http://localhost:{line.port}/letters/{letter_id}")
    sent = page.evaluate(
        "code => { const f = document.querySelector('dialog form'); f.code.value = code;"
        " return Object.fromEntries(new FormData(f)) }", product.code_of("sari"),
    )  # fmt: skip
    for _ in range(2):
        answer = page.request.post(f"{product.url}/letters/{letter_id}/signature", form=sent)
        assert answer.ok and "Sudah ditandatangani" in answer.text()
    assert product.times_signed(letter_id) == 1


# Whether the words of a letter can be read before its first picture is there.
WORDS_FIRST = """addEventListener('DOMContentLoaded', () => {
  const picture = document.querySelector('.pages img');
  const code = document.querySelector('.control__code');
  if (picture) sessionStorage.wordsFirst = !picture.complete && code.innerText.length === 4;
})"""


def test_on_edge_the_official_always_learns_the_truth(as_person, product, edge, watch):
    """120 kbit/s, 800 ms. Lost on the way: it still waits. Answer lost: it is signed. He is never left to guess."""
    letter_id = product.letter()
    page = as_person("sari")
    page.set_default_timeout(60_000)
    page.context.add_init_script(WORDS_FIRST)
    page.goto(f"http://localhost:{edge.port}/letters?box=waiting")
    wait(page, "navigator.serviceWorker.controller !== null", 60)
    page.goto(f"http://localhost:{edge.port}/letters/{letter_id}")
    assert page.evaluate("sessionStorage.wordsFirst") == "true"
    for arrives in (False, True):
        wait(page, "document.querySelector('.pages img')?.naturalWidth > 0", 60)
        with watch.expect(*CUT):
            approve(page, edge, product, letter_id, arrives=arrives)
            wait(page, OFFLINE, 60)
        assert "jangan anggap sudah terkirim" in text(page)
        if arrives:
            until_signed(page, product, letter_id)
        edge.mend()
        page.click("text=Coba lagi")
        told = SIGNED if arrives else "document.querySelector('.actions a[href=\\'#setujui\\']') !== null"
        wait(page, f"location.pathname === '/letters/{letter_id}' && {told}", 60)
        assert product.times_signed(letter_id) == int(arrives)
    assert edge.cuts >= 2
