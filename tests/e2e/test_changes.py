"""A letter that came back: whoever initialled it before sees on the phone which pages differ, in words and pictures."""

from __future__ import annotations

import pytest

from tests import people, revisions
from tests.e2e.test_looks import DESK, NARROW, PHONE, look
from tests.e2e.test_routing import LOOKS
from tests.e2e.watch import shot, text, wait
from tests.factories import Factory
from tests.revisions import REVISED, revised

ARRIVED = "document.readyState === 'complete' && location.pathname"


def go(page, product, path):
    page.goto(f"{product.url}{path}")
    wait(page, f"{ARRIVED} === '{path}'")


def test_a_returned_and_revised_letter_shows_its_first_reader_what_changed(product, as_person, pdf):
    """Dewi has initialled, Lina gives it back; Budi changes the file in his browser, and Dewi sees what."""
    letter_id = product.do(lambda work: revisions.initialled(Factory(work), subject="Rapat yang Biayanya Berubah").id)
    path = f"/letters/{letter_id}"
    page = as_person("lina")
    go(page, product, path)
    assert "Berubah sejak" not in text(page), "she has not acted yet"
    page.click(".actions a:has-text('Kembalikan')")
    wait(page, f"{ARRIVED} === '{path}/return'")
    page.fill("[name=reason]", "Biayanya keliru.")
    page.click("button:has-text('Kembalikan'):visible >> nth=0")
    wait(page, f"{ARRIVED} === '{path}'")
    revise(as_person("budi"), product, path, pdf(REVISED, "perbaikan.pdf"))
    page = as_person("dewi")
    go(page, product, path)
    wait(page, "document.body.innerText.includes('Berubah sejak terakhir Anda paraf')")
    shot(page, "changes-1-notice")
    page.click("a:has-text('Lihat perubahannya')")
    wait(page, f"{ARRIVED} === '{path}/changes'")
    words = text(page)
    assert "sembilan" in words and "Halaman 3: baru" in words
    assert_swipe(page)
    go(page, product, path)
    assert "Anda paraf: halaman 2, 3" in text(page)  # and the last one, where the mark stands a hair lower
    shot(page, "changes-3-notice-with-pages")


def revise(page, product, path, file):
    go(page, product, f"{path}/versions")
    page.set_input_files("[name=file]", file)
    page.click("button[type=submit]:visible >> nth=-1")
    wait(page, f"{ARRIVED} === '{path}/mark'", 20)
    page.click("button[type=submit]:visible >> nth=-1")
    wait(page, f"{ARRIVED} === '{path}/preview'", 20)
    page.click("button:has-text('Ajukan'):visible >> nth=0")
    wait(page, f"{ARRIVED} === '{path}'")


def assert_swipe(page):
    """The pair is moved by the finger alone, the page is not; and what differs is outlined where it is."""
    pair = "document.querySelector('.swipe')"
    wait(page, f"{pair}.querySelector('img').naturalWidth > 0", 20)
    assert page.evaluate(f"{pair}.scrollWidth > {pair}.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "changes-2-before", full=True)
    page.evaluate(f"{pair}.scrollTo({{left: 400, behavior: 'instant'}})")
    wait(page, f"{pair}.scrollLeft > 200")
    box = page.locator(".swipe >> nth=0 >> .outlines--after rect >> nth=0").bounding_box()
    image = page.locator(".swipe >> nth=0 >> .swipe__side >> nth=1 >> img").bounding_box()
    assert image["x"] < box["x"] and box["x"] + box["width"] < image["x"] + image["width"]
    assert 0.08 < (box["y"] - image["y"]) / image["height"] < 0.16, "the second line of the page"
    shot(page, "changes-2-after")


@pytest.fixture(scope="module")
def changed(product):
    """With facts that changed too; compared ahead by the worker or by the first who looks."""
    return product.do(lambda work: revised(Factory(work), subject="Undangan Rapat Ulang", addressee="Para Camat").id)


@pytest.mark.parametrize(("device", "options"), LOOKS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_what_changed_fits_and_is_read(product, as_person, changed, device, options, language):
    def speak(spoken):
        product.do(lambda work: setattr(people.find(work, "dewi"), "language", spoken))

    speak(language)
    page = as_person("dewi", device, **options)
    faults = []
    for address in (f"/letters/{changed}/changes", f"/letters/{changed}"):
        go(page, product, address)
        page.wait_for_load_state("networkidle")
        kind = f"{device}-{options.get('color_scheme', 'light')}-{language}"
        shot(page, f"changes-{kind}-{'page' if 'changes' in address else 'letter'}", full="changes" in address)
        for size in (NARROW, PHONE, DESK) if device == "desktop" else ():
            look(page, size, faults, address, text="200%" if size == PHONE else "100%")
    speak("id")
    assert not faults, "\n".join(faults)


def test_it_works_without_script(product, as_person, changed):
    page = as_person("dewi", "phone", java_script_enabled=False)
    page.goto(f"{product.url}/letters/{changed}/changes")
    assert page.locator(".swipe img").count() == 3 and page.locator("ins").count() >= 3
    page.locator(".swipe >> nth=0").focus()
    page.keyboard.press("ArrowRight")  # as a finger does: to the next place where it rests
    page.wait_for_timeout(800)
    box = page.locator(".swipe >> nth=0 >> .swipe__side >> nth=1").bounding_box()
    assert box["x"] < 100, "the page after is not in front"
