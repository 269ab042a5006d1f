"""Keys at other custodians over HTTP: the choice, the provider's credential, its PIN at the approval."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.csc_service import BEARER, Provider, serving
from tests.domain.test_custodians import adopt, end_key
from tests.softhsm import FIRST_PIN, softhsm  # noqa: F401
from webapp import db
from webapp.models import Letter, SigningKey


@pytest.fixture
def provider(app, sari):
    made = Provider(name=sari.name)
    with serving(made) as address:
        settings = {"csc_url": address, "csc_bearer": BEARER, "csc_roots": (made.root,)}
        app.config["TEKEN"] = replace(app.config["TEKEN"], **settings)
        yield made


@pytest.fixture
def here(app, work, provider):
    """The test's own Work, with the provider configured."""
    return replace(work, config=app.config["TEKEN"])


def test_the_registrar_records_a_providers_key(page, here, sari):
    end_key(here, sari)
    here.session.commit()
    page.log_in("rina").get(f"/identities/{sari.id}")
    assert "Catat kunci di penyedia" in page.text
    path = f"/identities/{sari.id}/credential"
    page.get(path).post(path, {"credential": "unknown"}, status=422)
    assert "menolak permintaan" in page.text
    page.post(path, {"credential": " cred-1 "}).follow()
    assert "sudah dicatat" in page.text and "Penyedia tanda tangan jarak jauh" in page.text


def test_without_a_provider_there_is_no_such_page(page, session, sari):
    path = f"/identities/{sari.id}/credential"
    session.commit()
    page.log_in("rina").get(path, status=404)


def test_an_official_cannot_record_his_own(page, here, sari):
    path = f"/identities/{sari.id}/credential"
    here.session.commit()
    page.log_in("sari").get(path, status=403)
    page.post(path, {"credential": "cred-1"}, status=403)


def test_the_pin_is_asked_at_the_approval_and_signs(app, page, here, provider, make, sari):
    adopt(here, sari)
    letter = make.submitted()
    here.session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert page.html.select_one("#setujui [name=pin][type=password]") and page.html.select_one("#setujui [name=otp]")
    held = {"digest": page.html.select_one("#setujui [name=digest]")["value"]}
    path = f"/letters/{letter.id}/signature"
    page.post(path, held | {"code": page.code_of("sari"), "pin": "wrong", "otp": provider.otp}, status=503)
    assert "belum ditandatangani" in page.text and "wrong" not in page.text
    page.clock.tick()
    page.get(f"/letters/{letter.id}")
    page.post(path, held | {"code": page.code_of("sari"), "pin": provider.pin, "otp": provider.otp}).follow()
    assert "Sudah ditandatangani" in page.text
    with db.unit(app.extensions["engine"], writes=False) as own:
        assert own.get(Letter, letter.id).signature.certificate.key.custodian == "csc"


def test_a_vault_key_is_asked_for_no_pin(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert not page.html.select_one("[name=pin]") and not page.html.select_one("[name=otp]")


@pytest.mark.parametrize("chosen", ["vault", "pkcs11"])
def test_the_official_chooses_where_the_key_is_kept(app, page, work, sari, softhsm, chosen):  # noqa: F811
    settings = {"pkcs11_module": softhsm.module.path, "pkcs11_first_pin": FIRST_PIN}
    app.config["TEKEN"] = replace(app.config["TEKEN"], **settings)
    end_key(work, sari)
    work.session.commit()
    page.log_in("sari").get("/keys")
    assert [field["value"] for field in page.html.select("[name=custodian]")] == ["pkcs11", "vault"]
    page.post("/keys", {"custodian": chosen}).follow()
    work.session.rollback()
    assert work.session.scalars(select(SigningKey).order_by(SigningKey.id.desc())).first().custodian == chosen
