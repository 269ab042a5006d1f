"""Letters written here: typed, looked at as a page, typed again, handed in."""

from __future__ import annotations

import subprocess

import pytest

from tests.signing.office import program
from tests.views.uploads import facts_for, has_letters, look_again, only_letter
from webapp.domain import documents, letters, marks, number_patterns, people
from webapp.models import Role, State

TEXTS = {
    "text_at": "Tempat", "text_enclosure": "", "text_text": "Dengan hormat, kami mengundang Saudara pada:",
    "text_day": "Senin, 30 November 2026", "text_time": "09.00 WIB", "text_venue": "Ruang Rapat", "text_copies": "",
    "text_event": "Rapat koordinasi", "text_closing": "Demikian disampaikan.",
}  # fmt: skip


@pytest.fixture
def facts(work, sari, session):
    known = facts_for(sari, session)
    known["office_id"] = next(m.office_id for m in people_of(work, "budi").memberships if m.role == Role.DRAFTER)
    session.commit()
    return known | TEXTS


def people_of(work, login):
    from tests import people as world

    return world.find(work, login)


def text_of(config, letter, *, prepared=True):
    sha256 = letter.version.prepared_sha256 if prepared else letter.version.sha256
    command = [program("pdftotext"), "-layout", "-", "-"]
    pdf = documents.get(config, sha256)
    return " ".join(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode().split())


def test_a_letter_is_typed_looked_at_and_handed_in(page, facts, session, config):
    page.log_in("budi").get("/letters/new")
    page.get("/writings/new")
    assert "Surat tugas" in page.text
    page.get("/writings/new/undangan").post("/writings/new/undangan", facts)
    letter = only_letter(session)
    assert page.location == f"/letters/{letter.id}/preview"
    assert (letter.state, letter.version.pages, letter.version.warnings, letter.version.covered_text) == (
        State.DRAFT, 1, [], "",
    )  # fmt: skip
    assert letter.kind == "undangan"
    shown = text_of(config, letter)
    assert "Nomor : 000.1.5/7/UM-2026" in shown and "24 November 2026" in shown
    assert "Hari, tanggal : Senin, 30 November 2026" in shown and "Yth. Camat se-Kabupaten Solok" in shown
    page.follow()
    assert page.html.select("img[src*='/pages/']") and "Ubah isi" in page.text
    page.post(f"/letters/{letter.id}/submission", {"digest": marks.digest(letter)})
    look_again(session, letter)
    assert letter.state == State.SUBMITTED


def test_the_texts_come_back_and_a_draft_is_set_anew_in_its_place(page, facts, session, config):
    page.log_in("budi").get("/writings/new/undangan").post("/writings/new/undangan", facts)
    letter = only_letter(session)
    page.get(f"/letters/{letter.id}/edit", status=302)
    page.follow()
    assert page.html.find(id="text_venue")["value"] == "Ruang Rapat"
    assert page.html.find(id="text_text").text.strip() == TEXTS["text_text"]
    page.post(f"/letters/{letter.id}/text", facts | {"text_venue": "Balai Kota", "subject": "Rapat lain"})
    look_again(session, letter)
    assert (letter.version_number, len(letter.versions), letter.subject) == (1, 1, "Rapat lain")
    shown = text_of(config, letter)
    assert "Balai Kota" in shown and "Ruang Rapat" not in shown and "Rapat lain" in shown


def test_a_returned_letter_becomes_another_version_and_the_old_one_is_kept(page, facts, session, config, work, sari):
    page.log_in("budi").get("/writings/new/undangan").post("/writings/new/undangan", facts)
    letter = only_letter(session)
    page.get(f"/letters/{letter.id}/preview").post(f"/letters/{letter.id}/submission", {"digest": marks.digest(letter)})
    look_again(session, letter)
    signer = __import__("tests.people", fromlist=["x"]).as_person(work, sari)
    letters.send_back(signer, letter, "Tempatnya keliru.")
    session.commit()
    page.get(f"/letters/{letter.id}/text")
    assert "Tempatnya keliru." in page.text
    page.post(f"/letters/{letter.id}/text", facts | {"text_venue": "Balai Kota"})
    look_again(session, letter)
    assert (letter.state, letter.version_number) == (State.DRAFT, 2)
    assert letter.versions[0].source_sha256 != letter.versions[1].source_sha256
    assert "Balai Kota" in text_of(config, letter)


def test_a_number_from_the_book_stands_on_the_page(page, facts, session, config, work, admin):
    office = people.get_office(work, facts["office_id"])
    administrator = __import__("tests.people", fromlist=["x"]).as_person(work, admin)
    made = number_patterns.create(administrator, office, name="Umum", pattern="{klasifikasi}/{urut:3}/UM-{tahun}")
    session.commit()
    page.log_in("budi").get("/writings/new/undangan")
    page.post("/writings/new/undangan", facts | {"number": "", "numbering": made.id})
    letter = only_letter(session)
    assert letter.number == "000.1.5/001/UM-2026"
    assert "Nomor : 000.1.5/001/UM-2026" in text_of(config, letter)
    assert (letter.version_number, len(letter.versions)) == (1, 1)


def test_a_page_that_does_not_say_what_the_facts_say_is_not_handed_in(page, facts, session):
    page.log_in("budi").get("/writings/new/undangan").post("/writings/new/undangan", facts)
    letter = only_letter(session)
    page.get(f"/letters/{letter.id}/preview")
    only_facts = {name: value for name, value in facts.items() if not name.startswith("text_")}
    page.post(f"/letters/{letter.id}/edit", only_facts | {"number": "000.1.5/8/UM-2026"})  # a form made by hand
    look_again(session, letter)
    page.post(f"/letters/{letter.id}/submission", {"digest": marks.digest(letter)}, status=422)
    assert "belum mengikuti keterangannya" in page.text
    look_again(session, letter)
    assert letter.state == State.DRAFT


def test_what_is_missing_or_cannot_be_printed_is_told_and_kept(page, facts, session):
    page.log_in("budi").get("/writings/new/undangan")
    page.post("/writings/new/undangan", facts | {"text_venue": " "}, status=422)
    assert page.html.find(id="text_venue-error")
    page.post("/writings/new/undangan", facts | {"text_text": "Salam \u4f60"}, status=422)
    assert "tidak dapat dicetak: \u4f60" in page.text
    assert page.html.find(id="text_day")["value"] == TEXTS["text_day"]
    assert not has_letters(session)


def test_only_drafters_write_and_only_types_that_there_are(page, app, clock, facts):
    page.log_in("budi").get("/writings/new/ada-ada-saja", status=404)
    page.log_out()
    page.log_in("dewi").get("/writings/new", status=403)


def test_anothers_text_is_not_found_and_an_upload_has_none(page, facts, session, make):
    uploaded = make.draft()
    session.commit()
    page.log_in("budi").get(f"/letters/{uploaded.id}/text", status=404)
    page.get("/writings/new/undangan").post("/writings/new/undangan", facts | {"number": "1/2026"})
    letter = session.get_one(type(uploaded), uploaded.id + 1)
    session.commit()
    page.log_out()
    page.log_in("rudi").get(f"/letters/{letter.id}/text", status=404)
    page.post(f"/letters/{letter.id}/text", facts, status=404)
