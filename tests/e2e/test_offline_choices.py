"""In airplane mode: a letter goes back to an earlier step, and a colleague is asked; judged when it arrives."""

from __future__ import annotations

import pytest

from tests import people
from tests.e2e.offline import GONE, QUEUED, decide, offline, read, wait
from tests.e2e.watch import shot, text
from tests.factories import Factory
from webapp.domain import letters, reviews
from webapp.models import Letter

LOOKS = {
    "phone": {}, "phone-dark": {"color_scheme": "dark"},
    "desktop": {"viewport": {"width": 1280, "height": 800}, "is_mobile": False, "has_touch": False},
}  # fmt: skip
SENT = "localStorage.getItem('offline') === '0'"
OFFERED = "[...document.querySelectorAll('details[data-kind] > summary')].filter((one) => one.offsetParent).length"


def passed(product, **facts):
    """Initialled by Dewi, waits for Lina."""

    def make(work):
        factory = Factory(work)
        return factory.initial(factory.in_review("dewi", "lina", **facts), "dewi").id

    return product.do(make)


def state(product, letter_id):
    with product.work() as work:
        letter = work.session.get_one(Letter, letter_id)
        asked = [(one.person.name, one.question) for one in letter.opinions]
        return [str(step.state) for step in letter.chain], asked


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_question_and_a_return_to_a_step_wait_for_a_signal(phone_of, product, watch, look):
    letter_id = passed(product, subject="Surat Tugas Perahu")
    page = phone_of("lina", **LOOKS[look])
    read(page, product, letter_id)
    with watch.expect(GONE, "Failed to fetch"):
        offline(page, product, f"/letters/{letter_id}")
        wait(page, f"{OFFERED} === 3")
        decide(page, "ask", "Apakah anggarannya ada?", choice="Budi Contoh")
        assert "Kepada Budi Contoh" in text(page) and "Apakah anggarannya ada?" in text(page)
        wait(page, f"{OFFERED} === 3", why="a question keeps nobody from deciding")
        page.click("details[data-kind=ask] summary")
        assert not page.locator("#pilih-ask option:has-text('Budi Contoh')").count(), "he would be asked twice"
        page.click("details[data-kind=return] summary")
        page.select_option("#pilih-return", index=1)
        shot(page, f"offline-choices-{look}", full=True)
        page.reload()
        decide(page, "return", "Periksa dasar hukumnya.", choice="Dewi Contoh")
        assert "Kepada Dewi Contoh" in text(page)
        wait(page, f"{OFFERED} === 0", why="one decision a letter")
        shot(page, f"offline-choices-queued-{look}", full=True)
        assert state(product, letter_id) == (["done", "open", "waiting"], []), "something was sent"
        page.context.set_offline(False)
        wait(page, "document.querySelector('.tabs') !== null")
        wait(page, SENT)
    chain, asked = state(product, letter_id)
    assert chain == ["open", "waiting", "waiting"] and [question for _, question in asked] == [
        "Apakah anggarannya ada?"
    ]


def test_the_pages_own_forms_keep_their_choice(phone_of, product, watch):
    """Sent on a dead line, they are queued by the worker, with the names that the device knows."""
    letter_id = passed(product)
    page = phone_of("lina")
    read(page, product, letter_id)
    with watch.expect(GONE, "Failed to fetch"):
        page.goto(f"{product.url}/letters/{letter_id}/opinions/new")
        page.select_option("[name=person_id]", label=page.locator("option:has-text('Budi Contoh')").inner_text())
        page.fill("[name=question]", "Apakah anggarannya ada?")
        page.context.set_offline(True)
        page.click("button[type=submit]:has-text('Minta pendapat')")
        wait(page, QUEUED)
        assert "Kepada Budi Contoh" in text(page)
        page.context.set_offline(False)
        wait(page, f"document.querySelector('.tabs') !== null && {SENT}")
        assert [question for _, question in state(product, letter_id)[1]] == ["Apakah anggarannya ada?"]

        read(page, product, letter_id)
        page.goto(f"{product.url}/letters/{letter_id}/return")
        page.check("label:has-text('Dewi Contoh') input")
        page.fill("[name=reason]", "Periksa dasar hukumnya.")
        page.context.set_offline(True)
        page.click("form button[type=submit]:has-text('Kembalikan')")
        wait(page, QUEUED)
        assert "Kepada Dewi Contoh" in text(page) and "Periksa dasar hukumnya." in text(page)
        page.context.set_offline(False)
        wait(page, f"document.querySelector('.tabs') !== null && {SENT}")
    assert state(product, letter_id)[0] == ["open", "waiting", "waiting"]


def test_a_choice_that_is_gone_is_told(phone_of, product, watch):
    """The letter went back to Dewi meanwhile, and Lina's step stands in the place of hers."""
    letter_id = product.do(lambda work: Factory(work).initial(Factory(work).in_review("dewi"), "dewi").id)
    page = phone_of("sari")
    read(page, product, letter_id)
    with watch.expect(GONE, "Failed to fetch", 409):
        offline(page, product, f"/letters/{letter_id}")
        decide(page, "return", "Periksa dasar hukumnya.", choice="Dewi Contoh")
        product.do(lambda work: replace_dewi(work, letter_id))
        page.context.set_offline(False)
        wait(page, "document.querySelector('.tabs') && document.querySelector('[data-part=queue]').hidden === false")
        page.goto(f"{product.url}/offline")
        wait(page, QUEUED)
        assert "Tidak dijalankan: Langkah yang Anda pilih tidak dapat lagi dituju" in text(page)
        assert "Kepada Dewi Contoh" in text(page)
        shot(page, "offline-choices-refused", full=True)
    assert state(product, letter_id)[0] == ["skipped", "done", "open"]


def replace_dewi(work, letter_id):
    """The same file, so the same digest: what Sari read is what waits for her again."""
    letter, factory = work.session.get_one(Letter, letter_id), Factory(work)
    letters.send_back(factory.person("sari"), letter, "Bukan Dewi.", to=letter.chain[0].id)
    other = people.find(work, "lina").id
    reviews.reassign(factory.person("admin"), letter, letter.chain[0].id, other, "Sedang cuti.")
    factory.initial(letter, "lina")
