"""Renewal on screen: the official asks for it with a code, the registrar issues it for the control code."""

from datetime import timedelta

import pytest

from tests import people as world
from tests.page import Page
from webapp.domain import keys
from webapp.models import SigningKey


@pytest.fixture
def ending(work, sari):
    """Sari's certificate ends in twenty days. (id of its key)"""
    key = keys.find(work, sari)
    key.certificate.not_after = work.now + timedelta(days=20)
    work.session.commit()
    return key.id


def code_now(work, clock):
    clock.tick(60)
    person = world.find(work, "sari")
    code = world.totp_of(work, person).at(clock.now)
    work.session.commit()
    return code


def test_the_official_renews_and_the_registrar_issues(page, app, clock, work, ending):
    page.log_in("sari").get("/keys")
    assert "identitas Anda tidak perlu diperiksa lagi" in page.text
    page.post("/keys/renewal", {"code": "000000"}, status=422)
    assert page.html.select_one(".field__error")
    page.post("/keys/renewal", {"code": code_now(work, clock)}).follow()
    code = page.html.select_one(".control__code").text
    assert "Perpanjangan menunggu petugas" in page.text and not page.html.find("button", string="Perpanjang")
    waiting = work.session.query(SigningKey).filter_by(renews_id=ending).one().id
    sari_id = world.find(work, "sari").id
    work.session.commit()
    registrar = Page(app, clock).log_in("rina")
    registrar.get("/identities")
    assert "Perpanjangan diminta" in registrar.text
    registrar.get(f"/identities/{sari_id}")
    assert f"/keys/{waiting}/certificate" in str(registrar.html)
    path = f"/keys/{waiting}/certificate"
    registrar.get(path).post(path, {"code": code}).follow()
    assert "Sertifikat berlaku" in registrar.text
    page.get("/keys")
    assert "Anda dapat menandatangani surat" in page.text and "Perpanjang sertifikat" not in page.text


def test_not_offered_while_it_is_early(page, work, clock):
    page.log_in("sari").get("/keys")
    assert "Perpanjang sertifikat" not in page.text
    page.post("/keys/renewal", {"code": code_now(work, clock)}, status=409)


def test_only_a_signer_renews_and_guesses_are_counted(page, app, clock, work, ending):
    page.log_in("budi").get("/keys").post("/keys/renewal", {"code": "123456"}, status=403)
    hers = Page(app, clock).log_in("sari").get("/keys")
    for _ in range(5):
        hers.post("/keys/renewal", {"code": "000000"}, status=422)
    hers.post("/keys/renewal", {"code": code_now(work, clock)}, status=429)
