"""Offices from a file, and how far an administrator reaches with one: within his offices, as by hand."""

import pytest

from tests import people as world
from tests.page import Page
from tests.views.tables import (
    BUDI,
    MAYA,
    OFFICES,
    PEOPLE,
    apply,
    csv_of,
    fresh,
    only_import,
    person,
    upload,
    with_,
    xlsx_of,
)
from webapp.domain import people
from webapp.models import Office, Role


@pytest.fixture
def admins(page, work):
    work.session.commit()
    return page.log_in("admin")


def test_offices_come_below_one_another_in_any_order(admins, work):
    rows = (["UPT-1", "UPT Puskesmas", "DINKES"], ["DINKES", "Dinas Kesehatan", "PEMKAB"], ["SETDA", "Setda Solok", ""])
    upload(admins, "offices", xlsx_of(OFFICES, *rows), name="opd.xlsx")
    assert "Sekretariat Daerah" in admins.get(admins.response.request.path + "?only=changed").text
    apply(admins)
    found = {o.code: o for o in fresh(work).query(Office)}
    assert found["UPT-1"].path == f"{found['DINKES'].path}{found['UPT-1'].id}/"
    assert found["UPT-1"].ancestor_ids == {found["PEMKAB"].id, found["DINKES"].id, found["UPT-1"].id}
    assert found["SETDA"].name == "Setda Solok"
    work.session.commit()
    upload(admins, "offices", xlsx_of(OFFICES, *rows), name="opd.xlsx")
    assert "Tidak ada yang berubah" in admins.text


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["A", "A", "B"], ["B", "B", "A"]], "Induknya berputar"),
        ([["A", "A", "A"]], "Induknya berputar"),
        ([["A", "A", "NONE"]], "Induk NONE tidak ada"),
        ([["A", "A", ""]], "Isi kode induknya"),
        ([["A", "", "PEMKAB"], ["B", "B", "A"]], "Induknya di baris 2 keliru."),
        ([["A", "A", "PEMKAB"], ["a", "Lain", "PEMKAB"]], "Kode ini sudah ada di baris 2."),
        ([["SETDA", "Sekretariat Daerah", "KOMINFO"]], "induknya tetap PEMKAB"),
        ([["A B", "A", "PEMKAB"]], "Pakai huruf, angka, titik"),
        ([[f"L{n}", "Lapis", f"L{n - 1}" if n else "PEMKAB"] for n in range(14)], "lebih dari 12 tingkat"),
    ],
)
def test_offices_that_cannot_be(admins, work, rows, sentence):
    before = fresh(work).query(Office).count()
    work.session.commit()
    upload(admins, "offices", csv_of(OFFICES, *rows))
    assert sentence in admins.text and admins.html.find("form", id="terapkan") is None
    assert fresh(work).query(Office).count() == before


@pytest.fixture
def setda_only(page, work, budi):
    """Budi administers one office of several."""
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    people.give_role(world.as_person(work, world.find(work, "admin")), budi, setda, Role.ADMINISTRATOR)
    work.session.commit()
    return page.log_in("budi")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (with_(MAYA, office="KOMINFO"), "Perangkat daerah KOMINFO di luar yang Anda kelola."),
        (with_(MAYA, office="PEMKAB", roles="administrator"), "Perangkat daerah PEMKAB di luar yang Anda kelola."),
        (with_(MAYA, name="Hadi", email="hadi@solok.example", nip=""), "yang tidak Anda kelola"),
        (with_(BUDI, position="Raja"), "Ini akun Anda sendiri."),
        (with_(BUDI, roles="auditor"), "Ini akun Anda sendiri."),
    ],
)
def test_a_line_that_reaches_outside_is_refused(setda_only, work, row, sentence):
    upload(setda_only, "people", csv_of(PEOPLE, row))
    assert sentence in setda_only.text and setda_only.html.find("form", id="terapkan") is None


def test_a_file_is_no_way_to_guess_what_others_are(setda_only, work, hadi):
    """Whether all facts fit or none, the answer about somebody of another office is the same, and shows nothing."""
    nip, position = hadi.nip, hadi.position
    work.session.commit()
    answers = []
    for facts in ({"nip": nip, "position": position}, {"nip": "", "position": "Lain"}):
        row = with_(
            MAYA, name="Hadi Contoh", after="S.Kom.", email="hadi@solok.example", rank="", office="", roles="", **facts
        )
        upload(setda_only, "people", csv_of(PEOPLE, row))
        answers.append([p.get_text(" ", strip=True) for p in setda_only.html.select(".lines .field__error")])
        assert setda_only.html.find("del") is None and "Dinas Komunikasi" not in setda_only.text
    assert answers[0] == answers[1] == ["Surel ini dipakai orang di perangkat daerah yang tidak Anda kelola."]


def test_facts_of_who_serves_elsewhere_too_are_not_changed_from_here(setda_only, work, sari):
    kominfo = work.session.query(Office).filter_by(code="KOMINFO").one()
    people.give_role(world.as_person(work, world.find(work, "admin")), sari, kominfo, Role.SIGNER)
    work.session.commit()
    row = ["Sari Palsu", "", "", "sari@solok.example", "", "", "", "SETDA", "penandatangan"]
    upload(setda_only, "people", csv_of(PEOPLE, row))
    assert "datanya diubah administrator di atas" in setda_only.text


def test_offices_outside_are_refused(setda_only):
    rows = (["KOMINFO", "Diambil", ""], ["A", "A", "PEMKAB"], ["B", "Bagian Hukum", "SETDA"])
    upload(setda_only, "offices", csv_of(OFFICES, *rows))
    assert (
        "KOMINFO di luar" in setda_only.text
        and "PEMKAB di luar" in setda_only.text
        and "2 baris keliru" in setda_only.text
    )


def test_a_right_that_was_lost_meanwhile_stops_it(setda_only, work, budi):
    upload(setda_only, "people", csv_of(PEOPLE, MAYA))
    for held in [m for m in world.find(work, "budi").memberships if m.role == Role.ADMINISTRATOR]:
        world.find(work, "budi").memberships.remove(held)
    work.session.commit()
    apply(setda_only, status=403)
    assert person(work, "maya") is None


def test_somebody_elses_import_is_not_found(admins, app, clock, work):
    upload(admins, "people", csv_of(PEOPLE, MAYA))
    kept = only_import(work)
    top = work.session.query(Office).filter_by(code="PEMKAB").one()
    people.give_role(
        world.as_person(work, world.find(work, "admin")), world.find(work, "rina"), top, Role.ADMINISTRATOR
    )
    work.session.commit()
    other = Page(app, clock).log_in("rina")
    other.get(f"/imports/{kept}", status=404)
    other.post(f"/imports/{kept}", status=404)
