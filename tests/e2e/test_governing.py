"""The administrator brings people in from a spreadsheet and cuts a lost phone off; the auditor searches and exports."""

import csv
import io

from playwright.sync_api import expect

from tests import people
from tests.e2e.test_looks import DESK, NARROW, PHONE, look
from tests.e2e.watch import shot, text, wait
from tests.views.tables import BUDI, MAYA, OFFICES, PEOPLE, csv_of, with_, xlsx_of
from webapp.domain import audit
from webapp.domain.audit import Event


def choose(page, data, name):
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.click(".actions button")


def seen(page, product, name, *, languages=("id", "en")):
    """Everything fits, and is photographed: small and large, light and dark, in both languages."""
    faults = []
    for language in languages:
        page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
        page.reload()
        look(page, NARROW, faults, name)
        look(page, PHONE, faults, name, text="200%")
        for place, size in (("phone", PHONE), ("desk", DESK)):
            look(page, size, faults, name)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                wait(page, "document.getAnimations().every(a => a.playState !== 'running')")
                shot(page, f"govern-{name}-{place}-{scheme}-{language}", full=True)
    page.context.add_cookies([{"name": "lang", "value": "id", "url": product.url}])
    page.reload()
    page.emulate_media(color_scheme="light")
    assert not faults, "\n".join(faults)


def test_people_come_from_a_spreadsheet(as_person, product, watch):
    page = as_person("admin", "desktop")
    page.goto(f"{product.url}/people")
    page.click("text=Impor")
    seen(page, product, "import-new")
    wrong = (with_(MAYA, roles="raja"), with_(MAYA, office="XYZ", nip="12"), with_(BUDI, position="Analis"), BUDI)
    choose(page, xlsx_of(PEOPLE, *wrong), "pegawai.xlsx")
    expect(page.get_by_text("tidak dikenal")).to_be_visible()
    seen(page, product, "import-wrong")
    page.click("text=Unggah berkas lain")
    choose(page, xlsx_of(PEOPLE, MAYA, with_(BUDI, position="Analis Hukum")), "pegawai.xlsx")
    expect(page.get_by_role("heading", name="Yang akan terjadi")).to_be_visible()
    seen(page, product, "import-new-people")
    page.click("nav.boxes >> text=Berubah")
    expect(page.locator("del")).to_have_text("Pengonsep Naskah")
    seen(page, product, "import-changed")
    page.check("input[name=invite]")
    page.click("text=Terapkan 2 perubahan")
    expect(page.get_by_role("heading", name="Sudah diterapkan")).to_be_visible()
    seen(page, product, "import-done")
    page.goto(f"{product.url}/imports/people/new")
    choose(page, xlsx_of(PEOPLE, MAYA, with_(BUDI, position="Analis Hukum")), "pegawai.xlsx")
    expect(page.get_by_text("Tidak ada yang berubah")).to_be_visible()
    seen(page, product, "import-same")
    page.goto(f"{product.url}/imports/people/new")
    with watch.expect(422):
        choose(page, b"%PDF-1.7\x00", "surat.pdf")
        expect(page.locator(".field__error")).to_contain_text("bukan CSV atau XLSX")
        shot(page, "govern-import-refused")


def test_offices_come_from_a_csv(as_person, product):
    page = as_person("admin", "phone")
    page.goto(f"{product.url}/imports/offices/new")
    choose(page, csv_of(OFFICES, ["DINKES", "Dinas Kesehatan", "PEMKAB"], ["PKM-1", "Puskesmas", "DINKES"]), "opd.csv")
    expect(page.get_by_text("Belum ada yang ditulis")).to_be_visible()
    page.click("text=Terapkan 2 perubahan")
    page.click("text=Lihat perangkat daerah")
    expect(page.get_by_text("Puskesmas")).to_be_visible()


def test_a_lost_phone_is_cut_off(as_person, open_page, log_in, product):
    lost = open_page("phone")
    log_in(lost, "sari")  # a log-in of its own, the newest of hers: other tests go on with theirs
    page = as_person("admin", "desktop")
    with product.work() as work:
        sari = people.find(work, "sari").id
    page.goto(f"{product.url}/people/{sari}")
    seen(page, product, "person")
    page.locator("section", has_text="Perangkat yang sedang masuk").get_by_text("Keluarkan", exact=True).first.click()
    seen(page, product, "cutoff")
    page.click(".actions button")
    shot(page, "govern-cutoff-unsaid")
    page.check("text=Hilang atau dicuri")
    page.click(".actions button")
    expect(page.get_by_text("Perangkat itu sudah dikeluarkan.")).to_be_visible()
    lost.goto(f"{product.url}/letters")
    assert lost.url.endswith("/login")
    page.goto(f"{product.url}/people/{sari}/cutoffs/second-factor/0")
    seen(page, product, "cutoff-second-factor")


def test_the_auditor_searches_exports_and_checks(as_person, product):
    def many(work):
        audit.record_all(work, [(Event.LOGGED_OUT, {"login_id": n}) for n in range(60_000)])

    product.letter("signed", number="000.1.5/901/UM-2026")
    product.do(many)
    page = as_person("agus", "desktop")
    page.goto(f"{product.url}/audits")
    seen(page, product, "audits")
    page.fill("#letter", "/901/")
    page.click("form[role=search] button")
    expect(page.locator("tbody tr").first).to_be_visible()
    assert "letter=%2F901%2F" in page.url, "what was asked for stands in the address"
    seen(page, product, "audits-found")
    with page.expect_download() as started:
        page.click("text=Unduh CSV")
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text("utf-8-sig")), delimiter=";"))
    assert {row["nomor_surat"] for row in rows} == {"000.1.5/901/UM-2026"}
    page.fill("#letter", "tidak ada")
    page.click("form[role=search] button")
    expect(page.get_by_text("Tidak ada peristiwa seperti itu.")).to_be_visible()
    seen(page, product, "audits-nothing")
    page.goto(f"{product.url}/audits/check")
    expect(page.get_by_text("Jejak audit utuh")).to_be_visible(timeout=60_000)
    assert "6" in text(page)
    seen(page, product, "audits-whole")
