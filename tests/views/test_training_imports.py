"""Trainings from a file: looked at line by line, noted as a whole, once; by whoever administers the people's office."""

import json
from datetime import date, datetime

import pytest
from sqlalchemy import select

from tests import people as world
from tests.views.tables import apply, csv_of, fresh, upload, xlsx_of
from webapp.domain import trainings
from webapp.domain.audit import Event
from webapp.models import AuditEntry, Import, Membership, Role, Training

HEADINGS = ["surel", "nip", "pelatihan", "tanggal selesai"]
NIP = "000000000000000101"
BUDI = ["budi@solok.example", "", "Bimtek TTE", "31/10/2026"]


@pytest.fixture
def admins(page, work):
    work.session.commit()
    return page.log_in("admin")


@pytest.fixture
def sari_nip(work, sari):
    sari.nip = NIP
    work.session.commit()
    return NIP


def noted(work):
    rows = fresh(work).scalars(select(Training).order_by(Training.id)).all()
    found = [(one.person.email.split("@")[0], one.course, one.completed_at.date().isoformat()) for one in rows]
    work.session.commit()
    return found


@pytest.mark.parametrize("write", [csv_of, xlsx_of])
def test_a_file_is_shown_then_noted_once(admins, work, sari_nip, write):
    data = write(HEADINGS, BUDI, ["", sari_nip, "Bimtek TTE", "2026-10-31"])
    upload(admins, "trainings", data)
    assert "Belum ada yang ditulis" in admins.text and "Budi Contoh" in admins.text and "Sari" in admins.text
    assert "31 Oktober 2026" in admins.text and "Sekretariat Daerah" in admins.text
    assert noted(work) == []
    apply(admins).follow()
    assert "2 baru, 0 berubah" in admins.text and "Lihat papan adopsi" in admins.text
    expected = [("budi", "Bimtek TTE", "2026-10-31"), ("sari", "Bimtek TTE", "2026-10-31")]
    assert noted(work) == expected
    told = [json.loads(e.facts) for e in work.session.query(AuditEntry).filter_by(event=Event.TRAINING_RECORDED)]
    assert [one["course"] for one in told] == ["Bimtek TTE"] * 2
    assert work.session.query(Import).one().rows == [], "names lie no longer in the table of imports"
    work.session.commit()
    upload(admins, "trainings", data)
    assert "Tidak ada yang berubah" in admins.text and admins.html.find("form", id="terapkan") is None
    assert noted(work) == expected


def test_a_day_that_a_spreadsheet_keeps_as_a_day_is_read(admins, work):
    days = datetime(2026, 10, 31), date(2026, 2, 1)  # noqa: DTZ001  # a sheet's days have no zone
    upload(admins, "trainings", xlsx_of(HEADINGS, *([*BUDI[:2], f"X{day}", day] for day in days)))
    apply(admins)
    assert [day for _login, _course, day in noted(work)] == ["2026-10-31", "2026-02-01"]


def test_what_is_noted_stays_as_it_is_and_the_rest_is_added(admins, work, budi):
    trainings.record(world.as_person(work, world.find(work, "admin")), budi, "Bimtek TTE", work.now)
    work.session.commit()
    before = noted(work)
    upload(admins, "trainings", csv_of(HEADINGS, BUDI, [BUDI[0], "", "Bimtek SPBE", "1.10.2026"]))
    apply(admins).follow()
    assert "1 baru" in admins.text and noted(work) == [*before, ("budi", "Bimtek SPBE", "2026-10-01")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["", "", "Bimtek TTE", "31/10/2026"], "Isi surel atau NIP orangnya."),
        (["siapa@solok.example", "", "Bimtek TTE", "31/10/2026"], "Tidak ada orang dengan surel atau NIP ini"),
        (["", "000000000000000999", "Bimtek TTE", "31/10/2026"], "Tidak ada orang dengan surel atau NIP ini"),
        (["sari@solok.example", "000000000000000999", "X", "31/10/2026"], "bukan NIP orang dengan surel itu"),
        (["", "1,97001E+17", "X", "31/10/2026"], "angka terakhirnya hilang"),
        (["", "123", "X", "31/10/2026"], "18 angka"),
        (["sari@solok.example", "", "", "31/10/2026"], "Isi nama pelatihannya."),
        (["sari@solok.example", "", "x" * 121, "31/10/2026"], "Paling panjang 120 huruf."),
        (["sari@solok.example", "", "X", "31/02/2026"], "Tulis tanggal selesainya seperti"),
        (["sari@solok.example", "", "X", "kemarin"], "Tulis tanggal selesainya seperti"),
        (["sari@solok.example", "", "X", ""], "Tulis tanggal selesainya seperti"),
        (["sari@solok.example", "", "X", "01/01/2999"], "Tanggal pelatihan belum tiba."),
        (["sari@solok.example", "", "=HYPERLINK(A1)", "31/10/2026"], "seperti rumus"),
        ([*BUDI[:2], "Bimtek  TTE", "30/10/2026"], "sudah ada di baris 2."),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_stops_all(admins, work, sari_nip, row, sentence):
    upload(admins, "trainings", csv_of(HEADINGS, BUDI, row))
    assert "1 baris keliru" in admins.text and "Baris 3" in admins.text and sentence in admins.text
    assert admins.html.find("form", id="terapkan") is None and noted(work) == []


@pytest.mark.parametrize("column", ["email", "nip"])
def test_people_elsewhere_are_as_if_they_were_not_there(page, work, rudi, budi, sari_nip, column):
    """An administrator of one office can neither note anything of another's people nor learn who they are."""
    lina = world.find(work, "lina")
    lina.memberships[:] = [Membership(office=rudi.memberships[0].office, role=Role.ADMINISTRATOR)]
    work.session.commit()
    page.log_in("lina")
    row = ["sari@solok.example", "", "X", "31/10/2026"] if column == "email" else ["", sari_nip, "X", "31/10/2026"]
    upload(page, "trainings", csv_of(HEADINGS, row, ["rudi@solok.example", "", "X", "31/10/2026"]))
    assert "Tidak ada orang dengan surel atau NIP ini" in page.text
    assert "Sari" not in page.text and "Sekretariat" not in page.text
    work.session.commit()
    upload(page, "trainings", csv_of(HEADINGS, ["rudi@solok.example", "", "X", "31/10/2026"]))
    apply(page)
    assert noted(work) == [("rudi", "X", "2026-10-31")]


def test_accounts_that_ended_are_trained_no_more(admins, work, budi):
    budi.disabled_at = work.now
    work.session.commit()
    upload(admins, "trainings", csv_of(HEADINGS, BUDI))
    assert "Tidak ada orang dengan surel atau NIP ini" in admins.text


def test_noted_by_hand_meanwhile_it_is_looked_at_again(budi, admins, work):
    upload(admins, "trainings", csv_of(HEADINGS, BUDI))
    trainings.record(world.as_person(work, world.find(work, "admin")), budi, "Bimtek TTE", work.now)
    work.session.commit()
    apply(admins).follow()
    assert "Keadaan berubah" in admins.text and "Tidak ada yang berubah" in admins.text
    assert len(noted(work)) == 1


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_is_read_back(admins, extension):
    data = admins.get(f"/imports/trainings/template.{extension}").response.data
    assert "templat-pelatihan" in admins.response.headers["Content-Disposition"]
    upload(admins, "trainings", data, name=f"templat.{extension}", status=422)
    assert "hanya memuat judul kolom" in admins.text, "the headings were known"


@pytest.mark.parametrize("login", ["sari", "agus"])
def test_nobody_else_imports(page, work, login):
    page.log_in(login).get("/imports/trainings/new", status=403)
