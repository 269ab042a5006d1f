"""Letters for a device without a network: what may lie there, who gets the keys, what becomes of its decisions."""

import uuid
from base64 import b64decode
from datetime import timedelta

import pytest

from tests.offline import JSON, ask, decide
from tests.page import Page
from webapp.domain import letters, marks
from webapp.models import Confidentiality, LoginSession, State


@pytest.fixture
def pending(make, session):
    made = make.submitted()
    session.commit()
    return made


@pytest.fixture
def reviewed(make, session):
    made = make.in_review("dewi", "lina")
    session.commit()
    return made


def test_each_log_in_has_keys_of_its_own_and_gets_them_again(app, clock, page, session):
    page.log_in("sari").get("/settings")
    first = ask(page, "/offline/key", {})
    assert first["until"] == (clock() + timedelta(days=7)).timestamp() * 1000
    assert {len(b64decode(key)) for key in first["keys"].values()} == {32} and len(set(first["keys"].values())) == 2
    assert ask(page, "/offline/key", {}) == first
    other = ask(Page(app, clock).log_in("sari").get("/settings"), "/offline/key", {})
    assert other["device"] != first["device"] and not set(other["keys"].values()) & set(first["keys"].values())


def test_a_log_in_that_was_ended_gets_no_key_and_has_none_left(app, clock, page, session):
    page.log_in("sari").get("/settings")
    other = Page(app, clock).log_in("sari").get("/settings")
    logins = session.query(LoginSession).filter(LoginSession.ended_at.is_(None)).order_by(LoginSession.id).all()
    session.commit()
    other.post(f"/devices/{logins[0].id}/end")
    answer = page.client.post("/offline/key", json={}, headers=JSON | {"X-CSRFToken": page.csrf_token()})
    assert answer.status_code in (303, 409) and b"keys" not in answer.data
    session.expire_all()
    assert session.get(LoginSession, logins[0].id).seal_key == b"", "the server could give the key again"


def test_the_letter_comes_with_what_the_reading_page_shows(page, pending):
    page.log_in("sari").get("/letters")
    told = ask(page, f"/offline/letters/{pending.id}")
    assert (told["subject"], told["number"], told["digest"]) == (pending.subject, pending.number, marks.digest(pending))
    assert told["may"] == ["sign", "return", "reject", "ask"] and ["Kepada", pending.addressee] in told["facts"]
    assert page.client.get(told["pages"][0]["src"]).mimetype == "image/webp"
    page.get(f"/letters/{pending.id}/trail")
    assert "Disimpan di perangkat" in page.text


def test_what_is_not_open_to_all_never_goes_to_a_device(page, make, session):
    found = [make.submitted(confidentiality=level) for level in Confidentiality if level != Confidentiality.NORMAL]
    session.commit()
    page.log_in("sari")
    for letter in found:
        page.get(f"/letters/{letter.id}")
        assert not page.html.select("[data-behaviour~=keep-offline]")
        assert ask(page, f"/offline/letters/{letter.id}") == {"id": None}
        assert ask(page, f"/offline/letters?kept={letter.id}&all=1")["letters"] == []


def test_only_whom_it_waits_for_may_keep_it(app, clock, page, pending):
    ask(page.log_in("rudi").get("/settings"), f"/offline/letters/{pending.id}", status=404)
    assert ask(Page(app, clock).log_in("budi").get("/letters"), f"/offline/letters/{pending.id}") == {"id": None}


def test_the_list_names_what_may_stay_and_what_else_waits(page, make, session, pending, reviewed):
    other = make.submitted()
    session.commit()
    page.log_in("sari").get("/letters")
    found = ask(page, f"/offline/letters?kept={pending.id},{reviewed.id},999,x")["letters"]
    assert found == [{"id": pending.id, "digest": marks.digest(pending)}]
    assert {one["id"] for one in ask(page, "/offline/letters?all=1")["letters"]} == {pending.id, other.id}
    letters.withdraw(make.person("budi"), pending)
    session.commit()
    assert ask(page, f"/offline/letters?kept={pending.id}")["letters"] == []


def test_an_initial_with_its_note_is_given_once(page, reviewed, session):
    page.log_in("dewi").get(f"/letters/{reviewed.id}")
    sent = {"digest": marks.digest(reviewed), "text": "Sudah sesuai.", "key": str(uuid.uuid4())}
    assert decide(page, reviewed, "initial", **sent)["outcome"] == "done"
    session.expire_all()
    assert [step.state for step in reviewed.chain] == ["done", "open", "waiting"]
    assert reviewed.chain[0].note == "Sudah sesuai."
    session.commit()
    page.post(f"/letters/{reviewed.id}/initial/recall")
    assert decide(page, reviewed, "initial", **sent)["outcome"] == "done"
    session.expire_all()
    assert reviewed.chain[0].state == "open", "the answer was lost, and a recalled initial came back with the retry"


def test_a_return_is_refused_for_a_letter_that_was_read_otherwise(page, pending, session):
    page.log_in("sari").get("/letters")
    told = decide(page, pending, "return", digest="0" * 64, text="Perbaiki tanggalnya.", status=409)
    assert "diubah sejak Anda membacanya" in told["refused"]
    session.expire_all()
    assert pending.state == State.SUBMITTED
    session.commit()
    digest = marks.digest(pending)
    assert "alasan" in decide(page, pending, "return", digest=digest, text="x", status=409)["refused"]
    assert decide(page, pending, "return", digest=digest, text="Perbaiki tanggalnya.")["outcome"] == "done"
    session.expire_all()
    assert (pending.state, pending.reason) == (State.RETURNED, "Perbaiki tanggalnya.")


def test_what_arrived_though_its_answer_was_lost_is_done(page, make, session, reviewed):
    """The form of the page itself was sent, and the device queued it once more, under a key of its own."""
    digest, returned = marks.digest(reviewed), make.in_review("dewi")
    before = marks.digest(returned)
    session.commit()
    page.log_in("dewi").get("/letters").post(f"/letters/{reviewed.id}/initial", {"digest": digest})
    page.post(f"/letters/{returned.id}/return", {"to": "0", "reason": "Salah tanggal."})
    assert decide(page, reviewed, "initial", digest=digest)["outcome"] == "done"
    assert decide(page, returned, "return", digest=before, text="Salah tanggal.")["outcome"] == "done"
    assert "refused" in decide(page, returned, "return", digest=before, text="Salah nomor.", status=409)


def test_of_a_letter_taken_back_meanwhile_the_reason_is_told(page, make, session):
    letter = make.submitted()
    digest = marks.digest(letter)
    letters.withdraw(make.person("budi"), letter)
    session.commit()
    page.log_in("sari").get("/letters")
    for kind in ("sign", "return", "reject"):
        told = decide(page, letter, kind, digest=digest, text="Salah alamat.", status=409)
        assert "ditarik oleh pengonsep" in told["refused"]


def test_a_stranger_learns_nothing_of_a_letter_by_deciding(app, clock, page, pending):
    page.log_in("rudi").get("/settings")
    told = decide(page, pending, "sign", digest=marks.digest(pending), status=409)
    assert told == decide(page, 99_999, "sign", digest="0" * 64, status=409)


def test_a_deputy_whose_mandate_ended_meanwhile_is_told(page, make, session, clock):
    make.mandate("hadi", days=2)
    letter = make.take_over(make.submitted())
    digest = marks.digest(letter)
    session.commit()
    clock.tick(3 * 86_400)
    page.log_in("hadi").get("/settings")
    assert "pejabat pengganti" in decide(page, letter, "sign", digest=digest, status=409)["refused"]


def test_a_signature_or_rejection_is_only_led_to_its_form(page, pending, session):
    page.log_in("sari").get("/letters")
    for kind, where in (("sign", "#setujui"), ("reject", "/rejection")):
        told = decide(page, pending, kind, digest=marks.digest(pending), text="Tidak boleh terbit.")
        assert (told["outcome"], told["url"]) == ("confirm", f"/letters/{pending.id}{where}")
        assert told["notice"]["url"] == told["url"] and pending.subject not in str(told["notice"])
        assert marks.control_code(pending) in told["notice"]["body"]
    session.expire_all()
    assert pending.state == State.SUBMITTED and not pending.signatures


def test_what_was_signed_or_rejected_meanwhile_is_done(page, make, session):
    signed, rejected = make.in_state("signed"), make.in_state("rejected")
    session.commit()
    page.log_in("sari").get("/letters")
    assert decide(page, signed, "sign", digest="0" * 64)["outcome"] == "done"
    assert decide(page, rejected, "reject", digest="0" * 64, text="Tidak boleh.")["outcome"] == "done"
    assert "ditolak" in decide(page, rejected, "sign", digest="0" * 64, status=409)["refused"]


def test_anything_else_is_no_decision(page, pending):
    page.log_in("sari").get("/letters")
    sent = {"kind": "sign", "digest": "0" * 64, "text": "", "key": str(uuid.uuid4())}
    odd = (
        {"digest": 5},
        {"key": ["x"]},
        {"to": {"a": 1}},
        {"to": "-1"},
        {"age": "x"},
        {"age": 5},
        {"to": "9" * 10},
        {"text": {"a": 1}},
    )
    for wrong in ({"kind": "erase"}, {"key": "short"}, {"digest": "x"}, {"text": "x" * 1001}, *odd):
        ask(page, f"/offline/letters/{pending.id}/decisions", sent | wrong, status=422)
    for wrong in ([1, 2], 5, "sign"):
        ask(page, f"/offline/letters/{pending.id}/decisions", wrong, status=422)


def test_who_sends_without_a_page_asks_for_its_token(app, clock, page, pending, session):
    """As the service worker does: nothing that a page of the log-in could not do, and another site gets nothing."""
    page.log_in("sari").get("/letters")
    known = ask(page, f"/offline/letters?kept={pending.id}")["device"]
    sent = {"kind": "note", "digest": "0" * 64, "text": "", "key": str(uuid.uuid4())}
    worker, path = page.client, f"/offline/letters/{pending.id}/decisions"
    told = worker.get("/offline/decisions/new", headers=JSON | {"Sec-Fetch-Site": "same-origin"})
    assert "no-store" in told.headers["Cache-Control"] and "Access-Control-Allow-Origin" not in told.headers
    assert told.json["device"] == known

    for token in ("", "x" * 90):
        refused = worker.post(path, json=sent, headers=JSON | {"X-CSRFToken": token})
        assert refused.status_code >= 400 and "refused" not in refused.json, "this is no answer about the decision"
    answer = worker.post(path, json=sent, headers=JSON | {"X-CSRFToken": told.json["token"]})
    assert answer.status_code == 409 and "refused" in answer.json
    for site in ("cross-site", "same-site", "none"):
        assert worker.get("/offline/decisions/new", headers=JSON | {"Sec-Fetch-Site": site}).status_code == 403

    other = Page(app, clock).log_in("sari").get("/letters")
    stolen = other.client.post(path, json=sent, headers=JSON | {"X-CSRFToken": told.json["token"]})
    assert stolen.status_code >= 400 and "refused" not in stolen.json, "a token is worth nothing in another log-in"
    page.log_out()
    over = worker.get("/offline/decisions/new", headers=JSON)
    assert over.status_code == 303 and b"token" not in over.data
