"""The public lists by which anybody checks seals: complete, signed, and telling no more than that."""

import json
from base64 import b64decode, urlsafe_b64decode

import pytest

from signing import seal
from tests import people
from webapp.domain import keys, seals, suspensions
from webapp.domain.service_keys import open_key
from webapp.models import ServiceKey


def payload(answer):
    assert answer.mimetype == "application/json" and "Set-Cookie" not in answer.headers
    text = json.loads(answer.text)["payload"]
    return json.loads(urlsafe_b64decode(text + "=="))


@pytest.fixture
def directory(page):
    """directory(): {key id: entry}, as anybody gets it."""
    return lambda: {key["id"]: key for key in payload(page.client.get("/seals/directory"))["keys"]}


def certificate_of(work, person):
    return keys.find(work, person).certificate


def test_the_directory_holds_every_key_that_can_seal(directory, work, sari, hadi):
    found = directory()
    for der in (
        certificate_of(work, sari).der, certificate_of(work, hadi).der, open_key(work, "seal").certificate_der,
    ):  # fmt: skip
        assert b64decode(found[seal.key_id(der).hex()]["certificate"]) == der
    assert len(found) == 3, "keys for time-stamps and lists make no seals"
    assert not any("revoked_at" in key or "holds" in key for key in found.values())


def test_one_key_can_be_asked_for(page, work, sari):
    wanted = seal.key_id(certificate_of(work, sari).der).hex()
    assert [key["id"] for key in payload(page.client.get(f"/seals/directory?key={wanted}"))["keys"]] == [wanted]
    assert payload(page.client.get("/seals/directory?key=%27%20or%201"))["keys"] == []


def test_a_revocation_is_in_the_directory_at_once(directory, work, session, sari):
    certificate = certificate_of(work, sari)
    keys.revoke(people.as_person(work, sari), certificate, "keyCompromise")
    session.commit()
    entry = directory()[seal.key_id(certificate.der).hex()]
    assert entry["reason"] == "keyCompromise" and entry["revoked_at"] == work.now.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_hold_is_in_the_directory_with_its_end(directory, work, session, sari):
    certificate = certificate_of(work, sari)
    suspensions.suspend(people.as_person(work, sari), certificate)
    session.commit()
    ((_, end),) = directory()[seal.key_id(certificate.der).hex()]["holds"]
    assert end is None


def test_letters_that_no_longer_count_are_listed_by_a_hash(page, make, session):
    gone = {make.revoked().code: "revoked", make.replaced().code: "replaced"}
    kept = make.signed(subject="Perihal yang rahasia")
    session.commit()
    answer = page.client.get("/seals/status")
    listed = {letter["id"]: letter["standing"] for letter in payload(answer)["letters"]}
    assert {seals.letter_id(code): standing for code, standing in gone.items()} == listed
    told = json.dumps(payload(answer))
    assert kept.code not in told and "Perihal" not in told and not any(code in told for code in gone)


def test_a_list_says_of_when_it_is_and_until_when(page, clock):
    for path in ("/seals/directory", "/seals/status"):
        found = payload(page.client.get(path))
        assert found["issued_at"] == clock.now.strftime("%Y-%m-%dT%H:%M:%SZ") < found["next_at"]


def test_without_a_status_key_there_is_no_list(page, session):
    session.query(ServiceKey).delete()
    session.commit()
    assert page.client.get("/seals/status").status_code == 409
