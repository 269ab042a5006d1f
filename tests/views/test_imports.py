"""Offices and people from a file: looked at line by line, applied as a whole, by whoever administers them."""

import json

import pytest

from tests import people as world
from tests.views.tables import BUDI, MAYA, PEOPLE, apply, csv_of, fresh, only_import, person, upload, with_, xlsx_of
from webapp.domain import imports
from webapp.domain.audit import Event
from webapp.models import AuditEntry, Import, Invitation, Job, Person, Role


@pytest.fixture
def admins(page, work):
    work.session.commit()
    return page.log_in("admin")


@pytest.mark.parametrize(
    "data",
    [
        csv_of(PEOPLE, MAYA, BUDI), csv_of(PEOPLE, MAYA, BUDI, delimiter=","), xlsx_of(PEOPLE, MAYA, BUDI),
        csv_of(PEOPLE, MAYA, BUDI, encoding="cp1252"),
    ],
)  # fmt: skip
def test_a_new_person_is_shown_then_made(admins, work, data):
    upload(admins, "people", data)
    assert "Belum ada yang ditulis" in admins.text and "Baris 2 Maya Contoh" in admins.text
    assert "Pengonsep, Verifikator" in admins.text and "000000000000000103" in admins.text
    assert person(work, "maya") is None, "the dry run wrote"
    work.session.commit()
    apply(admins, invite=True).follow()
    assert "1 baru, 0 berubah" in admins.text
    maya = person(work, "maya")
    assert {m.role for m in maya.memberships} == {Role.DRAFTER, Role.REVIEWER} and maya.title_after == "S.H."
    assert maya.password_hash is None
    jobs = [j.args for j in work.session.query(Job) if j.args.get("message") == "invitation"]
    assert [job["person_id"] for job in jobs] == [maya.id], "only new people are invited"


def test_the_invitation_of_an_import_opens_the_account(admins, work, app, clock):
    from tests.page import Page
    from webapp.domain import accounts

    upload(admins, "people", csv_of(PEOPLE, MAYA))
    apply(admins, invite=True)
    token = accounts.invitation_token(work, fresh(work).query(Invitation).order_by(Invitation.id.desc()).first())
    work.session.commit()
    Page(app, clock).get(f"/invitations/{token}")


def test_nobody_is_invited_unless_it_is_ticked(admins, work):
    upload(admins, "people", csv_of(PEOPLE, MAYA))
    apply(admins)
    assert not fresh(work).query(Invitation).filter_by(person_id=person(work, "maya").id).count()


def test_the_same_file_again_changes_nothing(admins, work):
    upload(admins, "people", csv_of(PEOPLE, MAYA, BUDI))
    apply(admins, invite=True)
    before = fresh(work).query(AuditEntry).count()
    work.session.commit()
    upload(admins, "people", csv_of(PEOPLE, MAYA, BUDI))
    assert "Tidak ada yang berubah" in admins.text and admins.html.find("form", id="terapkan") is None
    assert fresh(work).query(AuditEntry).count() == before


def test_what_changes_is_shown_old_and_new(admins, work):
    upload(admins, "people", csv_of(PEOPLE, with_(BUDI, position="Analis Hukum", roles="pengonsep; verifikator")))
    assert admins.html.find("del").text == "Pengonsep Naskah" and "Analis Hukum" in admins.text
    assert [d.text for d in admins.html.find_all("del")][1] == "Pengonsep"
    apply(admins, invite=True)
    budi = person(work, "budi")
    assert budi.position == "Analis Hukum" and {m.role for m in budi.memberships} == {Role.DRAFTER, Role.REVIEWER}
    assert not work.session.query(Invitation).filter_by(person_id=budi.id).count(), "known people are not invited"


def test_an_empty_cell_erases_nothing(admins, work):
    upload(admins, "people", csv_of(PEOPLE, with_(BUDI, position="-", roles="", office="")))
    assert "Tidak ada yang berubah" in admins.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "maya"}, "Alamat surel belum benar."), ({"name": ""}, "Isi namanya."),
        ({"nip": "123"}, "NIP terdiri atas 18 angka."), ({"nip": "1,97001E+17"}, "angka terakhirnya hilang"),
        ({"nip": "000000000000000101"}, "NIP ini sudah tercatat pada orang lain."),
        ({"position": "Camat 0003 0000 0000 0001"}, "Jangan mencatat NIK"), ({"office": "XYZ"}, "XYZ tidak ada"),
        ({"office": ""}, "Isi kode perangkat daerahnya."), ({"roles": ""}, "Isi perannya"),
        ({"roles": "raja"}, "Peran “raja” tidak dikenal"), ({"name": "x" * 200}, "Paling panjang 120 huruf"),
        ({"position": "@SUM(A1)"}, "seperti rumus"), ({"name": "=1+1"}, "seperti rumus"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_and_stops_all(admins, work, change, sentence):
    upload(admins, "people", csv_of(PEOPLE, with_(MAYA, email="lain@solok.example", nip=""), with_(MAYA, **change)))
    assert "1 baris keliru" in admins.text and "Baris 3" in admins.text and sentence in admins.text
    assert admins.html.find("form", id="terapkan") is None
    kept = fresh(work).query(Import).one()
    digests = {
        "sha256": kept.sha256,
        "plan": imports.plan(world.as_person(work, world.find(work, "admin")), kept).digest,
    }
    work.session.commit()
    admins.post(f"/imports/{kept.id}", digests).follow()
    assert person(work, "lain") is None, "a form made by hand applied a wrong file"


def test_doubles_in_the_file_are_named(admins):
    rows = (MAYA, with_(MAYA, email="MAYA@solok.example", nip=""), with_(MAYA, email="lain@solok.example"))
    upload(admins, "people", csv_of(PEOPLE, *rows))
    assert "Surel ini sudah ada di baris 2." in admins.text and "NIP ini sudah ada di baris 2." in admins.text


def test_a_world_that_changed_is_looked_at_again(admins, work):
    upload(admins, "people", csv_of(PEOPLE, with_(BUDI, position="Analis")))
    world.find(work, "budi").position = "Penelaah"
    work.session.commit()
    apply(admins).follow()
    assert "Keadaan berubah" in admins.text and admins.html.find("del").text == "Penelaah"
    assert person(work, "budi").position == "Penelaah"
    work.session.commit()
    apply(admins)
    assert person(work, "budi").position == "Analis"


def test_a_second_tap_applies_nothing_twice(admins, work):
    upload(admins, "people", csv_of(PEOPLE, MAYA))
    before = admins.html
    apply(admins, invite=True).follow()
    form = {f["name"]: f.get("value", "") for f in before.find("form", id="terapkan").find_all("input", type="hidden")}
    admins.post(f"/imports/{only_import(work)}", form | {"invite": "y"}).follow()
    assert "Sudah diterapkan" in admins.h1
    assert fresh(work).query(Invitation).filter_by(person_id=person(work, "maya").id).count() == 1


def test_racing_taps_apply_once(app, work, clock, config, admin):
    import threading

    from webapp import db
    from webapp.domain import rosters
    from webapp.domain.errors import Conflict
    from webapp.domain.work import Work
    from webapp.forms.imports import judge

    me = world.as_person(work, admin)
    roster = rosters.read(rosters.Kind.PEOPLE, csv_of(PEOPLE, MAYA))
    with app.test_request_context():
        kept = imports.keep(me, rosters.Kind.PEOPLE, "x.csv", roster, judge(rosters.Kind.PEOPLE, roster.rows))
    seen, kept_id, admin_id = (kept.sha256, imports.plan(me, kept).digest), kept.id, admin.id
    work.session.commit()
    results = []

    def press():
        try:
            with db.unit(app.extensions["engine"]) as session:
                own = Work(session, session.get(Person, admin_id), clock(), config)
                imports.apply(own, imports.get(own, kept_id), seen, invite=True)
            results.append("done")
        except Conflict:
            results.append("conflict")

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["conflict"] * 3 + ["done"]


def test_every_change_is_on_the_trail_without_what_people_are(admins, work):
    upload(admins, "people", csv_of(PEOPLE, MAYA, with_(BUDI, position="Analis")))
    apply(admins, invite=True)
    maya = person(work, "maya")
    entries = [(e.event, json.loads(e.facts)) for e in work.session.query(AuditEntry).order_by(AuditEntry.number)][-6:]
    assert [event for event, _ in entries] == [
        Event.PERSON_UPDATED, Event.PERSON_CREATED, Event.ROLE_GIVEN, Event.ROLE_GIVEN, Event.PERSON_INVITED,
        Event.IMPORT_APPLIED,
    ]  # fmt: skip
    assert entries[1][1] == {"person_id": maya.id} and entries[0][1]["fields"] == ["position"]
    assert entries[-1][1]["new"] == 1 and len(entries[-1][1]["sha256"]) == 64
    kept = work.session.query(Import).one()
    assert kept.rows == [] and kept.outcome["new"] == 1, "names lie no longer in the table of imports"


def test_what_was_never_applied_is_erased(admins, work, clock):
    upload(admins, "people", csv_of(PEOPLE, MAYA))
    clock.tick(2 * 86_400)
    upload(admins, "people", csv_of(PEOPLE, BUDI))
    assert fresh(work).query(Import).count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Berkas ini kosong."), (csv_of(PEOPLE), "hanya memuat judul kolom"),
        (b"a;b\r\n1;2", "Kolom “nama” tidak ada"), (b"%PDF-1.7 x\x00", "bukan CSV atau XLSX"),
        (csv_of([*PEOPLE, "E-mail"], [*MAYA, "x"]), "Kolom “surel” ada dua kali."),
        (b"\xd0\xcf\x11\xe0 x", "Excel lama"), (xlsx_of(PEOPLE, ["=1+1", *MAYA[1:]]), "Baris 2 memuat rumus"),
        (b"x" * 5_000_001, "terlalu besar"), (csv_of(PEOPLE, *[BUDI] * 5_001), "Paling banyak 5.000 baris"),
    ],
)  # fmt: skip
def test_files_that_are_no_table_of_people(admins, data, sentence):
    upload(admins, "people", data, status=422)
    assert sentence in admins.text and admins.html.find("input", type="file")


def test_unknown_columns_are_named(admins):
    upload(admins, "people", csv_of([*PEOPLE, "No HP"], [*MAYA, "0812"]))
    assert "Kolom yang tidak dikenal diabaikan: No HP." in admins.text and "0812" not in admins.text


@pytest.mark.parametrize("kind", ["offices", "people"])
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_template_is_read_back(admins, kind, extension):
    data = admins.get(f"/imports/{kind}/template.{extension}").response.data
    upload(admins, kind, data, name=f"templat.{extension}", status=422)
    assert "hanya memuat judul kolom" in admins.text, "the headings were known"
    admins.get(f"/imports/{kind}/template.exe", status=404)
    admins.get("/imports/others/new", status=404)
