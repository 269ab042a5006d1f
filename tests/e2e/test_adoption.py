"""The adoption board in a real browser: it fits, by day and night, in both languages; a training noted by thumb."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests import people
from tests.e2e.test_governing import choose, seen
from tests.e2e.watch import wait
from tests.factories import Factory
from tests.views.tables import csv_of
from webapp.domain import adoption
from webapp.domain import people as staff
from webapp.models import Office

COURSE = "Bimtek papan adopsi"


@pytest.fixture(scope="module")
def made(product):
    """A signed letter, an office that nobody has joined, and figures of a year."""

    def prepare(work):
        Factory(work).signed(subject="Surat untuk papan adopsi")
        top = work.session.query(Office).filter_by(code="PEMKAB").one()
        staff.found_office(work, parent=top, code="ADOPSI", name="Dinas yang Belum Bergabung")
        running = adoption.this_month(work)
        for n in range(1, 12):
            month = (running - timedelta(days=30 * n)).replace(day=1)
            kept = adoption.count(work, month)
            for row in kept:
                row.signed, row.outside_hours, row.median_seconds = 40 * (12 - n), 9 * (12 - n), 5000 + 700 * n
                row.located, row.away = 30, 12
            adoption.keep(work, kept)
        return {"office": people.find(work, "sari").memberships[0].office_id}

    return product.do(prepare)


@pytest.mark.parametrize("who", ["admin", "agus"])
def test_the_board_fits_and_is_read_without_colour(as_person, product, made, who):
    page = as_person(who, "phone", reduced_motion="reduce")
    page.goto(f"{product.url}/adoption")
    page.locator("details", has_text="Angkanya dalam tabel").first.evaluate("one => { one.open = true }")
    assert "Dinas yang Belum Bergabung" in page.text_content("main")
    seen(page, product, f"adoption-{who}")
    names = page.evaluate(
        "[...document.querySelectorAll('svg[role=img]')].map(one => one.getAttribute('aria-labelledby'))"
    )
    assert len(names) == 2 and all(names)
    if who == "admin":
        before = page.evaluate("document.querySelector('select[name=month]').options.length")
        assert before >= 12
        page.select_option("select[name=month]", index=1)
        page.click("button:has-text('Tampilkan')")
        wait(page, "location.search.startsWith('?month=')")
        seen(page, product, "adoption-month")


def test_a_training_is_noted_and_shown(as_person, product, made):
    page = as_person("admin", "phone", reduced_motion="reduce")
    page.goto(f"{product.url}/adoption/{made['office']}/trainings/new")
    page.fill("[name=course]", COURSE)
    page.fill("[name=completed_on]", "2026-01-15")
    page.locator("label.choice", has_text="Sari").locator("input").check()
    seen(page, product, "adoption-training", languages=("id",))
    page.fill("[name=course]", COURSE)
    page.fill("[name=completed_on]", "2026-01-15")
    page.locator("label.choice", has_text="Sari").locator("input").check()
    page.click("button:has-text('Simpan')")
    wait(page, f"document.querySelector('main')?.textContent.includes('{COURSE}')")
    seen(page, product, "adoption-office")


def test_trainings_come_from_a_file(as_person, product, made):
    page = as_person("admin", "phone", reduced_motion="reduce")
    page.goto(f"{product.url}/adoption")
    page.click("text=Impor pelatihan")
    seen(page, product, "training-import")
    headings = ["surel", "nip", "pelatihan", "tanggal selesai"]
    good = ["budi@solok.example", "", "Bimtek dari berkas", "31/10/2026"]
    wrong = [["siapa@solok.example", "", "Bimtek dari berkas", "31/10/2026"], [good[0], "", "X", "31/02/2026"]]
    choose(page, csv_of(headings, good, *wrong), "bimtek.csv")
    expect(page.get_by_text("2 baris keliru")).to_be_visible()
    seen(page, product, "training-wrong")
    page.click("text=Unggah berkas lain")
    choose(page, csv_of(headings, good), "bimtek.csv")
    expect(page.get_by_text("31 Oktober 2026")).to_be_visible()
    seen(page, product, "training-new")
    page.click("text=Terapkan 1 perubahan")
    expect(page.get_by_role("heading", name="Sudah diterapkan")).to_be_visible()
    seen(page, product, "training-done")


def test_the_report_downloads(as_person, product, made):
    page = as_person("admin", "desktop")
    page.goto(f"{product.url}/adoption")
    with page.expect_download() as waiting:
        page.click("text=Laporan bulanan (PDF)")
    assert waiting.value.suggested_filename.endswith(".pdf")
    assert waiting.value.path().read_bytes().startswith(b"%PDF")
