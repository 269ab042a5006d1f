"""The approval over HTTP: one code, one signature, and what every other ending says."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests import people
from tests.factories import THREE_PAGES, examined
from webapp import db
from webapp.domain import approvals, audit, documents, letters, marks, signatures
from webapp.domain.errors import WrongCode
from webapp.domain.throttle import CODE
from webapp.domain.work import Work
from webapp.models import Letter, Signature, State, Throttle
from webapp.office_hours import read_networks


@pytest.fixture
def letter(make, session):
    made = make.submitted()
    session.commit()
    return made


@pytest.fixture
def sign(page, session):
    """Approve as the page would: with what the sheet holds."""

    def send(letter, *, code=None, digest=None, status=303):
        page.get(f"/letters/{letter.id}")
        field = page.html.select_one("#setujui [name=digest]")
        held = {"digest": digest or (field["value"] if field else marks.digest(letter))}
        return page.post(
            f"/letters/{letter.id}/signature", held | {"code": code or page.code_of("sari")}, status=status
        )

    return send


@pytest.fixture
def state_of(app):
    """The letter's state in the database, asked beside the test's own session: SQLite has one writer."""

    def ask(letter):
        with db.unit(app.extensions["engine"], writes=False) as own:
            return own.get(Letter, letter.id).state

    return ask


def test_a_code_signs_the_letter_and_the_page_says_so(page, sign, letter, session, config, state_of):
    page.log_in("sari")
    sign(letter)
    assert page.location == f"/letters/{letter.id}"
    page.follow()
    assert "Sudah ditandatangani" in page.text and "Unduh" in page.text and "Bagikan" in page.text
    assert state_of(letter) == State.SIGNED
    session.refresh(letter)
    signed = documents.get(config, letter.signature.sha256)
    assert signed.startswith(documents.get(config, letter.version.sha256))


def test_a_code_written_with_a_space_is_taken(page, sign, letter, state_of):
    page.log_in("sari")
    code = page.code_of("sari")
    sign(letter, code=f"{code[:3]} {code[3:]}")
    assert state_of(letter) == State.SIGNED


def test_the_second_tap_lands_on_the_signed_letter_without_a_code(page, sign, letter, session):
    page.log_in("sari")
    sign(letter)
    page.post(f"/letters/{letter.id}/signature", {"code": "", "digest": ""})
    assert page.location == f"/letters/{letter.id}"
    assert session.scalar(select(func.count(Signature.id))) == 1


def test_a_wrong_code_keeps_the_page_and_counts_down(page, sign, letter, state_of):
    page.log_in("sari")
    sign(letter, code="000000", status=422)
    assert page.h1 == letter.subject and page.html.select_one("#setujui").has_attr("open")
    assert "Kode autentikator salah. Sisa percobaan: 4." in page.text
    assert page.html.select_one("[name=code]")["value"] == "", "a code is never filled in again"
    sign(letter, code="000000", status=422)
    assert "Sisa percobaan: 3." in page.text
    assert state_of(letter) == State.SUBMITTED


@pytest.mark.parametrize(("offices", "is_away"), [("", None), ("127.0.0.0/8", False), ("10.0.0.0/8", True)])
def test_where_it_was_approved_is_a_yes_or_no(page, sign, letter, app, session, offices, is_away):
    app.config["TEKEN"] = replace(app.config["TEKEN"], office_networks=read_networks(offices))
    page.log_in("sari")
    sign(letter)
    session.refresh(letter)
    assert letter.signature.is_away is is_away


def test_what_a_refused_passkey_changed_is_taken_back_and_the_attempt_counts(page, letter, app, monkeypatch):
    """Its counter is looked at after its nonce was used up: the nonce must not stay so."""

    def change_and_refuse(work, *_args, **_told):
        work.session.get_one(Letter, letter.id).reason = "changed"
        work.session.flush()
        raise WrongCode(field="assertion")

    page.log_in("sari")
    monkeypatch.setattr(approvals, "consent_by_passkey", change_and_refuse)
    sent = {"digest": marks.digest(letter), "nonce": "0" * 64, "assertion": "{}", "prf": ""}
    for spent in (1, 2):
        page.get(f"/letters/{letter.id}")
        page.post(f"/letters/{letter.id}/signature", sent, status=422)
        with db.unit(app.extensions["engine"], writes=False) as own:
            assert own.get(Letter, letter.id).reason == ""
            assert own.get(Throttle, f"{CODE.name}:{letter.signer_id}").count == spent


def test_after_five_wrong_codes_even_the_right_one_must_wait(page, sign, letter, clock, state_of):
    page.log_in("sari")
    for _ in range(5):
        sign(letter, code="000000", status=422)
    assert "Percobaan habis" in page.text
    sign(letter, status=429)
    assert "Terlalu banyak percobaan" in page.text
    clock.tick(301)
    sign(letter)
    assert state_of(letter) == State.SIGNED


def test_refused_codes_are_in_the_trail(page, sign, letter, session, work):
    page.log_in("sari")
    sign(letter, code="000000", status=422)
    session.rollback()
    assert "person.code_refused" in [e.event for e in audit.latest(work)]


def test_a_late_code_is_named_as_late(page, sign, letter, clock):
    page.log_in("sari")
    late = page.code_of("sari")
    clock.tick(90)
    sign(letter, code=late, status=422)
    assert "kedaluwarsa" in page.text.lower() or "lewat" in page.text.lower()


def test_a_used_code_is_named_as_used(page, sign, letter, make, session, state_of):
    other = make.submitted()
    session.commit()
    page.log_in("sari")
    code = page.code_of("sari")
    sign(other, code=code)
    sign(letter, code=code, status=422)
    assert "sudah dipakai" in page.text
    assert state_of(letter) == State.SUBMITTED


def test_a_letter_without_a_code_costs_no_attempt(page, sign, letter):
    page.log_in("sari")
    for _ in range(7):
        sign(letter, code="12", status=422)
    assert "enam angka" in page.text
    sign(letter)


def test_a_letter_revised_meanwhile_is_not_signed(page, sign, letter, session, make, state_of):
    page.log_in("sari").get(f"/letters/{letter.id}")
    seen = page.html.select_one("[name=digest]")["value"]
    letters.withdraw(make.person("budi"), letter)
    letters.revise(make.person("budi"), letter, examined(THREE_PAGES))
    make.place(letter)
    letters.submit(make.person("budi"), letter)
    session.commit()
    for _ in range(6):  # no guess at a code, so no attempt is spent
        page.post(f"/letters/{letter.id}/signature", {"code": page.code_of("sari"), "digest": seen}, status=409)
    assert "diubah sejak Anda membacanya" in page.text
    assert page.html.select_one(f"a[href='/letters/{letter.id}']"), "a way to the newest state"
    assert state_of(letter) == State.SUBMITTED
    sign(letter)  # the code was not spent


@pytest.mark.parametrize("digest", ["0" * 64, "f" * 64])
def test_a_digest_that_was_not_shown_is_refused(page, sign, letter, digest, state_of):
    page.log_in("sari")
    sign(letter, digest=digest, status=409)
    assert state_of(letter) == State.SUBMITTED


@pytest.mark.parametrize("digest", ["x", "é" * 64, "A" * 64, " "])
def test_a_digest_without_the_shape_of_one_brings_the_page_back(page, sign, letter, digest):
    page.log_in("sari")
    sign(letter, digest=digest, status=422)
    assert "tidak lengkap" in page.text
    assert page.html.select_one("[name=digest]")["value"] == marks.digest(letter)


@pytest.mark.parametrize(("do", "sentence"), [("withdraw", None), ("reject", "ditolak"), ("send_back", "dikembalikan")])
def test_a_letter_that_no_longer_waits_says_why(page, letter, session, make, do, sentence):
    page.log_in("sari").get(f"/letters/{letter.id}")
    digest = page.html.select_one("[name=digest]")["value"]
    actor = make.person("budi" if do == "withdraw" else "sari")
    getattr(letters, do)(actor, letter, *([] if do == "withdraw" else ["Tidak jadi."]))
    session.commit()
    # A withdrawn letter is none of the signer's business any more.
    status = 404 if sentence is None else 409
    page.post(f"/letters/{letter.id}/signature", {"code": page.code_of("sari"), "digest": digest}, status=status)
    assert sentence is None or sentence in page.text


@pytest.mark.parametrize(("login", "status"), [("rudi", 404), ("hadi", 404), ("budi", 403), ("dewi", 403)])
def test_nobody_else_signs(page, letter, login, status):
    page.log_in(login).get("/settings")
    page.post(
        f"/letters/{letter.id}/signature", {"code": page.code_of(login), "digest": marks.digest(letter)}, status=status
    )


def test_a_session_cookie_without_the_unlock_cookie_cannot_sign(page, letter, state_of):
    page.log_in("sari").get(f"/letters/{letter.id}")
    digest = page.html.select_one("[name=digest]")["value"]
    page.client.delete_cookie("teken_unlock")
    page.post(f"/letters/{letter.id}/signature", {"code": page.code_of("sari"), "digest": digest}, status=503)
    assert "belum terbuka" in page.text and state_of(letter) == State.SUBMITTED


def test_logging_in_again_opens_the_key_and_leads_back(page, sign, letter, state_of):
    page.log_in("sari").get("/settings").client.delete_cookie("teken_unlock")
    sent = {"code": page.code_of("sari"), "digest": marks.digest(letter)}
    page.post(f"/letters/{letter.id}/signature", sent, status=503)
    form = page.html.select_one("form[action='/logout']")
    page.post("/logout", {"next": form.select_one("[name=next]")["value"]})
    page.get("/login").post("/login", {"email": "sari@solok.example", "password": "surat-arosuka-2026"})
    page.follow().post("/login/code", {"code": page.code_of("sari")})
    assert page.location == f"/letters/{letter.id}"
    page.clock.tick()
    sign(letter)
    assert state_of(letter) == State.SIGNED


def test_logged_out_while_typing_comes_back_to_the_letter(page, letter):
    page.log_in("sari").get(f"/letters/{letter.id}")
    token = page.csrf_token()
    page.log_out()
    page.get("/login")
    page.client.post(
        f"/letters/{letter.id}/signature", data={"csrf_token": page.csrf_token() or token, "code": "1"},
        headers={"Referer": f"http://localhost/letters/{letter.id}"},
    )  # fmt: skip
    page.get("/login").post("/login", {"email": "sari@solok.example", "password": "surat-arosuka-2026"})
    page.follow().post("/login/code", {"code": page.code_of("sari")})
    assert page.location == f"/letters/{letter.id}"


def test_without_the_token_nothing_is_signed(page, letter, state_of):
    page.log_in("sari")
    answer = page.client.post(f"/letters/{letter.id}/signature", data={"code": "1"})
    assert answer.status_code == 409 and state_of(letter) == State.SUBMITTED


def test_a_refused_page_that_is_opened_again_leads_to_the_letter(page, letter):
    page.log_in("sari").get(f"/letters/{letter.id}/signature", status=302)
    assert page.location == f"/letters/{letter.id}"


def test_a_letter_withdrawn_while_it_is_being_signed_stays_unsigned(page, sign, letter, app, monkeypatch, state_of):
    """The signature is made with no transaction open: another request may write meanwhile, and it counts."""
    real = signatures.make

    def make_while_budi_withdraws(work, consent):
        with db.unit(app.extensions["engine"]) as own:
            budi = people.as_person(Work(own, None, work.now, work.config), own.get(Letter, letter.id).drafter)
            letters.withdraw(budi, own.get(Letter, letter.id))
        return real(work, consent)

    monkeypatch.setattr(signatures, "make", make_while_budi_withdraws)
    page.log_in("sari")
    sign(letter, status=409)
    assert "sudah ditarik" in page.text and state_of(letter) == State.WITHDRAWN


def test_a_signing_that_was_cut_off_is_repeated_with_the_same_code(page, sign, letter, monkeypatch, state_of, session):
    page.log_in("sari")
    code = page.code_of("sari")
    with monkeypatch.context() as cut:
        cut.setattr(signatures, "complete", lambda *_: 1 / 0)
        sign(letter, code=code, status=500)
    assert "nomor ini" in page.text and state_of(letter) == State.SUBMITTED
    sign(letter, code=code)
    assert state_of(letter) == State.SIGNED
    assert session.scalar(select(func.count(Signature.id))) == 1
