"""Not a letter's file alone: a decree and a table go on where a bad line had cut them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.e2e.line import Speed
from tests.e2e.test_transfers import CUT, OVERHEAD, SENT, SHOWN, scan
from tests.e2e.watch import ready, shot, wait
from tests.signing.forms import certificate
from tests.views.tables import PEOPLE, csv_of
from webapp.domain import documents, transfers
from webapp.models import Import, Mandate

assert scan
LATER = "const now = Date.now; Date.now = () => now() + 60_000"


@pytest.fixture
def line(lines):
    return lines(Speed(bits=250e6))


def test_a_decree_goes_on_and_asks_for_a_code_that_is_not_stale(as_person, product, line, scan, watch):
    page, upload = as_person("sari"), scan.read_bytes()
    page.goto(f"{line.url}/mandates/new")
    ready(page)
    came = line.sent
    hadi = page.locator("#deputy_id option", has_text="Hadi").get_attribute("value")
    page.select_option("#deputy_id", hadi)
    page.fill("#decree", "SK 800.1.3/640/BKPSDM-2026")
    with watch.expect(*CUT):
        line.cut_at(line.sent + len(upload) // 2)
        page.set_input_files("#file", scan)
        page.fill("#code", product.code_of("sari"))
        wait(page, f"{SHOWN}.includes('Sambungan terputus')", 30)
        page.click("button:has-text('Beri mandat')")
        wait(page, "document.body.innerText.includes('Formulir dikirim begitu berkasnya sampai')")
        shot(page, "transfer-decree")
        page.evaluate(LATER)
        line.mend()
        wait(page, f"{SHOWN}.includes('Ketik kode yang sekarang')", 60)
    assert page.evaluate("document.activeElement.id") == "code" and page.input_value("#code") == ""
    assert "/mandates/new" in page.url
    page.fill("#code", product.code_of("sari"))
    page.click("button:has-text('Beri mandat')")
    wait(page, r"/^.mandates.\d+$/.test(location.pathname)", 60)
    assert line.sent - came < len(upload) + 2 * transfers.PIECE + OVERHEAD

    def stored(work):
        mandate = work.session.scalars(select(Mandate).order_by(Mandate.id.desc())).first()
        return documents.get(product.config, mandate.decree_sha256)

    assert product.do(stored) == upload


def test_a_table_goes_on_after_a_cut_and_a_reload(as_person, product, line, pdf, watch):
    rows = ([f"Orang {n}", "", "", f"orang{n}@solok.example", "", "", "Analis " * 12, "SETDA", ""] for n in range(4000))
    upload = csv_of(PEOPLE, *rows)
    file = pdf(upload, "orang.csv")
    assert 500_000 < len(upload) < 1_000_000
    page = as_person("admin", "desktop")
    page.goto(f"{line.url}/imports/people/new")
    ready(page)
    with watch.expect(*CUT):
        line.cut_at(line.sent + len(upload) // 2)
        page.set_input_files("#file", file)
        wait(page, f"{SHOWN}.includes('Sambungan terputus')", 30)
        shot(page, "transfer-table")
        line.mend()
    page.reload()
    ready(page)
    came = line.sent
    page.set_input_files("#file", file)
    wait(page, f"{SENT} > 0", 30)
    page.click("button[form=impor]")
    wait(page, r"/^.imports.\d+$/.test(location.pathname)", 60)
    assert line.sent - came < len(upload) * 9 // 10, "it began anew"
    kept = int(re.search(r"\d+$", page.url)[0])
    name = product.do(lambda work: work.session.get_one(Import, kept).filename)
    assert name == "orang.csv" and "Orang 1" in page.inner_text("main")


def test_two_files_of_a_form_wait_for_each_other_and_what_is_sound_stays(as_person, product, scan, pdf, watch):
    rows = (f"{n}/2026;{'Kepala Dinas ' * 18}{n};{'Analis ' * 13}\n" for n in range(1000))
    table = pdf(("Nomor;Kepada;jabatan\n" + "".join(rows)).encode(), "peserta.csv")
    assert table.stat().st_size > 300_000
    page = as_person("budi")
    page.goto(f"{product.url}/merges/new/pdf")
    ready(page)
    page.fill("#subject", "Sertifikat bimtek")
    sari = page.locator("#signer_id option", has_text="Sari Contoh").get_attribute("value")
    page.select_option("#signer_id", sari)
    page.set_input_files("#template", scan)  # no form with fields
    page.set_input_files("#table", table)
    with watch.expect(422):
        page.click("button[form=gabung]")  # before either has arrived
        wait(page, "document.querySelector('#template-error') !== null", 60)
    assert "peserta.csv sudah terkirim" in page.inner_text("#gabung")
    ready(page)
    shot(page, "transfer-arrived", full=True)
    page.set_input_files("#template", pdf(certificate("jabatan"), "templat.pdf"))
    page.select_option("#signer_id", sari)
    page.click("button[form=gabung]")
    wait(page, r"/^.merges.\d+$/.test(location.pathname)", 60)
    assert "1/2026" in page.inner_text("main")
