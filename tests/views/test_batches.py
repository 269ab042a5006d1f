"""Approving several letters over HTTP: choosing, one code, progress, and what every other ending says."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from webapp import db
from webapp.models import Batch, Letter, Signature, State
from webapp.office_hours import read_networks
from webapp.views import batches as views


@pytest.fixture
def three(make, session):
    made = [make.submitted(number=f"{number}/UM/2026") for number in (1, 2, 3)]
    session.commit()
    return made


@pytest.fixture
def shown(page, three):
    """The list before its code, of letters that were read."""
    page.log_in("sari")
    for letter in three:
        page.get(f"/letters/{letter.id}")
    page.get("/batches/new")
    chosen = [box["value"] for box in page.html.select("input[name=letter][checked]")]
    page.post("/batches", {"letter": chosen})
    page.follow()
    return page


@pytest.fixture
def states(app, three):
    def ask():
        with db.unit(app.extensions["engine"], writes=False) as own:
            return [own.get(Letter, letter.id).state for letter in three]

    return ask


def sign(page, code=None, status=303):
    form = page.html.select_one("#setujui-kode")
    shown = {"code": code or page.code_of("sari"), "digest": form.select_one("[name=digest]")["value"]}
    return page.post(form["action"], shown, status=status)


def test_one_code_signs_all_that_were_chosen(shown, states):
    assert shown.h1 == "Setujui 3 surat?" and shown.html.select("#setujui [name=code]")
    sign(shown)
    shown.follow()
    assert shown.h1 == "3 surat ditandatangani" and states() == [State.SIGNED] * 3
    assert "Semua surat dalam daftar ini sudah ditandatangani" in shown.text


def test_where_a_batch_was_approved_is_noted_for_each_letter(shown, app, session):
    app.config["TEKEN"] = replace(app.config["TEKEN"], office_networks=read_networks("10.0.0.0/8"))
    sign(shown)
    session.rollback()
    assert list(session.scalars(select(Signature.is_away))) == [True] * 3


def test_the_list_of_waiting_letters_leads_there(page, three):
    page.log_in("sari").get("/letters?box=waiting")
    assert page.html.select_one("a[href='/batches/new']")


def test_an_unread_letter_cannot_be_ticked_and_one_sent_all_the_same_is_refused(page, three):
    page.log_in("sari").get("/batches/new")
    assert len(page.html.select("input[name=letter][disabled]")) == 3 and "Belum Anda buka." in page.text
    page.post("/batches", {"letter": [str(three[0].id)]}, status=422)
    assert "belum Anda buka" in page.text
    page.post("/batches", {}, status=422)
    assert "Pilih dulu suratnya." in page.text


def test_a_wrong_code_keeps_the_list_and_counts_down(shown, states):
    sign(shown, "000000", status=422)
    assert "Sisa percobaan: 4." in shown.text and shown.html.select_one("#setujui").has_attr("open")
    assert states() == [State.SUBMITTED] * 3
    sign(shown)
    assert states() == [State.SIGNED] * 3


def test_what_one_request_does_not_reach_the_next_does(shown, states, monkeypatch):
    monkeypatch.setattr(views, "STRETCH", 0)
    sign(shown)
    shown.follow()
    assert shown.h1 == "Menandatangani…" and states() == [State.SUBMITTED] * 3
    monkeypatch.setattr(views, "STRETCH", 1.5)
    run = shown.html.select_one("form[data-behaviour=batch-run]")["action"]
    shown.get("/letters?box=waiting")
    assert "Lanjutkan menandatangani" in shown.text
    shown.post(run)
    shown.follow()
    assert shown.h1 == "3 surat ditandatangani" and states() == [State.SIGNED] * 3


def test_a_letter_that_was_withdrawn_meanwhile_is_told_and_the_others_are_signed(shown, states, make, three, session):
    letter = session.get(Letter, three[1].id)
    letter.state, letter.revision = State.WITHDRAWN, letter.revision + 1
    session.commit()
    sign(shown)
    shown.follow()
    assert shown.h1 == "2 surat ditandatangani" and "1 surat tidak ditandatangani" in shown.text
    assert states() == [State.SIGNED, State.WITHDRAWN, State.SIGNED]
    assert "Coba lagi yang gagal" in shown.text


def test_somebody_elses_batch_is_not_found(shown, session):
    batch = session.query(Batch).one()
    session.commit()
    shown.log_out()
    shown.log_in("hadi")
    shown.get(f"/batches/{batch.id}", status=404)
    shown.post(f"/batches/{batch.id}/runs", status=404)
    shown.post(f"/batches/{batch.id}/signature", {"code": "123456", "digest": batch.digest}, status=404)
    shown.post(f"/batches/{batch.id}/challenge", {}, status=404)
