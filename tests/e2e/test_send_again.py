"""A stranger's file is kept nowhere, so nothing goes on: the page says that the line broke, and a tap sends again."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.e2e.test_checks import files
from tests.e2e.test_transfers import CUT
from tests.e2e.watch import ready, shot, wait

assert files
TOLD = "document.querySelector('[data-part=trouble]:not([hidden]) [data-part=told]')?.textContent ?? ''"
HEADING = "document.querySelector('h1').textContent"
CHOSEN = "document.querySelector('[name=file]').files.length === 1"


@pytest.fixture(scope="module")
def scan():
    """An unsigned PDF of some megabytes."""
    made = io.BytesIO()
    Image.effect_noise((2480, 3508), 60).save(made, "PDF", resolution=300, quality=70)
    return {"name": "pindaian.pdf", "mimeType": "application/pdf", "buffer": made.getvalue()}


@pytest.fixture
def check(open_page, line):
    page = open_page("phone")
    page.goto(f"{line.url}/v/upload")
    ready(page)
    return page


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_cut_in_the_middle_is_told_and_one_tap_sends_again(check, line, scan, watch, language):
    check.goto(f"{line.url}/v/upload?lang={language}")
    ready(check)
    check.set_input_files("#file", scan)
    with watch.expect(*CUT):
        line.cut_at(line.sent + len(scan["buffer"]) // 2)
        check.click("#periksa button")
        wait(
            check, f"({TOLD}).includes('{'Sambungan terputus' if language == 'id' else 'The connection was cut'}')", 30
        )
    assert line.cuts and check.evaluate(CHOSEN)
    shot(check, f"send-again-{language}")
    line.mend()
    check.click(f"button:has-text('{'Kirim lagi' if language == 'id' else 'Send again'}')")
    told = "Tidak ada tanda tangan elektronik" if language == "id" else "No electronic signature"
    wait(check, f"{HEADING} === '{told}'", 60)
    assert check.title().startswith(told) and "pindaian.pdf" in check.inner_text("main")
    assert check.evaluate("document.activeElement.tagName") == "H1"
    shot(check, f"send-again-verdict-{language}", full=True)


def test_an_answer_that_was_lost_is_asked_for_again(check, line, files, watch):
    check.set_input_files("#file", {"name": "s.pdf", "mimeType": "application/pdf", "buffer": files["ours"]})
    with watch.expect(*CUT):
        line.cut_after("POST /v/upload")
        check.click("#periksa button")
        wait(check, f"({TOLD}).includes('Sambungan terputus')", 30)
    line.mend()
    check.click("button:has-text('Kirim lagi')")
    wait(check, f"{HEADING}.includes('surat kami nomor')", 60)


def test_a_refused_file_gives_the_form_back_alive(check, files, watch):
    check.set_input_files("#file", {"name": "s.pdf", "mimeType": "application/pdf", "buffer": b"Ini bukan PDF"})
    with watch.expect(422):
        check.click("#periksa button")
        wait(check, "document.querySelector('#file-error')?.textContent.includes('bukan PDF')", 30)
    check.set_input_files("#file", {"name": "s.pdf", "mimeType": "application/pdf", "buffer": files["ours"]})
    check.click("#periksa button")
    wait(check, f"{HEADING}.includes('surat kami nomor')", 60)


def test_an_error_page_takes_no_file_away(check, files, watch):
    busy = "<!doctype html><html><body><main><h1>x</h1><p>Coba lagi beberapa menit lagi.</p></main></body></html>"
    check.route("**/v/upload", lambda route: route.fulfill(status=429, content_type="text/html", body=busy))
    check.set_input_files("#file", {"name": "s.pdf", "mimeType": "application/pdf", "buffer": files["ours"]})
    with watch.expect(429):
        check.click("#periksa button")
        wait(check, f"{TOLD} === 'Coba lagi beberapa menit lagi.'")
    assert check.evaluate(CHOSEN)
    check.unroute("**/v/upload")
    check.click("button:has-text('Kirim lagi')")
    wait(check, f"{HEADING}.includes('surat kami nomor')", 60)


def test_a_line_that_says_nothing_is_told_and_may_be_given_up(check, files):
    held = []
    check.clock.install()
    check.route("**/v/upload", lambda route: held.append(route) if not held else route.continue_())
    check.set_input_files("#file", {"name": "s.pdf", "mimeType": "application/pdf", "buffer": files["ours"]})
    check.click("#periksa button")
    wait(check, "document.querySelector('#periksa[aria-busy]') !== null")
    check.clock.fast_forward(120_000)
    wait(check, f"({TOLD}).includes('Belum ada jawaban')")
    check.click("button:has-text('Kirim lagi')")
    wait(check, f"{HEADING}.includes('surat kami nomor')", 60)
