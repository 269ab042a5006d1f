"""A letter's number in a real browser: the pattern's example as it is typed, the tap, the book, the check before it."""

from datetime import date

import pytest

from tests import people
from tests.e2e.test_looks import DESK, NARROW, PHONE, look, take
from tests.e2e.watch import shot, wait
from tests.factories import Factory
from webapp.domain import number_patterns, numbers
from webapp.models import Office


@pytest.fixture(scope="module")
def made(product):
    def prepare(work):
        make, office = Factory(work), work.session.query(Office).filter_by(code="SETDA").one()
        budi = people.as_person(work, people.find(work, "budi"))
        pattern = number_patterns.of(work, office)[0]
        back, void, taken = (make.draft(number=f"Sementara {name}") for name in "ABC")
        for letter in (back, void, taken):
            numbers.take(budi, letter, pattern)
        numbers.give_back(budi, back, "Surat tidak jadi dibuat.", void=False)
        numbers.give_back(budi, void, "Sudah tertulis di undangan yang beredar.", void=True)
        wrong = make.placed(number="000.1.5/999/UM-2026", dated_on=date(2026, 11, 2))
        free = make.placed(number="Sementara D")
        return {"office": office.id, "pattern": pattern.id, "taken": taken.id, "wrong": wrong.id, "free": free.id,
                "none": back.id}  # fmt: skip

    return product.do(prepare)


def test_the_example_follows_what_is_typed(as_person, product, made):
    page = as_person("admin", "desktop")
    page.goto(f"{product.url}/offices/{made['office']}/patterns")
    page.fill("[name=pattern]", "{urut:4}/{kode_kantor}/{bulan_romawi}")
    wait(page, "/Contoh: \\d{4}.SETDA.[IVX]+$/.test(document.querySelector('[data-part=example]').textContent)")
    page.fill("[name=pattern]", "{nomor}")
    wait(page, "document.querySelector('[data-part=example]').textContent.includes('tidak dikenal')")


def test_one_tap_reserves_the_next_number(as_person, product, made):
    page = as_person("budi", "phone")
    page.goto(f"{product.url}/letters/{made['free']}/number")
    page.click("button:has-text('Ambil nomor')")
    wait(page, "document.querySelector('#nomor')?.textContent.includes('/OR-') && !document.querySelector('#ambil')")
    number = page.text_content("#nomor")
    book = f"{product.url}/numbers/{made['office']}?year=2026"
    page.goto(book)
    assert "semuanya tercatat" in page.text_content("main")
    # The lowest free number is offered first, so with enough letters in the book it stands on a later page.
    while number not in page.text_content("main"):
        page.click("main a:has-text('Berikutnya')")


def test_the_new_pages_fit(as_person, product, made):
    faults, office, letter = [], made["office"], made["wrong"]
    pages = {
        "budi": {
            "number": f"/letters/{made['taken']}/number", "number-none": f"/letters/{made['none']}/number",
            "number-book": f"/numbers/{office}?year=2026", "number-preview": f"/letters/{letter}/preview",
            "number-new": "/letters/new", "number-edit": f"/letters/{made['taken']}/edit",
            "letters": "/letters?state=draft",
        },
        "admin": {
            "number-patterns": f"/offices/{office}/patterns", "number-books": "/numbers",
            "number-pattern": f"/offices/{office}/patterns/{made['pattern']}", "office": f"/offices/{office}/edit",
        },
    }  # fmt: skip
    for who, paths in pages.items():
        page = as_person(who, "desktop", has_touch=True, reduced_motion="reduce")
        for language in ("id", "en"):
            page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
            for name, path in paths.items():
                assert page.goto(product.url + path).ok, path
                wait(page, "document.readyState === 'complete'")
                where = f"{who} {name} ({language})"
                look(page, NARROW, faults, where)
                look(page, PHONE, faults, where, text="200%")
                look(page, DESK, faults, where)
                shot(page, f"look-{who}-{name}-{language}-desk")
                look(page, PHONE, faults, where)
                take(page, f"{who}-{name}-{language}")
    assert not faults, "\n".join(faults)
