"""What bad input gets: a clear sentence, the form as it was, and never a second signature."""

from __future__ import annotations

import pikepdf

from tests import people
from tests.e2e.drafting import fill_facts, shown_facts
from tests.e2e.product import MAX_UPLOAD_MB
from tests.e2e.watch import ready, shot, text, wait
from tests.factories import Factory, examined
from tests.signing import papers
from webapp.demo.office import LETTERS
from webapp.domain import letters, second_factor
from webapp.models import Letter

SCRIPT = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.launchURL('http://contoh.invalid')"))
GOOD = LETTERS / "undangan.pdf"
LETTER_PATH = "/^\\/letters\\/\\d+\\/mark$/.test(location.pathname)"


def send(page, file):
    page.set_input_files("[name=file]", file)
    page.click("button[type=submit][form=surat]")


def test_a_bad_file_gets_a_sentence_and_the_form_is_kept(as_person, product, watch, pdf):
    page = as_person("budi", "phone")
    page.goto(f"{product.url}/letters/new")
    ready(page)
    typed = fill_facts(page, number="800.1.11.1/601/UM-2026")
    bad = {
        "bukan PDF": pdf(b"Ini bukan PDF", "surat.pdf"),
        "dikunci dengan kata sandi": pdf(papers.encrypted(papers.letter(), user="rahasia"), "terkunci.pdf"),
        "menghubungi alamat atau berkas lain": pdf(papers.with_action(SCRIPT), "skrip.pdf"),
    }
    with watch.expect(422):
        for sentence, file in bad.items():
            send(page, file)
            wait(page, f"document.querySelector('[role=alert]')?.innerText.includes('{sentence}')")
            assert shown_facts(page) == typed, "the form was not kept"
            assert sentence in page.inner_text("#file-error")
    shot(page, "refusal-script", full=True)
    send(page, GOOD)
    wait(page, LETTER_PATH)


def test_a_file_that_is_too_large_is_not_even_sent(as_person, product, watch, pdf):
    large = pdf(b"%PDF-1.7\n" + b"0" * (MAX_UPLOAD_MB * 1_000_000 + 1), "besar.pdf")
    page = as_person("budi", "phone")
    page.goto(f"{product.url}/letters/new")
    ready(page)
    typed = fill_facts(page, number="800.1.11.1/602/UM-2026")
    send(page, large)
    said = page.evaluate("document.querySelector('[name=file]').validationMessage")
    assert said == f"Berkas ini terlalu besar. Batasnya {MAX_UPLOAD_MB} MB."
    assert page.url == f"{product.url}/letters/new" and shown_facts(page) == typed
    page = as_person("budi", "phone", java_script_enabled=False)
    page.goto(f"{product.url}/letters/new")
    fill_facts(page, number="800.1.11.1/602/UM-2026")
    with watch.expect(422):
        send(page, large)
        wait(page, "document.querySelector('[role=alert]')?.innerText.includes('terlalu besar')")
    assert shown_facts(page) == typed


def test_a_file_beyond_all_measure_gets_a_page_and_not_a_dead_line(as_person, product, watch, pdf):
    page = as_person("budi", "phone")
    page.goto(f"{product.url}/letters/new")
    ready(page)
    typed = fill_facts(page, number="800.1.11.1/603/UM-2026")
    page.evaluate("document.querySelector('[name=file]').removeAttribute('data-max')")
    with watch.expect(413):
        send(page, pdf(b"%PDF-1.7\n" + b"0" * (MAX_UPLOAD_MB + 8) * 1_000_000, "raksasa.pdf"))
        wait(page, "document.querySelector('h1')?.innerText === 'Berkas terlalu besar'")
    page.goto(f"{product.url}/letters/new")
    wait(page, "document.querySelector('[data-part=restored]')?.hidden === false")
    assert shown_facts(page) == typed


def open_sheet(page, product, letter_id):
    page.goto(f"{product.url}/letters/{letter_id}")
    page.tap(".actions a[href='#setujui']")
    wait(page, "document.querySelector('dialog#setujui').open")


def test_a_letter_that_was_revised_meanwhile_is_not_signed(as_person, product, watch):
    letter_id = product.letter()
    page = as_person("sari")
    open_sheet(page, product, letter_id)
    product.do(lambda work: revise(work, letter_id))
    page.fill("dialog [name=code]", product.code_of("sari"))
    with watch.expect(409):
        page.tap("dialog button:has-text('Tanda tangani')")
        wait(page, "document.body.innerText.includes('telah diubah sejak Anda membacanya')")
    shot(page, "refusal-revised")
    assert product.times_signed(letter_id) == 0
    page.click("a:has-text('Buka lagi')")
    wait(page, f"location.pathname === '/letters/{letter_id}'")
    assert product.control_code(letter_id) in page.locator(".control__code").first.inner_text()


def revise(work, letter_id):
    """Budi takes the letter back, gives it another file and submits it again."""
    budi = people.as_person(work, people.find(work, "budi"))
    letter = work.session.get_one(Letter, letter_id)
    letters.withdraw(budi, letter)
    letters.revise(budi, letter, examined("edaran.pdf"))
    Factory(work).place(letter)
    letters.submit(budi, letter)


def test_a_used_code_is_refused_and_the_next_one_signs(as_person, product, watch):
    letter_id = product.letter()
    page = as_person("sari")
    open_sheet(page, product, letter_id)
    code = product.code_of("sari")
    product.do(lambda work: second_factor.consume(work, people.find(work, "sari"), code, "something else"))
    page.fill("dialog [name=code]", code)
    with watch.expect(422):
        page.tap("dialog button:has-text('Tanda tangani')")
        wait(page, "document.querySelector('dialog')?.innerText.includes('sudah dipakai')")
    wait(page, "document.querySelector('dialog#setujui').open")
    assert page.input_value("dialog [name=code]") == ""
    assert "Sisa percobaan" in text(page)
    shot(page, "refusal-used-code")
    assert product.times_signed(letter_id) == 0
    page.fill("dialog [name=code]", product.code_of("sari"))
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, "document.body.innerText.includes('Sudah ditandatangani')", 20)
    assert product.times_signed(letter_id) == 1


def test_a_double_tap_signs_once(as_person, product):
    letter_id = product.letter()
    page = as_person("sari")
    open_sheet(page, product, letter_id)
    page.fill("dialog [name=code]", product.code_of("sari"))
    box = page.locator("dialog button:has-text('Tanda tangani')").bounding_box()
    spot = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(*spot)
    page.touchscreen.tap(*spot)
    wait(page, "document.body.innerText.includes('Sudah ditandatangani')", 20)
    assert product.times_signed(letter_id) == 1


def test_a_double_tap_without_javascript_signs_once(as_person, product):
    letter_id = product.letter()
    page = as_person("sari", java_script_enabled=False)
    page.goto(f"{product.url}/letters/{letter_id}#setujui")
    page.fill("dialog [name=code]", product.code_of("sari"))
    page.locator("dialog button:has-text('Tanda tangani')").dblclick(no_wait_after=True)
    wait(page, "document.body.innerText.includes('Sudah ditandatangani')", 20)
    assert product.times_signed(letter_id) == 1


def test_an_expired_session_while_typing_loses_nothing(open_page, log_in, product):
    page = open_page("desktop")
    log_in(page, "budi")
    page.goto(f"{product.url}/letters/new")
    ready(page)
    typed = fill_facts(page, number="800.1.11.1/604/UM-2026")
    page.wait_for_timeout(400)  # kept a moment after the last key
    page.context.clear_cookies(name="teken")
    send(page, GOOD)
    wait(page, "location.pathname === '/login'")
    log_in(page, "budi")
    assert page.url == f"{product.url}/letters/new"
    wait(page, "document.querySelector('[data-part=restored]')?.hidden === false")
    assert shown_facts(page) == typed
    shot(page, "refusal-expired-restored")
    send(page, GOOD)
    wait(page, LETTER_PATH)


def test_an_expired_session_at_the_approval_leads_back_to_the_letter(open_page, log_in, product):
    letter_id = product.letter()
    page = open_page("phone")
    log_in(page, "sari")
    open_sheet(page, product, letter_id)
    page.context.clear_cookies(name="teken")
    page.fill("dialog [name=code]", "000000")
    page.tap("dialog button:has-text('Tanda tangani')")
    wait(page, "location.pathname === '/login'")
    log_in(page, "sari")
    assert page.url == f"{product.url}/letters/{letter_id}"
    assert page.locator(".actions a[href='#setujui']").is_visible()
    assert product.times_signed(letter_id) == 0


def test_a_letter_of_another_office_does_not_exist(as_person, product, watch):
    letter_id = product.letter()
    page = as_person("rudi")
    with watch.expect(404):
        answer = page.goto(f"{product.url}/letters/{letter_id}")
    assert answer.status == 404 and page.inner_text("h1") == "Tidak ditemukan"
    assert "Undangan" not in text(page)
    shot(page, "refusal-other-office")
