"""Withdrawing a signed letter from force."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import people
from tests.authenticator import Phone
from tests.domain.test_deputies_of_several import deputy, submitted
from tests.factories import forget_code
from tests.views.uploads import look_again
from webapp.domain import delegations, letters, revocations
from webapp.domain.errors import Forbidden
from webapp.models import Job, State


def test_the_signer_revokes_with_a_reason(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    page.post(f"/letters/{letter.id}/revocation", fields(page))
    look_again(session, letter)
    assert (letter.state, letter.reason) == (State.REVOKED, "Salah tanggal pelaksanaan.")
    assert "Surat dicabut" in page.follow().text


@pytest.mark.parametrize("login", ["sari", "hadi"])
def test_any_of_several_signers_revokes_and_the_public_page_says_who_and_when(page, make, session, login):
    letter = make.sign(make.with_first("sari", "hadi"))
    name, code = people.find(make.work, login).full_name, letter.code
    session.commit()
    page.get(f"/v/{code}")
    assert page.h1 == "Asli" and "Dicabut oleh" not in page.text
    page.log_in(login).get(f"/letters/{letter.id}")
    assert page.html.select_one(f"a[href='/letters/{letter.id}/revocation']")
    page.post(f"/letters/{letter.id}/revocation", fields(page, login)).follow()
    page.log_out().get(f"/v/{code}")
    facts = {row.dt.text: row.dd.text for row in page.html.select(".facts div")}
    assert page.h1 == "Dicabut" and facts["Dicabut oleh"].startswith(f"{name}, ")
    assert "WIB" in facts["Tidak berlaku sejak"] and "Salah tanggal" not in page.text
    messages = [job.args for job in session.query(Job).filter_by(kind="mail")]
    told = {one["person_id"] for one in messages if one["message"] == "letter_revoked"}
    assert told == {people.find(make.work, one).id for one in {"budi", "sari", "hadi"} - {login}}


def test_who_and_when_stay_when_the_letter_is_replaced_after_it(page, make, session, clock):
    letter, successor = make.sign(make.with_first("sari", "hadi")), make.signed()
    revocations.by_code(make.person("sari"), letter, reason="Salah tanggal.", code=code_of(make, "sari"))
    at = revocations.of(make.work, letter).at
    later = make.person("budi")
    letters.replace(replace(later, now=later.now + timedelta(days=1)), letter, successor.number, "Diganti yang baru.")
    found = revocations.of(make.work, letter)
    assert (found.name, found.at) == (people.find(make.work, "sari").full_name, at)


def test_a_deputy_and_the_official_in_whose_place_he_signed_revoke_too(make):
    for login in ("rudi", "sari"):
        mandate = deputy(make, "rudi", principal="sari")
        letter = make.sign(make.sign(make.take_over(submitted(make), "rudi")))
        revocations.by_code(make.person(login), letter, reason="Salah tanggal.", code=code_of(make, login))
        assert revocations.of(make.work, letter).name == people.find(make.work, login).full_name
        over = replace(make.person("rudi"), now=mandate.ends_at)
        delegations.revoke(make.person("sari"), mandate, "Uji berikutnya.")
    other = make.sign(make.with_first("sari", "hadi"))
    with pytest.raises(Forbidden):
        revocations.by_code(over, other, reason="Salah tanggal.", code="000000")


def test_a_passkey_in_place_of_the_code(page, make, session, work):
    phone, letter = Phone(work), make.signed()
    phone.register()
    forget_code(work, letter.signer)
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    assert "Cabut dengan kunci sandi" in str(page.html)
    path, reason = f"/letters/{letter.id}/revocation", {"reason": "Salah tanggal.\r\nDibuat lagi."}
    headers = {"X-CSRFToken": page.csrf_token(), "Referer": "http://localhost/", "Accept": "application/json"}
    assert page.client.post(f"{path}/challenge", json={"reason": "abc"}, headers=headers).status_code == 422
    asked = page.client.post(f"{path}/challenge", json=reason, headers=headers)
    answer = phone.finger.get(asked.json)
    given = reason | {"nonce": answer.nonce, "assertion": answer.credential, "prf": ""}
    page.post(path, given | {"reason": "Alasan yang lain."}, status=422)
    assert "tidak cocok" in page.text and "Alasan yang lain." in page.html.textarea.get_text()
    page.post(path, given)
    page.get(f"/letters/{letter.id}/trail")
    assert "Pencabutan disetujui dengan kunci sandi" in page.text
    page.log_out().log_in("rudi").get("/settings")
    headers["X-CSRFToken"] = page.csrf_token()
    assert page.client.post(f"{path}/challenge", json=reason, headers=headers).status_code == 404


@pytest.mark.parametrize("code", ["", "000000"])
def test_without_the_code_nothing_is_revoked(page, make, session, code):
    letter = make.sign(make.with_first("sari", "hadi"))
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    page.post(f"/letters/{letter.id}/revocation", fields(page) | {"code": code}, status=422)
    assert page.html.find(id="reason").get_text(strip=True) == "Salah tanggal pelaksanaan."
    look_again(session, letter)
    assert letter.state == State.SIGNED


def test_guesses_are_counted_and_a_code_for_another_letter_or_reason_is_none(page, make, session):
    letter, other = make.signed(), make.signed()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    sent = fields(page)
    page.post(f"/letters/{other.id}/revocation", sent)
    page.post(f"/letters/{letter.id}/revocation", sent, status=422)
    for _ in range(4):
        page.post(f"/letters/{letter.id}/revocation", sent | {"code": "000000"}, status=422)
    page.clock.tick()
    page.post(f"/letters/{letter.id}/revocation", fields(page), status=429)
    look_again(session, letter)
    assert letter.state == State.SIGNED


@pytest.mark.parametrize(
    ("login", "status"), [("budi", 403), ("dewi", 403), ("agus", 403), ("rudi", 404), ("admin", 404)]
)
def test_who_did_not_sign_does_not_revoke(page, make, session, login, status):
    letter = make.sign(make.with_first("sari", "hadi"))
    session.commit()
    page.log_in(login).get("/settings")
    page.post(f"/letters/{letter.id}/revocation", fields(page, login), status=status)


def fields(page, login="sari"):
    return {"reason": "Salah tanggal pelaksanaan.", "code": page.code_of(login)}


def code_of(make, login):
    person = people.find(make.work, login)
    forget_code(make.work, person)
    return people.code_of(make.work, person)


def test_without_a_reason_nothing_happens_and_what_was_typed_is_kept(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation")
    for reason, sentence in (("", "Tuliskan alasannya"), ("ok", "5 sampai 1.000"), ("x" * 1001, "5 sampai 1.000")):
        page.post(f"/letters/{letter.id}/revocation", fields(page) | {"reason": reason}, status=422)
        assert sentence in page.html.find(id="reason-error").get_text()
        assert page.html.find(id="reason").get_text(strip=True) == reason
    look_again(session, letter)
    assert letter.state == State.SIGNED


def test_a_drafter_does_not_revoke(page, make, session):
    letter = make.signed()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/revocation", status=403)
    page.get("/settings")
    page.post(f"/letters/{letter.id}/revocation", fields(page, "budi"), status=403)


def test_an_unsigned_letter_is_not_revoked(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/revocation", status=409)
