"""Who holds the issuing key; and what everybody may download."""

import re

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests import people as world
from tests.page import Page
from webapp.domain import accounts, authority, keys, people
from webapp.models import Authority, AuthorityShare, Office, Role


def make_registrar(work, login):
    top = work.session.query(Office).filter_by(code="PEMKAB").one()
    people.give_role(world.as_person(work, world.find(work, "admin")), world.find(work, login), top, Role.REGISTRAR)
    work.session.commit()


def test_the_issuing_key_is_handed_on_with_a_code_shown_once(page, app, clock, work):
    make_registrar(work, "agus")
    page.log_in("rina").get("/authority")
    assert "Hanya Anda yang memegangnya" in page.text
    page.get("/authority/offer")
    assert "dari tangan ke tangan" in page.text
    page.post("/authority/offer", status=200)
    code = page.html.select_one(".offer").get_text("").replace(" ", "").replace("\n", "")
    assert re.fullmatch(r"([0-9a-f]{4}-){4}[0-9a-f]{4}", code) and "no-store" in page.response.headers["Cache-Control"]
    his = Page(app, clock).log_in("agus")
    his.get("/identities")
    assert "Anda belum memegang kunci penerbit" in his.text
    his.get("/authority").post("/authority/claim", {"code": "0000-0000-0000-0000-0000"}, status=422)
    assert "salah atau sudah kedaluwarsa" in his.text
    his.post("/authority/claim", {"code": code.upper()}).follow()
    assert "Anda kini memegang kunci penerbit" in his.text and "Agus Contoh; Rina Contoh" in his.text
    his.post("/authority/claim", {"code": code}, status=409)
    page.get("/authority")
    assert code not in page.text


def test_who_holds_nothing_hands_on_nothing(page, work):
    make_registrar(work, "agus")
    page.log_in("agus").get("/authority").post("/authority/offer", status=409)
    page.post("/authority/crl", status=409)
    assert work.session.query(AuthorityShare).count() == 1


def test_a_forgotten_password_loses_the_share_and_a_new_code_gives_it_back(work, rina):
    make_registrar(work, "agus")
    by_rina, agus = world.as_person(work, rina), world.find(work, "agus")
    by_agus = world.as_person(work, agus)
    authority.claim(by_agus, authority.offer(by_rina, world.secret_of(rina)), world.secret_of(agus))
    accounts.accept(work, accounts.invite(work, agus), "quite another password", device="", address="")
    assert not authority.holds_share(work, agus)
    authority.claim(by_agus, authority.offer(by_rina, world.secret_of(rina)), b"n" * 32)
    assert authority.open_issuing(by_agus, authority.current(work), b"n" * 32)


def test_root_and_list_are_for_everybody(page, work):
    made = work.session.query(Authority).one()
    pem = page.client.get("/authority/root.pem")
    assert pem.status_code == 200
    assert x509.load_pem_x509_certificate(pem.data).public_bytes(Encoding.DER) == made.root_der
    listed = page.client.get("/authority/crl")
    assert listed.mimetype == "application/pkix-crl" and listed.data == made.crl_der
    assert "public" in listed.headers["Cache-Control"] and "Set-Cookie" not in listed.headers
    work.session.commit()
    page.log_in("rina").get("/authority")
    assert authority.fingerprint(made) in page.text


def test_a_revocation_by_the_owner_is_brought_into_the_list(page, work, sari):
    keys.revoke(world.as_person(work, sari), keys.find(work, sari).certificate, "cessationOfOperation")
    work.session.commit()
    page.log_in("rina").get("/authority")
    assert "1 pencabutan belum masuk daftar" in page.text
    page.post("/authority/crl").follow()
    assert "Daftar pencabutan diperbarui." in page.text and "belum masuk daftar" not in page.text
    assert len(x509.load_der_x509_crl(page.client.get("/authority/crl").data)) == 1


def test_an_old_list_is_told(page, clock):
    clock.tick(31 * 86_400)
    page.log_in("rina").get("/authority")
    assert "sudah lewat waktunya" in page.text


def test_before_there_is_an_authority(page, work):
    for table in ("authority_shares", "certificates", "service_keys", "authorities"):
        work.session.connection().exec_driver_sql(f"DELETE FROM {table}")
    work.session.commit()
    page.log_in("rina").get("/authority")
    assert "belum dibuat" in page.text
    page.get("/identities")
    assert "Otoritas sertifikat belum dibuat" in page.text
    assert page.client.get("/authority/crl").status_code == page.client.get("/authority/root.pem").status_code == 404


def test_others_are_kept_out(page):
    page.log_in("sari")
    for path in ("/authority", "/authority/offer"):
        page.get(path, status=403)
    for path in ("/authority/offer", "/authority/claim", "/authority/crl"):
        page.post(path, status=403)
