"""The auditor reads the whole trail, and sees where it breaks."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from tests import people as world
from webapp.domain import audit, trails
from webapp.domain.audit import Event
from webapp.models import Confidentiality, Role


def test_the_trail_is_shown_newest_first_with_names(page):
    page.log_in("agus").get("/audits")
    rows = page.html.select("tbody tr")
    assert "Masuk" in rows[0].text and "Agus Contoh" in rows[0].text
    assert "Sertifikat diterbitkan" in page.text and "person.role_given" not in page.text


def test_it_is_filtered_by_kind_and_person(page):
    page.log_in("agus").get("/audits?kind=key&who=rina")
    what = page.html.select("tbody tr")
    assert what and all("Rina Contoh" in row.text for row in what) and "Masuk" not in page.html.tbody.text
    page.get("/audits?kind=letter")
    assert "Tidak ada yang cocok" in page.text
    page.get("/audits?kind=nonsense&who=%25&before=x")
    assert "Tidak ada yang cocok" in page.text


def test_it_is_paged(page, work):
    for _ in range(60):
        audit.record(work, Event.LOGGED_OUT)
    work.session.commit()
    page.log_in("agus").get("/audits")
    older = page.html.find("a", rel="next")
    assert len(page.html.select("tbody tr")) == 50
    page.get(older["href"])
    assert len(page.html.select("tbody tr")) >= 11 and "Terbaru" in page.text


def rows(page):
    return page.html.select("tbody tr")


def test_it_is_searched_by_event_letter_person_and_day(page, work, make, clock):
    make.submitted(number="000.1.5/77/UM-2026")
    make.submitted(number="000.1.5/78/UM-2026")
    work.session.commit()
    page.log_in("agus").get("/audits?event=letter.submitted")
    assert len(rows(page)) == 2 and all("Surat diajukan" in row.text for row in rows(page))
    page.get("/audits?letter=/77/")
    assert len(rows(page)) == 3 and "Surat dibuat" in page.text
    page.get("/audits?letter=%25")
    assert not rows(page), "a percent sign is no wildcard"
    page.get("/audits?who=sari&event=identity.verified")
    assert len(rows(page)) == 1 and "Rina Contoh" in page.text, "what was done to her, too"
    today = clock().date()
    page.get(f"/audits?event=letter.submitted&since={today - timedelta(days=1)}&until={today + timedelta(days=1)}")
    assert len(rows(page)) == 2
    page.get(f"/audits?event=letter.submitted&until={today - timedelta(days=2)}")
    assert not rows(page)
    page.get("/audits?since=kemarin&event=nonsense")
    assert "Tanggal ini belum benar." in page.text and not rows(page)


def test_days_are_those_of_the_auditor(page, work, clock):
    """23.30 UTC is half past six on the next morning in Solok."""
    clock.now = clock.now.replace(hour=23, minute=30) - timedelta(days=3)
    audit.record(replace(work, now=clock.now), Event.JOB_RETRIED)
    work.session.commit()
    clock.now += timedelta(days=3)
    day = (clock.now - timedelta(days=3)).date()
    page.log_in("agus").get(f"/audits?event=job.retried&since={day}&until={day}")
    assert not rows(page)
    page.get(f"/audits?event=job.retried&since={day + timedelta(days=1)}&until={day + timedelta(days=1)}")
    assert len(rows(page)) == 1


def test_a_secret_letters_number_cannot_be_fished_for(page, work, make):
    make.submitted(number="R-900/IX", confidentiality=Confidentiality.SECRET)
    work.session.commit()
    page.log_in("agus").get("/audits?letter=R-900")
    assert not rows(page)
    export = page.get("/audits/export.csv?event=letter.submitted").response.get_data(as_text=True)
    assert "letter.submitted" in export and "R-900" not in export


def test_the_export_is_what_the_search_finds_and_an_event_itself(page, work, make, monkeypatch):
    monkeypatch.setattr(trails, "CHUNK", 7)
    make.submitted(number="000.1.5/77/UM-2026")
    total = audit.latest(work, limit=1)[0].number
    work.session.commit()
    page.log_in("agus")
    text = page.get("/audits/export.csv").response.get_data(as_text=True)
    found = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [int(row["nomor"]) for row in found] == list(range(1, len(found) + 1)) and len(found) > total
    last = found[-1]
    assert last["peristiwa"] == "audit.exported" and last["surel_pelaku"] == "agus@solok.example"
    submitted = next(row for row in found if row["peristiwa"] == "letter.submitted")
    assert submitted["nomor_surat"] == "000.1.5/77/UM-2026" and "sha256" in json.loads(submitted["rincian"])
    filtered = page.get("/audits/export.csv?kind=letter&who=budi").response.get_data(as_text=True)
    assert len(filtered.splitlines()) == 4 and "person." not in filtered
    work.session.expire_all()
    entry = audit.latest(work, limit=1)[0]
    assert json.loads(entry.facts) == {"fields": ["kinds", "who"]}


def test_a_name_that_is_a_formula_is_text_in_the_export(page, work, budi):
    budi.name = '=HYPERLINK("http://example.net";"x")'
    audit.record(world.as_person(work, budi), Event.LOGGED_OUT)
    work.session.commit()
    text = page.log_in("agus").get("/audits/export.csv?event=person.logged_out").response.get_data(as_text=True)
    row = next(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert row["pelaku"].startswith("'=HYPERLINK")


def test_a_broken_chain_is_told(page, work):
    page.log_in("agus").get("/audits/check")
    assert "Jejak audit utuh" in page.text
    work.session.execute(text("UPDATE audit_entries SET facts = '{}' WHERE number = 5"))
    work.session.commit()
    page.get("/audits/check")
    assert "rusak pada peristiwa 5" in page.text


def test_a_long_check_goes_on_step_by_step_and_is_nobody_elses(page, work, monkeypatch, app, clock):
    from tests.page import Page
    from webapp.domain import people

    for _ in range(1_700):
        audit.record(work, Event.LOGGED_OUT)
    people.give_role(world.as_person(work, world.find(work, "admin")), world.find(work, "rina"),
                     world.find(work, "agus").memberships[0].office, Role.AUDITOR)  # fmt: skip
    work.session.commit()
    whole = audit.check
    monkeypatch.setattr(audit, "check", lambda work, start: whole(work, start, seconds=0))
    page.log_in("agus").get("/audits/check")
    steps, onward = [], page.html.find(attrs={"data-behaviour": "go-on"})
    while onward is not None:
        steps.append(onward.find("progress")["value"])
        address = onward.find("a")["href"]
        assert "Jejak audit utuh" not in page.text
        page.get(address)
        onward = page.html.find(attrs={"data-behaviour": "go-on"})
    assert "Jejak audit utuh" in page.text and steps == ["500", "1000", "1500"]
    page.get(address[:-4] + "AAAA", status=409)
    Page(app, clock).log_in("rina").get(address, status=409)
    clock.tick(3_700)
    monkeypatch.setattr("time.time", clock.now.timestamp)
    page.get(address, status=409)


def test_what_is_broken_late_is_found_by_the_step_that_gets_there(page, work, monkeypatch):
    for _ in range(1_200):
        audit.record(work, Event.LOGGED_OUT)
    work.session.execute(text("UPDATE audit_entries SET actor_id = 1 WHERE number = 1100"))
    work.session.commit()
    whole = audit.check
    monkeypatch.setattr(audit, "check", lambda work, start: whole(work, start, seconds=0))
    page.log_in("agus").get("/audits/check")
    for _ in range(2):
        page.get(page.html.find(attrs={"data-behaviour": "go-on"}).find("a")["href"])
    assert "rusak pada peristiwa 1100" in page.text


def test_others_are_kept_out(page):
    page.log_in("admin").get("/audits", status=403)
    page.get("/audits/check", status=403)
    page.get("/audits/export.csv", status=403)
