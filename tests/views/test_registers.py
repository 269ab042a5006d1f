"""The register: filters, export as CSV and XLSX, and that it shows and sends nothing one may not see."""

from __future__ import annotations

import csv
import io
from datetime import date

from openpyxl import load_workbook

from webapp import sheets
from webapp.domain import registers
from webapp.models import AuditEntry, Confidentiality

EVIL = '=HYPERLINK("http://x.example","klik")'


def rows_of(page):
    return [row.th.get_text(strip=True) for row in page.html.select("table tbody tr")]


def test_the_register_shows_what_the_filters_leave(page, make, session):
    first = make.signed(number="1/A/2026", dated_on=date(2026, 1, 5))
    second = make.draft(number="2/A/2026", dated_on=date(2026, 2, 5))
    session.commit()
    page.log_in("budi").get("/register")
    assert rows_of(page) == [second.number, first.number]
    page.get(f"/register?state=signed&since=2026-01-01&until=2026-12-31&office={first.office_id}&q=koordinasi")
    assert rows_of(page) == [first.number]
    assert "state=signed" in page.html.select_one("a[href*='register.xlsx']")["href"]
    page.get("/register?q=takadadimana")
    assert "Tidak ada surat yang cocok" in page.text
    page.get("/register?office=999", status=422)
    page.get("/register.csv?office=999", status=422)


def test_an_export_holds_what_the_page_shows_and_is_recorded(page, make, session, monkeypatch):
    monkeypatch.setattr(registers, "CHUNK", 2)
    for number in range(1, 6):
        make.draft(number=f"{number}/A/2026", subject=EVIL if number == 3 else "Rapat")
    make.draft(number="9/A/2026", confidentiality=Confidentiality.SECRET)
    session.commit()
    page.log_in("agus").get("/register.csv?q=2026")
    told = page.response.data.decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(told)))
    assert "Ditandatangani pada (WIB)" in found[0], "a time without its zone"
    assert [row["Nomor surat"] for row in found] == [f"{n}/A/2026" for n in range(1, 6)], "oldest first, no secret"
    assert found[2]["Perihal"] == f"'{EVIL}"
    page.get("/register.xlsx?q=2026")
    sheet = load_workbook(io.BytesIO(page.response.data)).active
    cells = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in cells] == ["Nomor surat", *(f"{n}/A/2026" for n in range(1, 6))]
    assert sheet["D4"].value == EVIL and sheet["D4"].data_type == "s", "a text, not a formula"
    session.expire_all()
    exported = session.query(AuditEntry).filter_by(event="register.exported").order_by(AuditEntry.number)
    facts = [entry.facts for entry in exported]
    assert [("csv" in told, "2026" in told) for told in facts] == [(True, False), (False, False)]


def test_an_export_is_sent_while_it_is_read():
    taken = []

    def rows():
        for number in range(100_000):
            taken.append(number)
            yield [number, "x" * 100]

    stream = sheets.csv_file(["a", "b"], rows())
    next(stream)
    assert len(taken) < 2_000


def test_no_text_becomes_a_formula():
    for told in ("=1", "+1", "-1", "@x", "\t=1", "  =1", "＝1"):
        assert b"".join(sheets.csv_file(["a"], [[told]])).decode().splitlines()[1].strip('"').startswith("'")
        book = load_workbook(io.BytesIO(b"".join(sheets.xlsx_file(["a"], [[told]]))))
        assert book.active["A2"].data_type == "s"
    assert b"".join(sheets.csv_file(["a"], [[-1]])).decode().splitlines()[1] == "-1", "a number stays one"
