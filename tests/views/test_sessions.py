"""Logging in, logging out, devices."""

from __future__ import annotations

import pytest

from tests import people as world
from tests.page import Page
from webapp.domain import accounts, audit, second_factor
from webapp.domain.audit import Event

SARI = {"email": "sari@solok.example", "password": world.PASSWORD}


def first_step(page: Page, **wrong: str) -> Page:
    return page.get("/login").post("/login", SARI | wrong)


@pytest.fixture
def other(app, clock) -> Page:
    """A second device."""
    return Page(app, clock)


def test_password_and_code_open_the_app(page):
    page.log_in("sari")
    assert page.location == "/"
    assert "Sari Contoh" in page.get("/settings").text


def test_after_logging_in_the_person_is_where_he_wanted_to_be(page):
    assert page.get("/devices", status=303).location == "/login"
    assert page.log_in("sari").location == "/devices"


@pytest.mark.parametrize("planted", ["//evil.example/", "/\\evil.example", "https://evil.example", "/a\nb"])
def test_no_planted_address_leads_to_another_site(page, planted):
    page.get("/login")
    with page.client.session_transaction() as cookie:
        cookie["next"] = planted
    assert page.log_in("sari").response.headers["Location"] in ("/", "http://localhost/")


def test_a_wrong_password_and_an_unknown_address_look_alike(page):
    page.get("/login").post("/login", SARI | {"password": "salah-sekali"}, status=422)
    wrong = page.html.main.get_text(" ", strip=True).replace("sari@solok.example", "")
    page.post("/login", {"email": "nobody@solok.example", "password": "salah-sekali"}, status=422)
    assert page.html.main.get_text(" ", strip=True) == wrong
    assert "Alamat surel atau kata sandi salah." in page.text
    assert page.html.find(id="email")["value"] == "nobody@solok.example"
    assert not page.html.find(id="password").get("value")


def test_passwords_are_throttled_by_the_address_that_is_tried(page):
    page.get("/login")
    for _ in range(8):
        page.post("/login", SARI | {"password": "salah-sekali"}, status=422)
    page.post("/login", SARI, status=429)
    assert "Terlalu banyak percobaan" in page.text
    page.clock.tick(601)
    first_step(page)


def test_a_right_password_costs_no_attempt(page):
    for _ in range(10):
        first_step(page)


def test_an_empty_form_says_what_is_missing(page):
    page.get("/login").post("/login", {"email": "", "password": ""}, status=422)
    assert "Isi alamat surel Anda." in page.text
    assert "Isi kata sandi Anda." in page.text


def test_the_password_alone_opens_nothing(page):
    first_step(page)
    assert page.get("/settings", status=303).location == "/login"


def test_the_unlock_cookie_is_out_of_reach_of_scripts_and_other_sites(page):
    cookie = next(c for c in first_step(page).response.headers.getlist("Set-Cookie") if "unlock" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


def test_the_code_page_without_a_password_leads_to_the_log_in(page):
    assert page.get("/login/code", status=303).location == "/login"
    page.get("/login")
    assert page.post("/login/code", {"code": "123456"}).location == "/login"


def test_a_wrong_code_says_how_many_attempts_remain(page):
    first_step(page).follow().post("/login/code", {"code": "000000"}, status=422)
    assert "Kode autentikator salah. Sisa percobaan: 4." in page.text
    assert not page.html.find(id="code").get("value")
    assert page.post("/login/code", {"code": page.code_of("sari")}).location == "/"


def test_codes_are_throttled_by_person_whatever_the_address(page, other):
    first_step(page).follow()
    for _ in range(5):
        page.post("/login/code", {"code": "000000"}, status=422)
    first_step(other).follow()
    other.post("/login/code", {"code": other.code_of("sari")}, status=429, environ_base={"REMOTE_ADDR": "10.9.9.9"})


def test_a_used_code_is_refused_with_what_to_do(page, other):
    code = page.code_of("sari")
    first_step(page).follow().post("/login/code", {"code": code})
    first_step(other).follow().post("/login/code", {"code": code}, status=422)
    assert "sudah dipakai" in other.text
    assert "Tunggu" in other.text


def test_a_code_that_is_late_is_called_late(page):
    code = page.code_of("sari")
    page.clock.tick(120)
    first_step(page).follow().post("/login/code", {"code": code}, status=422)
    assert "sudah kedaluwarsa" in page.text


def test_ten_minutes_after_the_password_one_starts_again(page):
    first_step(page).follow()
    page.clock.tick(601)
    assert page.post("/login/code", {"code": page.code_of("sari")}).location == "/login"
    assert "Waktu untuk memasukkan kode sudah habis" in page.follow().text


def test_logging_in_brings_a_new_session_cookie(page):
    page.get("/login")
    with page.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    page.log_in("sari")
    with page.client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert "pending" not in cookie


def test_a_recovery_code_lets_in_once_and_asks_for_a_new_authenticator(page, other, work, sari):
    code = second_factor.renew_recovery_codes(work, sari)[0]
    work.session.commit()
    first_step(page).follow().post("/login/code", {"recovery": code.upper()})
    assert page.get("/letters", status=302).location == "/enrolment"
    assert "Kode pemulihan diterima" in page.follow().text
    assert first_step(other).location == "/enrolment"  # until it is set up anew, the password leads there


def test_a_wrong_recovery_code_keeps_its_form_open(page):
    first_step(page).follow().post("/login/code", {"recovery": "aaaaaaaaaa-bbbbbbbbbb"}, status=422)
    assert "Kode pemulihan salah atau sudah dipakai." in page.text
    assert page.html.find("details").has_attr("open")


def test_a_disabled_person_is_a_stranger(page, work, sari):
    sari.disabled_at = work.now
    work.session.commit()
    page.get("/login").post("/login", SARI, status=422)


def test_refusals_are_in_the_trail_without_what_was_typed(page, work, sari):
    work.session.commit()
    page.get("/login").post("/login", {"email": "my-secret-password", "password": "x"}, status=422)
    first_step(page).follow().post("/login/code", {"code": "000000"}, status=422)
    code, password = audit.latest(work, limit=2)
    assert (password.event, code.event) == (Event.LOG_IN_FAILED, Event.CODE_REFUSED)
    assert "my-secret" not in password.facts
    assert f'"person_id":{sari.id}' in code.facts


def test_logging_out_ends_the_session_on_the_server(page):
    page.log_in("sari").get("/settings")
    stolen = page.client.get_cookie("teken").value
    assert page.post("/logout").location == "/login"
    assert page.client.get_cookie("teken_unlock") is None
    assert "Anda sudah keluar" in page.follow().text
    page.client.set_cookie("teken", stolen)
    assert page.get("/settings", status=303).location == "/login"


def test_who_is_logged_in_does_not_see_the_log_in(page):
    page.log_in("sari")
    assert page.get("/login", status=303).location == "/"


def test_a_lost_phone_is_cut_off_at_once(page, other):
    other.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Chrome/131.0 Mobile Safari/537.36"
    other.log_in("sari").get("/settings")
    page.log_in("sari").get("/devices")
    assert "Chrome di Android" in page.text
    assert "Perangkat ini" in page.text
    button = page.html.find("button", attrs={"aria-label": "Keluarkan Chrome di Android"})
    assert "sudah dikeluarkan" in page.post(button.find_parent("form")["action"]).follow().text
    assert other.get("/settings", status=303).location == "/login"


def test_all_other_devices_at_once(page, other):
    other.log_in("sari")
    page.log_in("sari").get("/devices").post("/devices/others/end")
    assert "Chrome" not in page.follow().text
    assert other.get("/settings", status=303).location == "/login"


def test_somebody_elses_device_is_not_found(page, work):
    theirs = world.log_in(work, "budi")
    work.session.commit()
    page.log_in("sari").get("/devices").post(f"/devices/{theirs.login.id}/end", status=404)
    assert accounts.find_login(work, theirs.token) is not None
