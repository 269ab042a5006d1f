"""A list approved by one press of a passkey over HTTP: with the key open on this device, and by its PRF alone."""

import pytest

from tests.authenticator import Phone, b64
from tests.factories import forget_code
from webapp import db
from webapp.domain import batch_consents
from webapp.domain.errors import WrongCode
from webapp.domain.throttle import CODE
from webapp.models import ApprovalEvidence, Batch, Letter, State, Throttle
from webapp.views import batches as views


@pytest.fixture
def letters(make, session):
    made = [make.submitted(number=f"{number}/UM/2026") for number in range(1, 15)]
    session.commit()
    return made


@pytest.fixture
def phone(work, letters, session):
    made = Phone(work)
    made.register()
    made.tie()
    forget_code(work, made.work.person)
    session.commit()
    return made


@pytest.fixture
def shown(page, phone, letters):
    """The list before its consent."""
    page.log_in("sari")
    letters[0].office.may_batch_unread = True
    phone.work.session.commit()
    page.get("/batches/new")
    page.post("/batches", {"letter": [letter.id for letter in letters]}).follow()
    return page


@pytest.fixture
def signed(app, letters):
    def count():
        with db.unit(app.extensions["engine"], writes=False) as own:
            return [own.get(Letter, letter.id).state for letter in letters].count(State.SIGNED)

    return count


def pressed(page, phone):
    """What the page's script would send: the challenge fetched for what is shown, and the passkey's answer."""
    form = page.html.select_one("form[data-behaviour=passkey-use]")
    headers = {"X-CSRFToken": page.csrf_token(), "Referer": "http://localhost/", "Accept": "application/json"}
    digest = form.select_one("[name=digest]")["value"]
    asked = page.client.post(form["data-challenge"], json={"digest": digest}, headers=headers)
    assert asked.status_code == 200, asked.text
    answer = phone.finger.get(asked.json)
    return form["action"], {
        "digest": digest, "nonce": answer.nonce, "assertion": answer.credential, "prf": b64(answer.prf or b""),
    }  # fmt: skip


def forget_unlock(page):
    page.client.delete_cookie(page.app.config["UNLOCK_COOKIE"])


def test_one_press_signs_the_list_and_each_trail_has_its_evidence(shown, phone, letters, signed):
    shown.post(*pressed(shown, phone)).follow()
    assert shown.h1 == "14 surat ditandatangani" and signed() == 14
    assert shown.client.get_cookie(shown.app.config["BATCH_COOKIE"]) is not None
    shown.get(f"/letters/{letters[3].id}/trail")
    assert "Disetujui dengan kunci sandi" in shown.text
    told = shown.client.get(f"/letters/{letters[3].id}/evidence.json").json
    assert told["action"] == "sign batch" and f"[{letters[3].id}," in told["entry"]


def test_a_device_that_holds_no_secret_signs_by_the_prf_through_all_requests(shown, phone, signed, monkeypatch):
    forget_unlock(shown)
    shown.get("/batches/1")
    assert "dibuka dengan kunci sandi" in shown.text and not shown.html.select("#setujui [name=code]")
    monkeypatch.setattr(views, "STRETCH", 0)
    shown.post(*pressed(shown, phone)).follow()
    assert shown.h1 == "Menandatangani…" and signed() == 0
    monkeypatch.setattr(views, "STRETCH", 0.001)  # one stretch of ten
    run = shown.html.select_one("form[data-behaviour=batch-run]")["action"]
    shown.post(run).follow()
    assert signed() == 10
    shown.post(run).follow()
    assert shown.h1 == "14 surat ditandatangani"


def test_where_the_cookie_is_gone_too_another_press_goes_on(shown, phone, signed, session, monkeypatch):
    forget_unlock(shown)
    shown.get("/batches/1")
    monkeypatch.setattr(views, "STRETCH", 0)
    shown.post(*pressed(shown, phone))
    shown.client.delete_cookie(shown.app.config["BATCH_COOKIE"])
    shown.follow()
    assert not shown.html.select("form[data-behaviour=batch-run]"), "it would ask for ever"
    assert "Lanjutkan dengan kunci sandi" in shown.text
    shown.post("/batches/1/runs", status=503)
    shown.get("/batches/1")
    monkeypatch.setattr(views, "STRETCH", 1.5)
    shown.post(*pressed(shown, phone)).follow()
    assert signed() == 14 and session.query(ApprovalEvidence).count() == 14


def test_the_cookie_of_the_batch_is_out_of_reach_and_gone_with_the_log_in(shown, phone):
    forget_unlock(shown)
    shown.get("/batches/1")
    shown.post(*pressed(shown, phone))
    told = next(one for one in shown.response.headers.getlist("Set-Cookie") if "teken_batch" in one)
    assert "HttpOnly" in told and "SameSite=Strict" in told and "Max-Age=3600" in told
    shown.log_out()
    assert shown.client.get_cookie(shown.app.config["BATCH_COOKIE"]) is None


def test_a_replayed_answer_approves_no_other_list(shown, phone, make, signed, session):
    address, sent = pressed(shown, phone)
    shown.post(address, sent)
    assert signed() == 14
    other = make.submitted(number="99/UM/2026")
    session.commit()
    shown.get("/batches/new").post("/batches", {"letter": [other.id]}).follow()
    form = shown.html.select_one("#setujui-kode")
    digest = form.select_one("[name=digest]")["value"]
    shown.post(form["action"], sent | {"digest": digest}, status=422)
    assert "tidak cocok" in shown.text and shown.html.select_one("#setujui").has_attr("open")
    shown.post(form["action"], sent, status=409)
    session.refresh(other)
    assert other.state == State.SUBMITTED


def test_another_list_is_not_approved_by_a_page_left_open(shown, phone, letters, signed):
    address, sent = pressed(shown, phone)
    code = {"code": shown.code_of("sari"), "digest": sent["digest"]}
    shown.get("/batches/new")
    shown.post("/batches", {"letter": [letters[0].id]}).follow()
    for way in (code, sent):
        status = shown.client.post(
            address, data=way | {"csrf_token": shown.csrf_token()}, headers={"Referer": "http://localhost/"}
        ).status_code
        assert status in (404, 409), "the number is forgotten, or is another list's"
    assert signed() == 0


def test_a_refused_answer_counts_as_an_attempt_and_leaves_no_nonce_spent(shown, app, phone, monkeypatch):
    def change_and_refuse(work, _login, batch, **_told):
        batch.consented_at = work.now
        work.session.flush()
        raise WrongCode(field="assertion")

    address, sent = pressed(shown, phone)
    monkeypatch.setattr(batch_consents, "by_passkey", change_and_refuse)
    for spent in (1, 2):
        shown.get("/batches/1")
        shown.post(address, sent, status=422)
        with db.unit(app.extensions["engine"], writes=False) as own:
            assert own.query(Batch).one().consented_at is None
            assert own.get(Throttle, f"{CODE.name}:{phone.work.person.id}").count == spent


def test_no_challenge_for_a_stranger_nor_without_what_was_shown(shown, page):
    form = shown.html.select_one("form[data-behaviour=passkey-use]")
    headers = {"X-CSRFToken": page.csrf_token(), "Referer": "http://localhost/", "Accept": "application/json"}
    for body, status in (({}, 422), ({"digest": 5}, 422), ([], 422), ({"digest": "é"}, 409), ({"digest": ""}, 409)):
        assert page.client.post(form["data-challenge"], json=body, headers=headers).status_code == status, body
    page.log_out().log_in("hadi").get("/settings")
    headers["X-CSRFToken"] = page.csrf_token()
    digest = form.select_one("[name=digest]")["value"]
    assert page.client.post(form["data-challenge"], json={"digest": digest}, headers=headers).status_code == 404
