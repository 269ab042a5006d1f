"""A deputy for one of several signers through the pages, and what the public page tells of each signature."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from tests import people
from tests.domain.test_deputies_of_several import deputy, submitted
from tests.views.test_mandates import sign
from webapp.models import State

DECREE = "SK 800.1.3/12/BKPSDM-2026"


@pytest.fixture
def letter(make, session):
    """Rudi stands in for Sari, who signs first; Hadi signs after her."""
    deputy(make, "rudi", principal="sari")
    made = submitted(make)
    session.commit()
    return made


def test_each_signature_says_under_which_mandate_it_was_made(page, make, session, letter):
    path = f"/letters/{letter.id}"
    page.log_in("rudi").get("/letters?box=waiting")
    assert letter.subject in page.text and "Sebagai Plh. Sekretaris Daerah" in page.text
    page.get(path)
    assert "Ditawarkan kepada Anda sebagai Plh. Sekretaris Daerah" in page.text
    page.post(f"{path}/delegation").follow()
    assert "menggantikan " in page.text
    sign(page, letter, "rudi")
    page.get(path)
    assert "1 dari 2 penandatangan sudah menandatangani" in page.text
    assert "Rudi Contoh, Plh. Sekretaris Daerah (contoh)" in page.text
    page.log_out().log_in("hadi").get("/letters?box=waiting")
    assert letter.subject in page.text and "Sebagai Plh." not in page.text
    sign(page, letter, "hadi")
    session.expire_all()
    assert letter.state == State.SIGNED
    code = letter.code
    session.rollback()
    page.log_out().get(f"/v/{code}")
    first, second = page.html.select("#penandatangan + ol li")
    assert "Rudi Contoh" in first.text and "Plh. Sekretaris Daerah" in first.text and "berwenang" in first.text
    assert f"menurut {DECREE}, menggantikan" in first.text
    assert "Hadi Contoh" in second.text and "berwenang" not in second.text and "Plh." not in second.text
    assert page.h1 == "Asli" and "mandat pejabat pengganti ini berlaku" in page.text


def test_the_bundle_tells_it_of_each_too(page, make, session, letter):
    make.sign(make.sign(make.take_over(letter, "rudi")))
    path = f"/letters/{letter.id}/bundle.zip"
    session.commit()
    page.log_in("sari").get(path)
    files = zipfile.ZipFile(io.BytesIO(page.response.data))
    told = [one["authority"] for one in json.loads(files.read("metadata.json"))["signers"]]
    assert told[0]["decree"] == DECREE and told[1] is None
    lines = [line.split()[0] for line in files.read("laporan.txt").decode().splitlines() if line.startswith(
        ("signer", "position", "authority"))]  # fmt: skip
    assert lines == ["signer", "position", "authority", "signer", "position"]


def test_what_he_saw_before_is_not_signed_one_minute_after_the_end(page, make, session, letter, clock):
    mandate = make.take_over(letter, "rudi").mandate
    session.commit()
    clock.now = mandate.ends_at - timedelta(minutes=2)
    page.log_in("rudi").get(f"/letters/{letter.id}")
    digest = page.html.find("input", attrs={"name": "digest"})["value"]
    clock.now = mandate.ends_at + timedelta(minutes=1)
    page.post(f"/letters/{letter.id}/signature", {"digest": digest, "code": page.code_of("rudi")}, status=404)
    session.expire_all()
    assert letter.state == State.SUBMITTED and letter.signatures == []


def test_a_signer_is_told_in_words_why_he_cannot_stand_in_too(page, make, session):
    make.mandate("hadi")
    letter = submitted(make, together=True)
    session.commit()
    page.log_in("hadi").get(f"/letters/{letter.id}")
    assert "Tidak ditawarkan kepada Anda sebagai Plh. Sekretaris Daerah" in page.text
    assert page.html.find(id="ambil-alih") is None
    page.post(f"/letters/{letter.id}/delegation", status=409)
    assert "Anda sendiri penandatangan surat ini" in page.text


@pytest.mark.parametrize("login", ["hadi", "budi", "dewi", "agus", "admin", "lina"])
def test_others_take_nothing_over(page, make, session, letter, login):
    page.log_in(login).get("/settings")
    page.post(f"/letters/{letter.id}/delegation", status=404 if login in ("hadi", "admin") else 403)


def test_the_official_is_told_and_takes_the_turn_back(page, make, session, letter):
    make.take_over(letter, "rudi")
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}")
    assert page.html.find(id="setujui") is None
    page.post(f"/letters/{letter.id}/delegation/end")
    sign(page, letter, "sari")
    session.expire_all()
    assert [made.authority for made in letter.signatures] == [None]
    assert letter.signer_id == people.find(make.work, "hadi").id
