"""The administrator's people: added with an invitation, corrected, cut off, taken back."""

import pytest

from tests import people as world
from webapp.domain import keys, people
from webapp.domain.audit import Event
from webapp.models import AuditEntry, Job, LoginSession, Office, Role

NEW = {
    "email": "Maya@Solok.Example ", "name": "Maya  Contoh", "title_before": "", "title_after": "S.H.",
    "position": "Kepala Bagian Hukum (contoh)", "rank": "Pembina (IV/a)", "nip": "000000000000 000 103",
    "roles": ["drafter", "reviewer"],
}  # fmt: skip


@pytest.fixture
def admins(page):
    return page.log_in("admin")


def office_id(work, code):
    return work.session.query(Office).filter_by(code=code).one().id


def person(work, login):
    work.session.commit()
    work.session.expire_all()
    return world.find(work, login)


def test_a_new_person_gets_an_invitation(admins, work):
    admins.get("/people/new")
    work.session.commit()
    setda = office_id(work, "SETDA")
    work.session.commit()
    admins.post("/people/new", NEW | {"office": setda}).follow()
    assert admins.h1 == "Maya Contoh, S.H." and "Undangan dikirim ke maya@solok.example." in admins.text
    assert "Menunggu undangan dibuka" in admins.text
    maya = person(work, "maya")
    assert maya.nip == "000000000000000103" and {m.role for m in maya.memberships} == {Role.DRAFTER, Role.REVIEWER}
    job = work.session.query(Job).order_by(Job.id.desc()).first()
    assert job.args["person_id"] == maya.id and job.args["message"] == "invitation"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "maya", "Alamat surel belum benar."),
        ("email", "sari@solok.example", "Alamat surel ini sudah dipakai orang lain."),
        ("name", "", "Isi namanya."),
        ("nip", "123", "NIP terdiri atas 18 angka."),
        ("nip", "1303000000000001", "Jangan mencatat NIK"),
        ("position", "Camat 1303 0000 0000 0001", "Jangan mencatat NIK"),
        ("roles", [], "Pilih paling sedikit satu peran."),
    ],
)
def test_a_wrong_field_is_named_and_the_form_kept(admins, work, field, value, sentence):
    setda = office_id(work, "SETDA")
    work.session.commit()
    admins.get("/people/new").post("/people/new", NEW | {"office": setda, field: value}, status=422)
    assert sentence in admins.text
    assert admins.html.find(id="position")["value"] == (value if field == "position" else NEW["position"])


def test_people_are_found_by_a_part_of_their_name(admins):
    admins.get("/people?q=sar")
    assert "Sari Contoh" in admins.text and "Budi Contoh" not in admins.text
    admins.get("/people?q=nobody")
    assert "Tidak ada yang cocok" in admins.text
    admins.get("/people?q=%25")
    assert "Sari" not in admins.text, "a percent sign is no wildcard"


def test_facts_are_corrected(admins, work, budi):
    path = f"/people/{budi.id}/edit"
    work.session.commit()
    admins.get(path).post(path, {"name": "Budi Contoh", "position": "Analis", "title_after": "S.T."}).follow()
    assert admins.h1 == "Budi Contoh, S.T." and "Analis" in admins.text
    assert person(work, "budi").nip is None


def test_disabling_says_what_it_does_and_then_cuts_everything_off(admins, app, clock, work, sari):
    from tests.page import Page

    sari_id = sari.id
    work.session.commit()
    her = Page(app, clock).log_in("sari")
    admins.get(f"/people/{sari_id}/disabling")
    assert "kunci tanda tangannya terhapus" in admins.text.lower() and "tetap sah" in admins.text
    admins.post(f"/people/{sari_id}/disabling").follow()
    assert "Akun Sari Contoh, S.H., M.Si. dinonaktifkan." in admins.text
    her.get("/keys", status=303)
    assert her.location == "/login"
    sari = person(work, "sari")
    assert keys.find(work, sari) is None and sari.disabled_at
    work.session.commit()
    admins.get(f"/people/{sari_id}/enabling").post(f"/people/{sari_id}/enabling").follow()
    assert "Undangan dikirim" in admins.text
    sari = person(work, "sari")
    assert sari.disabled_at is None and sari.password_hash is None, "the old password opens nothing"


def test_a_forgotten_password_warns_that_the_key_will_be_lost(admins, work, sari):
    path = f"/people/{sari.id}/invitation"
    work.session.commit()
    admins.get(path)
    assert "sertifikatnya dicabut" in admins.text
    admins.post(path).follow()
    assert keys.find(work, person(work, "sari")) is not None, "nothing is lost before the link is used"


def test_nobody_changes_the_own_account_here(admins, work, admin):
    path = f"/people/{admin.id}"
    work.session.commit()
    admins.get(path)
    assert "Ini akun Anda sendiri" in admins.text
    for action in ("disabling", "invitation", "enabling"):
        admins.post(f"{path}/{action}", status=409)
    assert person(work, "admin").disabled_at is None


def test_an_administrator_of_one_office_cannot_touch_another(page, work, budi, hadi):
    people.give_role(
        world.as_person(work, world.find(work, "admin")), budi,
        work.session.query(Office).filter_by(code="SETDA").one(), Role.ADMINISTRATOR,
    )  # fmt: skip
    hadi_id = hadi.id
    kominfo = office_id(work, "KOMINFO")
    work.session.commit()
    page.log_in("budi")
    page.get("/people")
    assert "Sari Contoh" in page.text and "Hadi Contoh" not in page.text
    page.get(f"/people/{hadi_id}", status=404)
    page.post(f"/people/{hadi_id}/disabling", status=404)
    page.get("/people/new")
    assert "Dinas Komunikasi" not in page.text
    page.post("/people/new", NEW | {"office": kominfo}, status=422)


def test_others_see_no_people(page, work, sari):
    path = f"/people/{sari.id}"
    work.session.commit()
    page.log_in("budi")
    for where in ("/people", "/people/new", path, f"{path}/edit", f"{path}/disabling", f"{path}/roles/new"):
        page.get(where, status=403)
    for where in ("/people/new", f"{path}/disabling", f"{path}/invitation"):
        page.post(where, status=403)
    assert not work.session.query(AuditEntry).filter_by(event=Event.PERSON_DISABLED).count()
    assert work.session.query(LoginSession).count()
