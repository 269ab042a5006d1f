"""Writing a letter down, and finding it in the list."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from tests.views import uploads
from tests.views.uploads import has_letters, look_again, only_letter
from webapp.domain import documents, people
from webapp.models import Confidentiality, Role, State, Urgency


@pytest.fixture
def facts(sari, session):
    return uploads.facts_for(sari, session)


def fields(page) -> dict[str, str]:
    """What the form shown holds."""
    shown = {field["name"]: field.get("value", "") for field in page.html.select("#surat input[name]")}
    for select_ in page.html.select("#surat select"):
        chosen = select_.find("option", selected=True)
        shown[select_["name"]] = chosen["value"] if chosen else ""
    return shown


def errors_by(page, name: str) -> str:
    found = page.html.find(id=f"{name}-error")
    return found.get_text(" ", strip=True) if found else ""


def test_a_drafter_writes_a_letter_down_and_goes_on_to_its_mark(page, facts, session):
    page.log_in("budi").get("/letters/new")
    assert "Paling besar 20 MB dan 300 halaman" in page.text
    page.post("/letters/new", facts | {"file": uploads.demo(), "letter_type": "undangan"})
    letter = only_letter(session)
    assert letter.kind == "undangan"
    assert page.location == f"/letters/{letter.id}/mark"
    assert (letter.state, letter.subject, letter.urgency) == (State.DRAFT, "Undangan Rapat", Urgency.PROMPT)
    assert letter.version.filename == "undangan.pdf"
    assert "Draf disimpan" in page.follow().text


def test_the_date_is_today_in_the_persons_zone(page, clock):
    clock.now = clock.now.replace(hour=18)  # already tomorrow in Solok
    page.log_in("budi").get("/letters/new")
    assert fields(page)["dated_on"] == str((clock.now + timedelta(hours=7)).date())


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (uploads.text, "Berkas ini bukan PDF."),
        (lambda: (BytesIO(b"%PDF-1.7\n%broken"), "rusak.pdf"), "PDF ini rusak"),
        (lambda: (BytesIO(b""), ""), "Pilih berkas PDF suratnya."),
    ],
)
def test_a_bad_file_is_told_at_its_field_and_everything_typed_is_kept(page, facts, session, file, sentence):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"file": file()}, status=422)
    assert sentence in errors_by(page, "file")
    kept = fields(page)
    assert kept["number"] == facts["number"]
    assert kept["urgency"] == "segera"
    assert kept["dated_on"] == "2026-11-24"
    assert not has_letters(session)


def test_a_file_over_the_limit_gets_the_sentence_with_the_limit(page, facts):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"file": (BytesIO(b"%PDF-1.7" + b"0" * 20_000_001), "besar.pdf")}, status=422)
    assert "Batasnya 20 MB" in errors_by(page, "file")


def test_when_only_a_fact_is_wrong_the_file_need_not_be_chosen_again(page, facts, session, config):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"number": "  ", "file": uploads.demo()}, status=422)
    assert errors_by(page, "number") == "Isi nomor suratnya."
    assert "undangan.pdf sudah diterima" in page.text
    assert not page.html.find(id="file").has_attr("required")
    page.post("/letters/new", facts | {"kept": fields(page)["kept"]})
    letter = only_letter(session)
    assert documents.get(config, letter.version.sha256) == uploads.demo()[0].read()
    assert letter.version.suggestion["by"] == "tag"


def test_a_kept_file_is_neither_anothers_nor_for_ever(page, facts, clock):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"number": "", "file": uploads.demo()}, status=422)
    token = fields(page)["kept"]
    clock.tick(3700)
    page.post("/letters/new", facts | {"kept": token}, status=422)
    assert "Pilih berkas PDF" in errors_by(page, "file")
    page.log_out()
    clock.tick(-3700)
    page.log_in("rudi").get("/letters/new")
    page.post("/letters/new", facts | {"kept": token}, status=422)
    assert "Pilih berkas PDF" in errors_by(page, "file")


def test_a_forged_kept_file_is_refused(page, facts):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"kept": "eyJzaGEyNTYiOiJ4In0.forged"}, status=422)


def test_wrong_choices_and_dates_get_sentences_in_bahasa(page, facts):
    page.log_in("budi").get("/letters/new")
    wrong = facts | {"dated_on": "31 Februari", "urgency": "kilat", "signer_id": "x", "subject": "x" * 301}
    page.post("/letters/new", wrong | {"file": uploads.demo()}, status=422)
    assert errors_by(page, "dated_on") == "Tanggal ini belum benar."
    assert "Pilih salah satu" in errors_by(page, "urgency")
    assert errors_by(page, "signer_id")
    assert errors_by(page, "subject") == "Paling panjang 300 huruf."


def test_a_signer_of_another_office_cannot_be_chosen(page, hadi, facts):
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"signer_id": hadi.id, "file": uploads.demo()}, status=422)
    assert "Pilih salah satu" in errors_by(page, "signer_id")


def test_a_drafter_of_two_offices_chooses_one_and_no_foreign_one(page, budi, session, work, facts):
    kominfo = next(o for o in people.offices(work) if o.code == "KOMINFO")
    dinas = next(o for o in people.offices(work) if o.code == "DIKPORA")
    people._give(work, budi, kominfo, Role.DRAFTER)
    session.commit()
    page.log_in("budi").get("/letters/new")
    assert page.html.find("select", attrs={"name": "office_id"})
    page.post("/letters/new", facts | {"office_id": dinas.id, "file": uploads.demo()}, status=422)
    assert errors_by(page, "office_id")
    # Sari signs for the Secretariat, not for Kominfo: the domain says so, and the file is kept.
    page.post("/letters/new", facts | {"office_id": kominfo.id, "kept": fields(page)["kept"]}, status=422)
    assert "bukan penandatangan" in errors_by(page, "signer_id")
    assert "sudah diterima" in page.text


def test_only_drafters_write_letters(page):
    page.log_in("sari").get("/letters/new", status=403)


def test_facts_can_be_changed_until_the_letter_is_submitted(page, make, session, facts):
    letter = make.draft()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/edit")
    assert fields(page)["subject"] == letter.subject
    page.post(f"/letters/{letter.id}/edit", facts | {"letter_type": "perkara"}, status=422)
    page.post(f"/letters/{letter.id}/edit", facts | {"subject": ""}, status=422)
    assert errors_by(page, "subject")
    page.post(f"/letters/{letter.id}/edit", facts | {"subject": "Perihal baru", "letter_type": "surat"})
    assert page.location == f"/letters/{letter.id}/mark"
    look_again(session, letter)
    assert (letter.subject, letter.kind) == ("Perihal baru", "surat")


def test_a_placed_letter_goes_back_to_its_preview(page, make, session, facts):
    letter = make.placed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/edit")
    page.post(f"/letters/{letter.id}/edit", facts)
    assert page.location == f"/letters/{letter.id}/preview"


def test_a_submitted_letter_cannot_be_changed(page, make, session, facts):
    letter = make.submitted()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/edit", status=409)
    page.post(f"/letters/{letter.id}/edit", facts, status=409)


def test_a_letter_of_another_office_is_not_found(page, make, session, facts):
    letter = make.draft()
    session.commit()
    page.log_in("rudi").get(f"/letters/{letter.id}/edit", status=404)
    page.get("/letters/new")
    page.post(f"/letters/{letter.id}/edit", facts, status=404)


def test_an_official_first_sees_what_waits_with_office_age_and_urgency(page, make, session, clock):
    make.submitted(subject="Undangan biasa")
    urgent = make.submitted(subject="Penanganan bencana", urgency=Urgency.IMMEDIATE)
    make.placed(subject="Belum diajukan")
    session.commit()
    clock.tick(3 * 3600)
    page.log_in("sari").get("/letters")
    assert page.h1 == "Menunggu tanda tangan Anda"
    first, second = page.html.select(".letter")
    said = " ".join(first.get_text(" ").split())
    assert urgent.number in said
    assert "Penanganan bencana" in said
    assert "Sekretariat Daerah" in said
    assert "menunggu 3 jam" in said
    assert "Sangat segera" in said
    assert "Undangan biasa" in second.get_text()
    assert "Belum diajukan" not in page.text
    assert page.html.select_one(".box[aria-current] .count").get_text(strip=True) == "2"


def test_an_official_with_nothing_waiting_is_told_so(page):
    page.log_in("sari").get("/letters?box=waiting")
    assert "Tidak ada surat yang menunggu" in page.text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/letters", {"draft", "submitted", "returned", "withdrawn", "signed"}),
        ("/letters?state=all", {"draft", "submitted", "returned", "withdrawn", "signed"}),
        ("/letters?state=draft", {"draft", "withdrawn"}),
        ("/letters?state=submitted", {"submitted"}),
        ("/letters?state=returned", {"returned"}),
        ("/letters?state=signed", {"signed"}),
        ("/letters?state=nonsense", {"draft", "submitted", "returned", "withdrawn", "signed"}),
        ("/letters?box=waiting", {"draft", "submitted", "returned", "withdrawn", "signed"}),
    ],
)
def test_the_tabs_of_a_drafter(page, make, session, address, shown):
    for state in ("draft", "submitted", "returned", "withdrawn", "signed"):
        make.in_state(state, subject=f"Surat {state}")
    session.commit()
    page.log_in("budi").get(address)
    assert {title.get_text().removeprefix("Surat ") for title in page.html.select(".letter__subject a")} == shown


def test_a_returned_letter_shows_its_reason_in_the_list(page, make, session):
    make.returned()
    session.commit()
    page.log_in("budi").get("/letters?state=returned")
    assert "Alasan: Tanggalnya keliru." in page.text


def test_search_and_paging_stay_in_the_address(page, make, session):
    for number in range(31):
        make.draft(subject=f"Rapat ke-{number}")
    make.draft(subject="Cuti tahunan")
    session.commit()
    page.log_in("budi").get("/letters?state=draft&q=rapat&subject=ke")
    assert len(page.html.select(".letter")) == 30
    page.get(page.html.select_one(".pager [rel=next]")["href"])
    assert len(page.html.select(".letter")) == 1
    assert page.html.find(id="cari")["value"] == "rapat"
    assert "Cuti" not in page.text


def test_a_search_without_result_says_so_and_stays_safe(page, make, session):
    make.draft()
    session.commit()
    page.log_in("budi").get("/letters?q=%3Cscript%3E&after=99999999999999999999")
    assert "Tidak ada surat yang cocok" in page.text
    for nonsense in ("-3", "7", "20261123-", "20261399-1", "20261123-%00", "x" * 3000):
        page.get(f"/letters?after={nonsense}")
        assert len(page.html.select(".letter")) == 1, "what is no mark is the first page"
    page.get("/letters?after=20010101-1")
    assert "Halaman daftar ini kosong" in page.text


def test_details_are_kept_in_the_address_and_over_the_tabs(page, make, session):
    make.draft(subject="Rapat", dated_on=date(2026, 3, 1))
    make.draft(subject="Cuti", dated_on=date(2025, 3, 1))
    session.commit()
    page.log_in("budi").get("/letters?since=2026-01-01&until=2026-12-31&person=budi")
    assert [title.get_text() for title in page.html.select(".letter__subject a")] == ["Rapat"]
    assert page.html.find("details", class_="more").has_attr("open")
    tab = next(link["href"] for link in page.html.select(".box") if link.get_text(strip=True) == "Draf")
    assert "since=2026-01-01" in tab and "person=budi" in tab


def test_a_period_that_ends_before_it_begins_is_told_and_finds_nothing(page, make, session):
    make.draft()
    session.commit()
    page.log_in("budi").get("/letters?since=2026-12-31&until=2026-01-01", status=422)
    assert "Tanggal akhir mendahului tanggal awal." in page.text and not page.html.select(".letter")
    page.get("/letters?since=kemarin", status=422)
    assert "Tanggal ini belum benar." in page.text


def test_secret_letters_are_listed_for_those_named_only(page, make, session):
    make.draft(confidentiality=Confidentiality.SECRET, subject="Rahasia besar")
    session.commit()
    page.log_in("agus").get("/letters")
    assert "Rahasia besar" not in page.text
