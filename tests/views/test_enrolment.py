"""Setting up the second factor."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from tests.page import Page
from tests.views.test_invitations import choose, link


@pytest.fixture
def joko(page, work) -> Page:
    """Joko has his password and nothing else."""
    address = link(work, "joko")
    return choose(page.get(address), address).follow()


def secret(page: Page) -> str:
    return page.html.find(class_="key").get_text().replace(" ", "")


def code(page: Page) -> str:
    return pyotp.TOTP(secret(page)).at(page.clock())


def enrol(page: Page) -> list[str]:
    page.post("/enrolment", {"code": code(page)}, status=200)
    return [item.get_text() for item in page.html.find(class_="codes").find_all("li")]


@pytest.mark.parametrize("path", ["/", "/settings", "/devices", "/letters", "/settings/password"])
def test_without_it_nothing_else_can_be_reached(joko, path):
    assert joko.get(path, status=302).location == "/enrolment"


def test_the_link_and_the_typed_secret_are_the_same(joko):
    address = joko.html.find("a", href=lambda href: href and href.startswith("otpauth:"))["href"]
    told = parse_qs(urlsplit(address).query)
    assert told["secret"] == [secret(joko)]
    assert told["issuer"] == ["Teken"]


def test_looking_again_shows_the_same_secret(joko):
    before = secret(joko)
    assert secret(joko.get("/enrolment")) == before


def test_the_picture_is_vector_and_kept_nowhere(joko):
    answer = joko.client.get("/enrolment/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"<path" in answer.data
    assert secret(joko).encode() not in answer.data


def test_a_wrong_code_keeps_the_secret(joko):
    before = secret(joko)
    joko.post("/enrolment", {"code": "000000"}, status=422)
    assert "Sisa percobaan: 4." in joko.text
    assert secret(joko) == before


def test_five_wrong_codes_are_enough(joko):
    for _ in range(5):
        joko.post("/enrolment", {"code": "000000"}, status=422)
    joko.post("/enrolment", {"code": code(joko)}, status=429)


def test_recovery_codes_are_shown_once(joko):
    codes = enrol(joko)
    assert len(set(codes)) == 8
    assert joko.response.headers["Cache-Control"] == "no-store"
    assert joko.post("/enrolment/done").location == "/"
    assert joko.get("/enrolment", status=302 if joko.status == 302 else 303).location == "/settings"
    assert codes[0] not in joko.get("/settings").text
    assert "Sisa kode pemulihan: 8." in joko.text


def test_codes_can_be_taken_along_without_javascript(joko):
    codes = enrol(joko)
    saved = joko.html.find("a", download=True)
    assert all(code in saved["href"] for code in codes)


def test_a_recovery_code_from_here_opens_the_next_log_in(joko, app, clock):
    first = enrol(joko)[0]
    phone_lost = Page(app, clock)
    phone_lost.get("/login").post("/login", {"email": "joko@solok.example", "password": "gunung talang hijau"})
    phone_lost.follow().post("/login/code", {"recovery": first})
    assert phone_lost.get("/", status=302).location == "/enrolment"


def test_the_wish_from_before_is_kept(page, work):
    page.get("/devices", status=303)
    address = link(work, "joko")
    choose(page.get(address), address).follow()
    enrol(page)
    assert page.post("/enrolment/done").location == "/devices"


def test_who_has_it_is_not_asked_again(page):
    page.log_in("sari")
    assert page.get("/enrolment", status=303).location == "/settings"
    page.get("/settings").post("/enrolment", {"code": page.code_of("sari")}, status=409)
