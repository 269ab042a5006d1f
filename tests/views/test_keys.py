"""The ceremony: identity, key, the code read out, certificate; and its end."""

import pytest

from tests import people as world
from tests.page import Page
from webapp.domain import accounts, keys, second_factor
from webapp.models import Certificate, SigningKey


@pytest.fixture
def joko_id(work):
    """Joko has come: password and authenticator are set, his identity is not checked yet."""
    joko = world.find(work, "joko")
    accounts.set_password(joko, world.PASSWORD)
    second_factor.begin(work, joko)
    joko.second_factor.confirmed_at = work.now
    work.session.commit()
    return joko.id


@pytest.fixture
def his(app, clock, joko_id):
    return Page(app, clock).log_in("joko")


def newest(work, kind=SigningKey):
    work.session.rollback()
    found = work.session.query(kind).order_by(kind.id.desc()).first()
    work.session.expunge_all()
    work.session.commit()  # holds no lock while pages are asked for
    return found


def verify(page, person_id):
    path = f"/identities/{person_id}/new"
    page.get(path).post(path, {"documents": "KTP elektronik", "method": "tatap_muka"})


def test_from_the_identity_check_to_the_certificate(page, his, work, joko_id):
    his.get("/keys")
    assert "Temui petugas verifikasi identitas" in his.text and not his.html.find("button", string="Buat kunci")
    his.post("/keys", status=403)
    verify(page.log_in("rina"), joko_id)
    his.get("/keys")
    assert "Tidak seorang pun dapat memakainya" in his.text
    his.post("/keys").follow()
    code = his.html.select_one(".control__code").text
    assert len(code) == 4 and "Bacakan kepada petugas verifikasi" in his.text
    key = newest(work)
    page.get("/identities")
    assert f"/keys/{key.id}/certificate" in str(page.html)
    path = f"/keys/{key.id}/certificate"
    page.get(path)
    assert code not in page.text, "the registrar must hear it, not read it"
    wrong = "0000" if code != "0000" else "1111"
    page.post(path, {"code": wrong}, status=422)
    assert "Jangan terbitkan" in page.text and newest(work, Certificate).key_id != key.id
    page.post(path, {"code": f" {code.lower()} "}).follow()
    assert "Sertifikat Joko Contoh diterbitkan" in page.text and "Sertifikat berlaku" in page.text
    his.get("/keys")
    assert "Anda dapat menandatangani surat" in his.text
    page.post(path, {"code": code}, status=409)


def test_a_second_tap_makes_no_second_key(page, his, work, joko_id):
    verify(page.log_in("rina"), joko_id)
    his.get("/keys").post("/keys")
    first = newest(work)
    his.post("/keys")
    assert newest(work).id > first.id, "until it is certified a key may be made anew"
    page.get(f"/keys/{first.id}/certificate")
    assert "sudah diganti dengan kunci lain" in page.text
    page.post(f"/keys/{first.id}/certificate", {"code": keys.control_code(first)}, status=409)


def test_guessing_the_code_ends_soon(page, his, work, joko_id):
    verify(page.log_in("rina"), joko_id)
    his.get("/keys").post("/keys")
    path = f"/keys/{newest(work).id}/certificate"
    page.get(path)
    code = keys.control_code(newest(work))
    for attempt in range(8):
        page.post(path, {"code": f"Z{attempt:03}"}, status=422)
    page.post(path, {"code": code}, status=429)


def test_an_official_revokes_the_own_certificate_after_reading_what_it_means(page, work, sari):
    key_id = keys.find(work, sari).id
    work.session.commit()
    page.log_in("sari").get("/keys")
    assert "Cabut sertifikat saya" in page.text
    path = f"/keys/{key_id}/revocation"
    page.get(path)
    assert "tidak dapat dikembalikan" in page.text and "tetap sah" in page.text
    page.post(path, status=422)
    assert "Pilih alasan pencabutan." in page.text
    page.post(path, {"reason": "keyCompromise"}).follow()
    assert "Sertifikat Anda tidak berlaku lagi" in page.text and "mungkin diketahui orang lain" in page.text
    page.post("/keys", status=403)
    assert "perlu diverifikasi lagi" in page.text, "one check bears one certificate, also after a revocation"
    page.post(path, {"reason": "keyCompromise"}, status=409)


def test_a_registrar_revokes_and_the_list_is_renewed(page, work, sari):
    key_id, serial = keys.find(work, sari).id, keys.find(work, sari).certificate.serial
    work.session.commit()
    path = f"/keys/{key_id}/revocation"
    page.log_in("rina").get(path).post(path, {"reason": "affiliationChanged"}).follow()
    assert "dicabut" in page.text and "periksa identitas lagi" in page.text
    from cryptography import x509

    listed = x509.load_der_x509_crl(page.client.get("/authority/crl").data)
    assert listed.get_revoked_certificate_by_serial_number(int(serial, 16)) is not None


def test_somebody_elses_key_is_not_found(page, work, sari):
    key_id = keys.find(work, sari).id
    work.session.commit()
    page.log_in("budi")
    page.get(f"/keys/{key_id}/revocation", status=404)
    page.post(f"/keys/{key_id}/revocation", {"reason": "superseded"}, status=404)
    page.get(f"/keys/{key_id}/certificate", status=403)
    page.post("/keys", status=403)
    page.get("/keys")
    assert "Anda tidak memerlukan kunci" in page.text


def test_without_the_unlocking_cookie_no_key_is_made(page, his, work, joko_id, app):
    verify(page.log_in("rina"), joko_id)
    his.get("/keys")
    his.client.delete_cookie(app.config["UNLOCK_COOKIE"])
    his.post("/keys", status=503)
    assert "masuk lagi dengan kata sandi" in his.text and newest(work).person_id != joko_id


def test_an_official_suspends_and_only_a_registrar_resumes(page, app, clock, work, sari):
    from webapp.domain import keys

    key_id, person_id = keys.find(work, sari).id, sari.id
    work.session.commit()
    page.log_in("sari").get("/keys").post(f"/keys/{key_id}/suspension").follow()
    assert "ditangguhkan" in page.text
    page.post(f"/keys/{key_id}/resumption", status=403)
    hers = Page(app, clock).log_in("rina")
    hers.get(f"/identities/{person_id}").post(f"/keys/{key_id}/resumption").follow()
    assert "Sertifikat aktif lagi" in hers.text
