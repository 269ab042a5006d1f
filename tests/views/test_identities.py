"""The registrar records what was seen, and never a NIK."""

import pytest

from tests import people as world
from webapp.domain import people
from webapp.models import IdentityVerification, Office, Role

SEEN = {"documents": ["KTP elektronik", "SK jabatan"], "other": "", "method": "tatap_muka", "note": "Di Arosuka."}


@pytest.fixture
def joko(work):
    found = world.find(work, "joko").id
    work.session.commit()
    return found


def checks(work):
    work.session.commit()
    return work.session.query(IdentityVerification).count()


def test_signers_are_listed_by_what_comes_next(page):
    page.log_in("rina").get("/identities")
    assert "Periksa identitas" in page.text and "Joko Contoh" in page.text
    assert "Dapat menandatangani (2)" in page.text and "Budi" not in page.text


def test_what_was_checked_is_kept_with_who_and_when(page, work, joko):
    page.log_in("rina").get(f"/identities/{joko}/new")
    page.post(f"/identities/{joko}/new", SEEN | {"other": "Kartu pensiun"}).follow()
    assert "Joko Contoh kini dapat membuat kunci" in page.text and "Rina Contoh" in page.text
    work.session.commit()
    kept = work.session.query(IdentityVerification).filter_by(person_id=joko).one()
    assert kept.documents == "KTP elektronik, SK jabatan, Kartu pensiun" and kept.method == "tatap_muka"
    page.get("/identities")
    assert "Menunggu pejabat (1)" in page.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"note": "NIK 1303011203456789"}, "Jangan mencatat NIK"),
        ({"note": "no. 1303-0112-0345-6789."}, "Jangan mencatat NIK"),
        ({"other": "KTP 1303 0112 0345 6789"}, "Jangan mencatat NIK"),
        ({"documents": [], "other": ""}, "Pilih paling sedikit satu dokumen"),
        ({"method": ""}, "Pilih cara Anda memeriksa."),
        ({"method": "telepati"}, "Pilih salah satu yang tersedia."),
    ],
)
def test_a_nik_and_an_empty_check_are_refused(page, work, joko, wrong, sentence):
    before = checks(work)
    work.session.commit()
    page.log_in("rina").get(f"/identities/{joko}/new")
    page.post(f"/identities/{joko}/new", SEEN | wrong, status=422)
    assert sentence in page.text and checks(work) == before
    assert page.html.find(id="note").text.strip() == wrong.get("note", SEEN["note"])


def test_a_nip_is_not_a_nik(page, joko):
    page.log_in("rina").get(f"/identities/{joko}/new")
    page.post(f"/identities/{joko}/new", SEEN | {"note": "NIP 197001011990031001 cocok"})


def test_nobody_verifies_himself(page, work, rina):
    admin = world.as_person(work, world.find(work, "admin"))
    people.give_role(admin, rina, rina.memberships[0].office, Role.SIGNER)
    rina_id = rina.id
    work.session.commit()
    page.log_in("rina").get(f"/identities/{rina_id}/new")
    assert "petugas lain yang harus memeriksanya" in page.text
    page.post(f"/identities/{rina_id}/new", SEEN, status=403)


def test_a_registrar_serves_the_own_offices_only(page, work, budi, hadi, joko):
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    people.give_role(world.as_person(work, world.find(work, "admin")), budi, setda, Role.REGISTRAR)
    hadi_id = hadi.id
    work.session.commit()
    page.log_in("budi").get("/identities")
    assert "Sari Contoh" in page.text and "Hadi Contoh" not in page.text
    page.get(f"/identities/{hadi_id}", status=404)
    page.post(f"/identities/{joko}/new", SEEN, status=404)


def test_others_are_kept_out(page, joko):
    page.log_in("admin").get("/identities", status=403)
    page.get(f"/identities/{joko}/new", status=403)
    page.post(f"/identities/{joko}/new", SEEN, status=403)
