"""The list of what waits, page by page: how many there are in all, nothing lost, and up to 200 for one approval."""

import pytest

from tests.bench.batch import copied
from webapp.models import Letter, State
from webapp.views import batches, letters


@pytest.fixture
def many(make, work, session, monkeypatch):
    """Seven letters, the first of them the oldest; pages hold three, or five where many are asked for."""
    monkeypatch.setattr(letters, "WAITING_SIZE", 3)
    monkeypatch.setattr(batches, "SIZES", (3, 5))
    first = make.submitted(number="0/UM/2026", urgency="segera")
    found = [first, *(copied(work, first, number) for number in range(1, 7))]
    first.office.may_batch_unread = True
    session.commit()
    return found


def listed(page):
    return [int(link["href"].rpartition("/")[2]) for link in page.html.select("main .letter a[href^='/letters/']")]


def boxes(page):
    return [int(box["value"]) for box in page.html.select("input[name=letter]")]


def next_page(page):
    return page.get(page.html.select_one(".pager [rel=next]")["href"])


def test_the_waiting_list_is_paged_and_tells_how_many_there_are(page, many):
    page.log_in("sari").get("/letters?box=waiting")
    assert page.html.select_one(".box[aria-current] .count").get_text() == "7"
    assert "Halaman ini memuat 3 dari 7 surat." in page.text and not page.html.find("a", string="Dari awal")
    seen = listed(page)
    while page.html.select(".pager [rel=next]"):
        next_page(page)
        assert page.html.select_one(".box[aria-current]")["href"] == "/letters?box=waiting"
        seen += listed(page)
    assert seen == [letter.id for letter in many]
    page.get(next(a["href"] for a in page.html.select(".pager a") if "Dari awal" in a.get_text()))
    assert listed(page) == seen[:3]


def test_a_page_whose_letters_are_done_leads_back_to_the_start(page, many, session):
    page.log_in("sari").get("/letters?box=waiting")
    address = page.html.select_one(".pager [rel=next]")["href"]
    for letter in many[3:]:
        session.get(Letter, letter.id).steps[0].state = "done"
        letter.state = State.SIGNED
    session.commit()
    assert listed(page.get(address)) == [letter.id for letter in many[:3]]
    assert "Halaman ini" not in page.text
    page.get("/letters?box=waiting&after=zzz")
    page.get(address.replace("/letters?box=waiting", "/batches/new?"))
    assert "Tidak ada lagi surat di halaman ini." in page.text


def test_all_on_this_page_says_what_it_chooses_and_more_can_be_had_on_one(page, many):
    page.log_in("sari").get("/batches/new")
    assert "Pilih semua 3 surat di halaman ini" in page.text and "3 dari 7 surat" in page.text
    assert "Pilihan berlaku untuk halaman ini saja." in page.text
    page.get(page.html.find("a", string="5 per halaman")["href"])
    assert page.html.select_one("nav [aria-current=true]").get_text() == "5 per halaman"
    assert boxes(page) == [letter.id for letter in many[:5]]
    next_page(page)
    assert boxes(page) == [letter.id for letter in many[5:]], "the size stays in the address"
    page.post("/batches", {"letter": [letter.id for letter in many[5:]]}).follow()
    assert page.h1 == "Setujui 2 surat?"


def test_a_refused_choice_comes_back_on_the_same_page(page, many):
    page.log_in("sari").get("/batches/new?size=5")
    next_page(page)
    sent = {field["name"]: field["value"] for field in page.html.select("#pilih input[type=hidden]")}
    page.post("/batches", sent, status=422)
    assert "Pilih dulu suratnya." in page.text and boxes(page) == [letter.id for letter in many[5:]]


def test_a_short_list_is_one_page_without_words_about_pages(page, make, session):
    make.submitted(), make.submitted()
    session.commit()
    for path in ("/letters?box=waiting", "/batches/new"):
        page.log_in("sari").get(path) if not page.html.h1 else page.get(path)
        assert "Halaman ini memuat" not in page.text and not page.html.select(".pager")


def test_after_a_signature_the_next_one_and_the_number_of_all_are_told(page, many):
    page.log_in("sari").get(f"/letters/{many[0].id}")
    digest = page.html.select_one("#setujui-digest")["value"]
    page.post(f"/letters/{many[0].id}/signature", {"code": page.code_of("sari"), "digest": digest}).follow()
    assert "Surat berikutnya" in page.text and "Lihat semua (6) yang menunggu" in page.text
