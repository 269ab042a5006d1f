"""On a phone: a letter typed, looked at, corrected and handed in; and a table that becomes a group."""

from __future__ import annotations

from sqlalchemy import select

from tests import people
from tests.e2e.drafting import fill_facts
from tests.e2e.watch import ready, shot, text, wait
from tests.signing.forms import certificate
from webapp.models import Letter, Office, State

TEXTS = {
    "text": "Dalam rangka evaluasi SPBE, dengan hormat kami mengundang Saudara pada:", "day": "Senin, 30 November 2026",
    "time": "09.00 WIB", "venue": "Ruang Rapat Sekretariat Daerah", "event": "Rapat koordinasi", "at": "Tempat",
}  # fmt: skip
TABLE = b"Nomor;Nama penerima;Kepada\n" + b"".join(
    f"900/{number}/SERT-2026;Peserta Contoh {number};Peserta {number}\n".encode() for number in range(1, 7)
)


def seen(page, name):
    """As a phone, a desk and in the dark."""
    wait(page, "[...document.images].every(i => i.complete || i.getBoundingClientRect().top > innerHeight)")
    shot(page, f"writing-{name}-phone")
    page.emulate_media(color_scheme="dark")
    shot(page, f"writing-{name}-dark")
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size({"width": 1280, "height": 800})
    shot(page, f"writing-{name}-desk")
    page.set_viewport_size(size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_letter_is_typed_seen_corrected_and_handed_in(product, open_page, log_in):
    page = open_page("phone")
    log_in(page, "budi")
    page.goto(f"{product.url}/letters/new")
    page.click("text=Tulis surat di sini")
    seen(page, "1-types")
    page.click("text=Undangan")
    ready(page)
    fill_facts(page, number="000.1.5/801/UM-2026", subject="Undangan rapat SPBE")
    for name, typed in TEXTS.items():
        page.fill(f"[name=text_{name}]", typed)
    page.select_option("[name=signer_id]", str(product.do(lambda work: people.find(work, "sari").id)))
    seen(page, "2-form")
    page.click("text=Simpan dan lihat halamannya")
    wait(page, "location.pathname.endsWith('/preview')", 30)
    seen(page, "3-preview")
    page.click("text=Ubah isi")
    ready(page)
    assert page.input_value("[name=text_venue]") == TEXTS["venue"]
    page.fill("[name=text_venue]", "Gedung Solok Nan Indah")
    page.click("text=Simpan dan lihat halamannya")
    wait(page, "location.pathname.endsWith('/preview')", 30)
    page.click("button:has-text('Ajukan kepada')")
    wait(page, "!location.pathname.endsWith('/preview')", 30)

    def found(work):
        letter = work.session.scalars(select(Letter).where(Letter.number == "000.1.5/801/UM-2026")).one()
        return letter.state, letter.version_number

    assert product.do(found) == (State.SUBMITTED, 1)


def test_a_table_becomes_a_group_that_is_chosen_with_one_tap(product, open_page, log_in):
    def let_unread_in(work):
        for office in work.session.scalars(select(Office)):
            office.may_batch_unread = True

    product.do(let_unread_in)
    page = open_page("phone")
    log_in(page, "budi")
    page.goto(f"{product.url}/merges")
    seen(page, "4-merges")
    page.goto(f"{product.url}/merges/new/sertifikat")
    ready(page)
    wrong = TABLE.replace(b"Peserta Contoh 3", b"")
    for table in (wrong, TABLE):
        page.set_input_files("[name=table]", {"name": "peserta.csv", "mimeType": "text/csv", "buffer": table})
        page.fill("[name=subject]", "Sertifikat bimtek TTE")
        page.fill("[name=text_text]", "pada Bimbingan Teknis Tanda Tangan Elektronik")
        page.select_option("[name=signer_id]", str(product.do(lambda work: people.find(work, "sari").id)))
        seen(page, "5-form")
        page.click("text=Baca dan tampilkan")
        wait(page, "/^\\/merges\\/\\d+$/.test(location.pathname)", 30)
        seen(page, "6-wrong" if table is wrong else "7-ready")
        if table is wrong:
            assert "“Nama penerima” kosong" in text(page)
            page.click("text=Unggah tabel lain")
            ready(page)
    page.click("text=Peserta Contoh 2" if page.locator("text=Peserta Contoh 2").count() else "text=900/2/SERT-2026")
    wait(page, "document.querySelector('main img').complete && document.querySelector('main img').naturalWidth", 30)
    seen(page, "8-row")
    page.go_back()
    page.click("text=Buat 6 surat")
    wait(page, "document.body.textContent.includes('surat tersusun sebagai draf')", 90)
    seen(page, "9-made")
    page.click("text=Ajukan 6 surat")
    wait(page, "document.body.textContent.includes('6 surat diajukan kepada')", 60)
    page = open_page("phone")
    log_in(page, "sari")
    page.goto(f"{product.url}/batches/new")
    page.click("text=Pilih 6 surat ini")
    ready(page)
    seen(page, "10-group")
    page.click("text=Lanjutkan dengan 6 surat")
    wait(page, "/^\\/batches\\/\\d+$/.test(location.pathname) && document.readyState === 'complete'")
    ready(page)
    page.click("a:has-text('Setujui 6 surat')")
    page.fill("#setujui [name=code]", product.code_of("sari"))
    page.click("dialog button:has-text('Tanda tangani')")
    wait(page, "document.querySelector('h1').textContent.includes('6 surat ditandatangani')", 60)


def test_a_pdf_template_and_a_letterhead(product, open_page, log_in):
    page = open_page("phone")
    log_in(page, "admin")
    office = product.do(lambda work: people.find(work, "budi").memberships[0].office_id)
    page.goto(f"{product.url}/offices/{office}/letterhead")
    page.fill("[name=above]", "Pemerintah Kabupaten Contoh")
    page.fill("[name=address]", "Jalan Contoh Nomor 1, Arosuka 27364\nTelepon (0755) 00000")
    page.fill("[name=place]", "Arosuka")
    seen(page, "11-letterhead")
    page.click("button:has-text('Simpan')")
    wait(page, "document.body.textContent.includes('Kop surat disimpan')")
    page = open_page("desktop")
    log_in(page, "budi")
    page.goto(f"{product.url}/merges/new/pdf")
    template = {"name": "templat.pdf", "mimeType": "application/pdf", "buffer": certificate("nama", "nomor")}
    page.set_input_files("[name=template]", template)
    table = "nama;nomor\nÉka Contoh;901/1/2026\n".encode()
    page.set_input_files("[name=table]", {"name": "peserta.csv", "mimeType": "text/csv", "buffer": table})
    page.fill("[name=subject]", "Piagam")
    page.fill("[name=addressee]", "Peserta")
    page.select_option("[name=signer_id]", str(product.do(lambda work: people.find(work, "sari").id)))
    page.click("text=Baca dan tampilkan")
    wait(page, "/^\\/merges\\/\\d+$/.test(location.pathname)", 30)
    page.click("ol.lines a")
    wait(page, "document.querySelector('main img').complete && document.querySelector('main img').naturalWidth", 30)
    shot(page, "writing-12-template")
