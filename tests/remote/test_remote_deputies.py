"""A deputy who signs with BSrE, for an official who may not: his own NIK and passphrase, and the mark says Plh."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.bsre_service.service import PASSPHRASE
from tests.remote.conftest import again, asked_and_answered, give_account, started, submitted
from tests.remote.test_remote_signatures import pdfsig, text_of
from webapp import db
from webapp.domain import delegations, documents, mandates, marks, remote_signatures
from webapp.domain.work import Work
from webapp.models import Letter

NIK, EMAIL, OWN = "0000000000000025", "hadi@bsre.example", "frasa sandi Hadi 2"


@pytest.fixture
def letter(make, work, session, service):
    """Hadi, whom BSrE knows, has taken over a letter that waits for Sari, whom it does not."""
    give_account(work, service, "hadi", nik=NIK, email=EMAIL, passphrase=OWN)
    make.mandate()
    made = make.take_over(make.submitted())
    session.commit()
    return made


def test_his_own_nik_and_passphrase_go_to_bsre_and_the_mark_says_plh(
    page, letter, service, config, session, now, tmp_path
):
    page.log_in("hadi").get(f"/letters/{letter.id}")
    again(page, letter, login="hadi", passphrase=PASSPHRASE, status=422)
    assert "Passphrase BSrE salah" in page.text and service.signings == [], "not anybody else's"
    again(page, letter, login="hadi", passphrase=OWN)
    assert now(letter) == ("signed", "signed", 1) and service.signers == [NIK]
    session.refresh(letter)
    pdf, made = documents.get(config, letter.signature.sha256), letter.signature
    shown = pdfsig(tmp_path, pdf)
    assert shown.count("Signature is Valid.") == 1 and "Certificate is Trusted." in shown
    assert "HADI CONTOH" in shown.upper()
    words = text_of(pdf)
    assert "Plh. Sekretaris Daerah" in words and "Hadi Contoh" in words and "Sari Contoh" not in words
    assert "diterbitkan oleh Balai Besar" in words
    assert made.person_id == letter.mandate.deputy_id
    assert made.signer_position == "Plh. Sekretaris Daerah (contoh)" and made.authority["decree"].startswith("SK 800")
    session.rollback()
    page.log_out().get(f"/v/{letter.code}")
    assert "tersertifikasi – BSrE" in page.text and "berwenang" in page.text


def test_an_answer_after_the_mandates_end_signs_nothing(app, page, letter, service, clock, now):
    """BSrE has signed; the letter has not become signed: what came is kept as evidence only."""
    ends_at = letter.mandate.ends_at
    clock.now = ends_at - timedelta(minutes=3)
    asked = started(app, page, letter, login="hadi")
    ending = asked_and_answered(app, asked, OWN)
    assert ending.pdf is not None and service.signers == [NIK]
    with db.unit(app.extensions["engine"]) as own:
        remote_signatures.settle(Work(own, None, ends_at + timedelta(minutes=1), app.config["TEKEN"]), asked.id, ending)
    assert now(letter) == ("submitted", "late", 0)


def test_the_official_is_kept_by_bsre_and_her_deputy_is_not(page, make, work, session, service, config):
    """The deputy's file has our placeholder, and BSrE hears nothing; given back it is BSrE's kind again."""
    give_account(work, service)
    make.mandate()
    letter = submitted(make)
    before = marks.digest(letter)
    make.take_over(letter)
    assert "BSrE" not in text_of(documents.get(config, letter.version.prepared_sha256))
    delegations.give_back(make.person("hadi"), letter)
    assert marks.digest(letter) == before
    make.sign(make.take_over(letter))
    assert service.signings == [] and letter.signature.certificate is not None
    assert mandates.signing_position(letter).startswith("Plh. ")
    assert work.session.get_one(Letter, letter.id).state == "signed"


def test_a_deputy_without_the_role_of_a_signer_is_recorded_at_bsre_and_accepts(make, work, service):
    mandate = make.mandate("lina", accepted=False)
    give_account(work, service, "lina", nik="0000000000000033", email="lina@bsre.example")
    delegations.accept(make.person("lina"), mandate)
    assert mandate.accepted_at is not None
