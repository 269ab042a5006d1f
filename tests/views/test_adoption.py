"""The board on a page, trainings by form, and the monthly report as a PDF that other readers judge."""

import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from signing import reports
from tests.page import Page
from webapp.models import AuditEntry, Office, OfficeMonth, Person, Training


@pytest.fixture
def office(work, sari, admin):
    found = work.session.get_one(Office, sari.memberships[0].office_id)
    work.session.commit()
    return found


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("login", ["admin", "agus"])
def test_the_board_shows_every_office(app, clock, work, make, office, login):
    make.signed()
    names = list(work.session.scalars(select(Office.name)))
    work.session.commit()
    page = Page(app, clock).log_in(login).get("/adoption")
    assert all(name in page.text for name in names)
    charts = page.html.select("figure.chart svg[role=img]")
    assert len(charts) == 2
    for chart in charts:
        for wanted in chart["aria-labelledby"].split():
            assert page.html.find(id=wanted).get_text(strip=True), "a name and a sentence for who cannot see it"
    assert "Angkanya dalam tabel" in page.text, "the numbers of the chart also stand in a table"
    assert not page.html.select("[style]")


def test_an_office_shows_its_people_and_a_training_noted_for_them(app, clock, work, office, sari, admin):
    name, ids = sari.full_name, [sari.id, admin.id]
    work.session.commit()
    home = f"/adoption/{office.id}"
    work.session.commit()
    page = Page(app, clock).log_in("admin").get(home)
    assert name in page.text and "terverifikasi" in page.text and "terlatih" not in page.text
    page.get(f"{home}/trainings/new")
    on = (clock.now - timedelta(days=2)).date().isoformat()
    form = {"course": "Bimtek TTE angkatan 1", "completed_on": on, "people": [str(ids[0])]}
    page.post(f"{home}/trainings/new", form).follow()
    assert "Bimtek TTE angkatan 1" in page.text and "Pelatihan 1 orang dicatat" in page.text
    work.session.rollback()
    assert work.session.scalars(select(Training)).one().recorded_by_id == ids[1]


@pytest.mark.parametrize(
    "changed", [{"course": ""}, {"people": []}, {"people": ["999"]}, {"completed_on": "2999-01-01"}]
)
def test_a_training_that_makes_no_sense_is_refused(app, clock, work, office, sari, changed):
    page = Page(app, clock).log_in("admin").get(f"/adoption/{office.id}/trainings/new")
    form = {"course": "x", "completed_on": "2026-01-05", "people": [str(sari.id)]} | changed
    page.post(f"/adoption/{office.id}/trainings/new", form, status=422)
    work.session.rollback()
    assert work.session.scalars(select(Training)).all() == []


@pytest.mark.parametrize("login", ["sari", "budi", "dewi", "rina", "rudi"])
def test_nobody_else_sees_figures_people_or_report(app, clock, work, office, login):
    page = Page(app, clock).log_in(login)
    for path in ("/adoption", f"/adoption/{office.id}", "/adoption/report.pdf", f"/adoption/{office.id}/trainings/new"):
        page.get(path, status=403)


def test_an_auditor_reads_and_notes_no_training(app, clock, work, office, sari):
    page = Page(app, clock).log_in("agus").get(f"/adoption/{office.id}")
    assert "Catat pelatihan" not in page.text
    page.get(f"/adoption/{office.id}/trainings/new", status=403)


def test_another_month_is_chosen_by_its_name_only(app, clock, work, office):
    work.session.add(OfficeMonth(month=datetime(2026, 3, 1, tzinfo=UTC).date(), signed=4711, counted_at=work.now))
    work.session.commit()
    page = Page(app, clock).log_in("admin").get("/adoption?month=2026-03")
    assert "Maret 2026" in page.text and "4.711" in page.text
    for odd in ("2026-13", "x", "9999-01", "2026-03-01"):
        assert "Maret 2026" not in page.get(f"/adoption?month={odd}").h1 and page.status == 200


@pytest.fixture
def report(app, clock, work, make, office, tmp_path):
    """report("id"): the PDF as a file."""
    make.signed()
    sari = work.session.scalars(select(Person).where(Person.email == "admin@solok.example")).one()
    sari.name = 'Admin <img src="file:///etc/passwd">'
    work.session.commit()
    page = Page(app, clock).log_in("admin")

    def made(lang="id"):
        answer = page.client.get(f"/adoption/report.pdf?lang={lang}")
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        path = tmp_path / f"{lang}.pdf"
        path.write_bytes(answer.data)
        return path

    return made


def test_the_report_is_a_tagged_pdf_a_with_its_fonts(report):
    path = report()
    run("qpdf", "--check", path)
    told = run("pdfinfo", path)
    assert re.search(r"Tagged:\s+yes", told) and re.search(r"JavaScript:\s+no", told)
    fonts = run("pdffonts", path).splitlines()[2:]
    assert fonts and all("Teken-Sans" in line and re.search(r" yes yes yes ", line) for line in fonts)
    plain = subprocess.run(
        ["qpdf", "--qdf", "--object-streams=disable", path, "-"], capture_output=True, check=True
    ).stdout
    assert b'pdfaid:part="2" pdfaid:conformance="A"' in plain and b"/OutputIntents" in plain
    structure = run("pdfinfo", "-struct", path)
    assert all(kind in structure for kind in ("H1", "H2", "Table", "TH", "TD", "Figure"))


@pytest.mark.parametrize(("lang", "title"), [("id", "Laporan bulanan"), ("en", "Monthly report")])
def test_the_report_tells_every_office_the_meanings_and_who_made_it(report, work, lang, title):
    text = " ".join(run("pdftotext", "-layout", report(lang), "-").split())
    assert title in text
    assert '<img src="file:///etc/passwd">' in text, "what somebody typed is text"
    found = " ".join(run("pdftotext", "-raw", report(lang), "-").split())
    assert all(name in found for name in work.session.scalars(select(Office.name)))


def test_that_a_report_was_made_is_on_the_trail(report, work):
    report()
    work.session.rollback()
    assert "adoption.reported" in list(work.session.scalars(select(AuditEntry.event)))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/", "file:///etc/hostname", "data:text/css,x", "font:x", "//x"])
def test_nothing_is_fetched_for_a_report(address):
    fetcher = reports.OnlyFonts()
    with pytest.raises(ValueError, match="nothing is fetched"):
        fetcher.fetch(address)
    html = f'<!doctype html><link rel=stylesheet href="{address}"><p>x<img alt="" src="{address}"></p>'
    assert reports.render(html).startswith(b"%PDF")
