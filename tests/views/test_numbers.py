"""Letter numbers as people use them: patterns by the administrator, taking, giving back, the book."""

import pytest

from tests import people as world
from tests.views import uploads
from tests.views.test_letters import errors_by, fields
from tests.views.uploads import only_letter
from webapp.domain import number_patterns, people
from webapp.models import Confidentiality, NumberPattern, Office, Role, State

PATTERN = "{klasifikasi}/{urut:3}/UM-{tahun}"


@pytest.fixture
def setda(work):
    return work.session.query(Office).filter_by(code="SETDA").one().id


@pytest.fixture
def pattern(work, admin, setda):
    office = work.session.get(Office, setda)
    made = number_patterns.create(world.as_person(work, admin), office, name="Surat dinas", pattern=PATTERN)
    work.session.commit()
    return made.id


@pytest.fixture
def facts(sari, session):
    return uploads.facts_for(sari, session)


def test_an_administrator_makes_a_pattern_and_sees_an_example(page, work, setda, clock):
    work.session.commit()
    page.log_in("admin").get(f"/offices/{setda}/edit")
    assert page.html.find("a", href=f"/offices/{setda}/patterns")
    path = f"/offices/{setda}/patterns"
    page.get(path).post(path, {"name": "Surat dinas", "pattern": "{nomor}/UM"}, status=422)
    assert "Bagian {nomor} tidak dikenal." in errors_by(page, "pattern")
    page.post(path, {"name": "Surat dinas", "pattern": PATTERN}).follow()
    assert f"000.1.5/001/UM-{clock.now.year}" in page.text
    page.post(f"{path}/start", {"last": "117"}).follow()
    assert f"000.1.5/118/UM-{clock.now.year}" in page.text
    asked = page.get(f"{path}/example?pattern=%7Burut%7D/%7Bkode_kantor%7D").response.json
    assert asked == {"kind": "ok", "text": "118/SETDA"}
    assert page.get(f"{path}/example?pattern=x").response.json["kind"] == "bad"
    made = work.session.query(NumberPattern).one().id
    work.session.commit()
    page.get(f"{path}/{made}").post(f"{path}/{made}", {"name": "Nota", "pattern": "{urut}/ND"}).follow()
    assert "Nota" in page.text and "118/ND" in page.text
    page.get(f"{path}/{made}").post(f"{path}/{made}/removal").follow()
    assert "Belum ada pola" in page.text


def test_a_new_letter_takes_its_number_as_it_is_saved(page, facts, session, pattern):
    page.log_in("budi").get("/letters/new")
    assert not page.html.find(id="number").has_attr("required")
    page.post("/letters/new", facts | {"number": "", "numbering": 0, "file": uploads.demo()}, status=422)
    assert errors_by(page, "number") == "Isi nomor suratnya."
    kept = fields(page)["kept"]
    page.post(
        "/letters/new", facts | {"number": "", "numbering": pattern, "classification": "", "kept": kept}, status=422
    )
    assert "klasifikasi" in errors_by(page, "classification")
    page.post("/letters/new", facts | {"number": "", "numbering": pattern, "kept": fields(page)["kept"]})
    letter = only_letter(session)
    assert letter.number == f"{facts['classification']}/001/UM-{letter.dated_on.year}"


def test_a_tap_twice_gives_one_number_and_it_can_be_given_back(page, make, work, pattern):
    letter = make.placed(number="A/1").id
    work.session.commit()
    page.log_in("budi").get(f"/letters/{letter}/number")
    page.post(f"/letters/{letter}/number", {"pattern_id": pattern}).follow()
    assert "000.1.5/001/UM-2026" in page.text
    page.post(f"/letters/{letter}/number", {"pattern_id": pattern}).follow()
    assert "000.1.5/001/UM-2026" in page.text and "002" not in page.text
    assert page.get(f"/letters/{letter}/edit").html.find(id="number").has_attr("readonly")
    path = f"/letters/{letter}/number/return"
    page.get(f"/letters/{letter}/number").post(path, {"reason": "x"}, status=422)
    assert "5 sampai 300" in errors_by(page, "reason")
    page.post(path, {"reason": "Surat tidak jadi dibuat."}).follow()
    assert "Surat ini belum bernomor" in page.text
    assert "Belum bernomor" in page.get("/letters?state=draft").text
    page.get(f"/letters/{letter}/preview")
    page.post(
        f"/letters/{letter}/submission", {"digest": page.html.find(attrs={"name": "digest"})["value"]}, status=422
    )
    page.get("/numbers", status=303).follow()
    assert "Bebas, ditawarkan lagi" in page.text and "Alasan: Surat tidak jadi dibuat." in page.text
    assert "Nomor urut 1 sampai 1: semuanya tercatat." in page.text


def test_a_typed_number_that_is_taken_is_told_by_its_field(page, make, work, facts, session):
    make.draft(number="000.1.5/118/UM-2026")
    work.session.commit()
    page.log_in("budi").get("/letters/new")
    page.post("/letters/new", facts | {"number": "000.1.5 / 118 / um-2026", "file": uploads.demo()}, status=422)
    assert "sudah dipakai surat lain" in errors_by(page, "number")


def test_a_changed_number_that_is_taken_is_told_too(page, make, work):
    make.draft(number="A/1")
    letter = make.draft(number="A/2").id
    work.session.commit()
    page.log_in("budi").get(f"/letters/{letter}/edit")
    page.post(f"/letters/{letter}/edit", fields(page) | {"number": "A/1"}, status=422)
    assert "sudah dipakai surat lain" in errors_by(page, "number")


def test_another_offices_book_patterns_and_letters_are_not_found(page, make, work, setda, pattern, admin):
    letter = make.draft(number="A/1").id
    kominfo = work.session.query(Office).filter_by(code="KOMINFO").one()
    people.give_role(world.as_person(work, admin), world.find(work, "rudi"), kominfo, Role.ADMINISTRATOR)
    work.session.commit()
    page.log_in("rudi").get(f"/numbers/{setda}", status=404)
    page.get(f"/letters/{letter}/number", status=404)
    page.post(f"/letters/{letter}/number", {"pattern_id": pattern}, status=404)
    page.post(f"/letters/{letter}/number/return", {"reason": "Saya ambil."}, status=404)
    for path in ("", "/example", f"/{pattern}"):
        page.get(f"/offices/{setda}/patterns{path}", status=404)
    page.post(f"/offices/{setda}/patterns", {"name": "X", "pattern": "{urut}"}, status=404)
    page.post(f"/offices/{setda}/patterns/start", {"last": "9"}, status=404)
    page.post(f"/offices/{kominfo.id}/patterns/{pattern}/removal", status=404)  # ours, through his own office
    page.get(f"/offices/{kominfo.id}/patterns")


def test_a_secret_letter_has_a_line_without_its_subject(page, make, work, setda):
    make.draft(number="R/1", subject="Perihal rahasia sekali", confidentiality=Confidentiality.SECRET)
    work.session.commit()
    page.log_in("agus").get(f"/numbers/{setda}?year=2026")
    assert "R/1" in page.text and "rahasia sekali" not in page.text
    page.log_out().log_in("admin").get(f"/numbers/{setda}?year=2026")
    assert "R/1" in page.text and "rahasia sekali" not in page.text


def test_the_book_is_paged(page, make, work, setda):
    for n in range(52):
        make.draft(number=f"P/{n}")
    work.session.commit()
    page.log_in("budi").get(f"/numbers/{setda}?year=2026")
    assert len(page.html.select("tbody tr")) == 50
    page.get(f"/numbers/{setda}?year=2026&page=2")
    assert len(page.html.select("tbody tr")) == 2
    page.get(f"/numbers/{setda}?year=1&page=-4")


@pytest.mark.parametrize("state", list(State))
def test_the_book_names_what_became_of_each_number(page, make, session, state):
    letter = make.in_review("dewi") if state == State.IN_REVIEW else make.in_state(state)
    office = letter.office_id
    session.commit()
    page.log_in("budi").get(f"/numbers/{office}?year=2026")
    assert letter.number in page.text
