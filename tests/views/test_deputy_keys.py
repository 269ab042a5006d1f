"""A deputy without the role of a signer: verified, enrolled, certified for a mandate, and able to do nothing more."""

import pytest

from tests import people as world
from tests.page import Page
from tests.views.test_keys import newest, verify
from webapp.models import IdentityVerification, Letter, Mandate, SigningKey, State


@pytest.fixture
def mandate(make, session):
    """Lina reviews; Sari asks her to stand in."""
    made = make.mandate("lina", accepted=False)
    session.commit()
    return made


def certified(app, clock, work):
    """Rina's page and Lina's, after the ceremony."""
    lina_id = world.find(work, "lina").id
    work.session.commit()
    rina, lina = Page(app, clock).log_in("rina"), Page(app, clock).log_in("lina")
    verify(rina, lina_id)
    lina.get("/keys").post("/keys").follow()
    path = f"/keys/{newest(work).id}/certificate"
    rina.get(path).post(path, {"code": lina.html.select_one(".control__code").text}).follow()
    assert "Sertifikat Lina Contoh diterbitkan" in rina.text
    return rina, lina


def test_asked_she_is_verified_makes_a_key_accepts_and_signs(app, clock, work, make, mandate):
    letter = make.submitted()
    subject, letter_id, mandate_id = letter.subject, letter.id, mandate.id
    work.session.commit()
    lina = Page(app, clock).log_in("lina").get(f"/mandates/{mandate_id}")
    assert "Anda belum dapat menerima mandat ini" in lina.text
    rina = Page(app, clock).log_in("rina").get("/identities")
    assert "Lina Contoh" in rina.text and "Pejabat pengganti" in rina.text and "Budi" not in rina.text
    _, lina = certified(app, clock, work)
    lina.get(f"/mandates/{mandate_id}").post(f"/mandates/{mandate_id}/acceptance")
    lina.get("/letters?box=waiting")
    assert subject in lina.text
    lina.get(f"/letters/{letter_id}").post(f"/letters/{letter_id}/delegation").follow()
    digest = lina.html.find("input", attrs={"name": "digest"})["value"]
    lina.clock.tick()
    lina.post(f"/letters/{letter_id}/signature", {"digest": digest, "code": lina.code_of("lina")})
    letter = work.session.get_one(Letter, letter_id)
    assert letter.state == State.SIGNED and letter.signature.signer_position.startswith("Plh. ")


@pytest.mark.parametrize("end", ["declined_at", "revoked_at", "ends_at"])
def test_without_a_mandate_or_after_it_nobody_is_verified_or_makes_a_key(page, work, mandate, end):
    lina, budi = world.find(work, "lina"), world.find(work, "budi")
    setattr(mandate, end, work.now)
    ids = lina.id, budi.id
    work.session.commit()
    page.log_in("rina").get("/identities")
    assert "Lina" not in page.text
    for one in ids:
        path = f"/identities/{one}/new"
        page.get(path).post(path, {"documents": "KTP elektronik", "method": "tatap_muka"}, status=422)
    assert work.session.query(IdentityVerification).filter(IdentityVerification.person_id.in_(ids)).count() == 0
    work.session.rollback()
    page.log_out()
    for login in ("lina", "budi"):
        page.log_in(login).get("/keys")
        assert "Anda tidak memerlukan kunci" in page.text
        page.post("/keys", status=403)
        page.log_out()


def test_verified_for_a_mandate_that_ended_meanwhile_she_makes_no_key_and_gets_no_certificate(page, work, mandate):
    lina_id, mandate_id = world.find(work, "lina").id, mandate.id
    work.session.commit()
    verify(page.log_in("rina"), lina_id)
    page.log_out().log_in("lina").get("/keys").post("/keys").follow()
    code, path = page.html.select_one(".control__code").text, f"/keys/{newest(work).id}/certificate"
    work.session.get_one(Mandate, mandate_id).revoked_at = work.now
    work.session.commit()
    page.post("/keys", status=403)
    assert work.session.query(SigningKey).filter_by(person_id=lina_id).count() == 1
    work.session.rollback()
    page.log_out().log_in("rina").get(path).post(path, {"code": code}, status=409)


def test_the_certificate_alone_opens_no_door(app, clock, work, make, mandate):
    """Once the mandate is over she is who she was: no letter, no renewal, no mandate of her own to give."""
    letter_id, path = make.submitted().id, f"/mandates/{mandate.id}"
    _, lina = certified(app, clock, work)
    lina.get(path).post(f"{path}/acceptance").get(path).post(f"{path}/revocation", {"reason": "Saya juga berhalangan."})
    lina.get("/keys")
    assert "Anda dapat menandatangani" in lina.text
    lina.get(f"/letters/{letter_id}")  # as a reviewer of the office
    assert lina.html.find(id="setujui") is None
    lina.post(f"/letters/{letter_id}/delegation", status=403)
    lina.post(f"/letters/{letter_id}/signature", {"digest": "0" * 64, "code": "000000"}, status=403)
    lina.get("/mandates/new", status=403)
    lina.post("/keys/renewal", {"code": lina.code_of("lina")}, status=403)
    lina.get("/batches/new", status=403)
