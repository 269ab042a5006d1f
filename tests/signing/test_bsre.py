"""ECS as values: field names, axes, answers and errors of both versions; and secrets that show themselves to nobody."""

from __future__ import annotations

import base64
import json
import pickle

import pytest

from signing.keys import bsre
from signing.keys.bsre import Answer, Identity, Refused, Secret, Unclear
from signing.places import Placement

NIK, PHRASE = Secret("0000000000000017"), Secret("frasa rahasia")
V1, V2 = Identity(nik=NIK), Identity(email="sari@bsre.example")
PDF = b"%PDF-1.7 made up"


def answer(body, status=200, **headers):
    return Answer(status, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_v1_asks_with_the_guides_fields():
    asked = bsre.sign(1, V1, PHRASE, PDF)
    assert (asked.method, asked.path) == ("POST", "/api/sign/pdf")
    for field, value in (("nik", NIK.reveal()), ("passphrase", "frasa rahasia"), ("tampilan", "invisible")):
        assert f'name="{field}"\r\n\r\n{value}\r\n'.encode() in asked.body
    assert b'name="file"; filename=' in asked.body and PDF in asked.body


def test_v2_asks_with_the_guides_fields():
    asked = json.loads(bsre.sign(2, V2, PHRASE, PDF).body)
    assert asked == {
        "email": "sari@bsre.example", "passphrase": "frasa rahasia", "file": [base64.b64encode(PDF).decode()],
        "signatureProperties": [{"tampilan": "INVISIBLE"}],
    }  # fmt: skip
    assert json.loads(bsre.sign(2, V2, Secret("123456"), PDF, is_otp=True).body)["totp"] == "123456"


def test_v1_counts_from_below_and_v2_from_above():
    place = Placement(2, 60, 100, 220, 92)
    assert bsre.axes(1, place, 842) == {"page": 2, "width": 220, "height": 92, "xAxis": 60, "yAxis": 650}
    assert bsre.axes(2, place, 842) == {"page": 2, "width": 220, "height": 92, "originX": 60, "originY": 100}


@pytest.mark.parametrize("name", ["id_dokumen", "id-dokumen", "Id_Dokumen", "ID_DOKUMEN"])
def test_the_document_id_however_it_is_spelt(name):
    assert bsre.read_signed(1, answer(PDF, **{name: "abc"})).document_id == "abc"


@pytest.mark.parametrize(
    ("version", "body"),
    [(1, PDF), (1, {"base64_signed_file": base64.b64encode(PDF).decode(), "id_dokumen": "x"}),
     (2, {"time": 1, "file": [base64.b64encode(PDF).decode()]})],
)  # fmt: skip
def test_a_signed_file_is_read(version, body):
    assert bsre.read_signed(version, answer(body)).pdf == PDF


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"error": "Passphrase anda salah", "status_code": 2031}, "wrong_passphrase"),
        (400, {"error": "Proses signing gagal : Passphrase anda salah 2031"}, "wrong_passphrase"),
        (400, {"error": "Proses signing gagal : User tidak terdaftar 2011", "status_code": 400}, "not_registered"),
        (400, {"error": "Proses signing gagal : com.itextpdf.text.exceptions.InvalidPdfException: Rebuild failed"},
         "bad_document"),
        (404, {"status_code": 4044, "error": "File tidak tersedia"}, "no_file"),
        (401, b"", "bad_credentials"), (429, {"error": "sedang berlangsung"}, "busy"),
        (200, {"error": "apa saja"}, "refused"), (400, {"message": "apa saja"}, "refused"),
    ],
)  # fmt: skip
def test_a_no_of_the_service_is_certain(status, body, code):
    with pytest.raises(Refused) as error:
        bsre.read_signed(2, answer(body, status))
    assert error.value.code == code


@pytest.mark.parametrize(
    "given",
    [
        answer({"status": 500, "error": "Internal Server Error"}, 500), answer(b"<html>", 200), answer(b"", 504),
        answer({"time": 1, "file": []}), answer({"time": 1, "file": ["bukan"]}), Answer(200, {}, b'{"file": ["', False),
        answer({"time": 1, "file": [base64.b64encode(b"no pdf").decode()]}), answer(b"", 408),
    ],
)  # fmt: skip
def test_everything_else_is_unclear(given):
    with pytest.raises(Unclear):
        bsre.read_signed(2, given)


@pytest.mark.parametrize("body", [{"status": "SUSPEND"}, {"userStatus": "SUSPEND"}, {"data": {"status": "SUSPEND"}}])
def test_a_status_in_any_of_its_places(body):
    assert bsre.read_status(answer(body)) == "SUSPEND"


def test_verdicts_go_by_facts_and_not_by_sentences():
    entry = {"signature_document": {"document_integrity": True}, "info_signer": {"cert_user_certified": False}}
    assert not bsre.read_verified(1, answer({"summary": "VALID", "details": [entry]}))
    assert bsre.read_verified(
        2, answer({"signatureInformations": [{"integrityValid": True, "certificateTrusted": True}]})
    )


def test_secrets_show_themselves_to_nobody():
    asked = bsre.sign(1, V1, PHRASE, PDF)
    told = repr((PHRASE, V1, asked, bsre.status(1, V1))) + f"{PHRASE} {V1}"
    assert "rahasia" not in told and NIK.reveal() not in told
    with pytest.raises(TypeError):
        pickle.dumps(PHRASE)
    assert bsre.scrub("NIK 0000000000000017 dan frasa rahasia salah", [PHRASE]) == "NIK ••• dan ••• salah"


def test_a_strange_document_id_asks_for_nothing():
    with pytest.raises(Refused):
        bsre.download("../../user/status/1")
