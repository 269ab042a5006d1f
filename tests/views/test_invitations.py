"""The one-time link of an invited person."""

from __future__ import annotations

import pytest

from tests import people as world
from tests.page import Page
from webapp.domain import accounts, keys
from webapp.domain.work import Work

NEW = "gunung talang hijau"


def link(work: Work, login: str) -> str:
    token = accounts.invitation_token(work, accounts.invite(work, world.find(work, login)))
    work.session.commit()
    return f"/invitations/{token}"


def choose(page: Page, address: str, password: str = NEW, repeated: str | None = None, *, status: int = 303) -> Page:
    return page.post(address, {"password": password, "repeated": repeated or password}, status=status)


@pytest.fixture
def joko_link(work) -> str:
    return link(work, "joko")


def test_an_invited_person_chooses_a_password_and_sets_up_the_second_factor(page, joko_link):
    page.get(joko_link)
    assert "Joko Contoh" in page.h1
    assert choose(page, joko_link).location == "/enrolment"
    assert "autentikator" in page.follow().h1


def test_opening_the_link_changes_nothing(page, joko_link):
    """Mail scanners open links before people do."""
    page.get(joko_link).get(joko_link)
    assert "kata sandi" in page.text


def test_the_link_works_once(page, app, clock, joko_link):
    choose(page.get(joko_link), joko_link)
    assert "tidak berlaku lagi" in Page(app, clock).get(joko_link, status=404).text


def test_a_newer_link_ends_the_older(page, work, joko_link):
    link(work, "joko")
    page.get(joko_link, status=404)


def test_the_link_ends_after_a_week(page, joko_link):
    page.clock.tick(7 * 86_400 + 1)
    page.get(joko_link, status=404)


@pytest.mark.parametrize("token", ["1-00000000000000000000000000000000", "x", "99999-abc", "-", "1"])
def test_a_made_up_link_is_not_found(page, token):
    page.get(f"/invitations/{token}", status=404)


def test_a_short_password_is_refused_by_its_field(page, joko_link):
    choose(page.get(joko_link), joko_link, "pendek", status=422)
    assert "paling sedikit 10 karakter" in page.text
    assert page.html.find(id="password")["aria-invalid"] == "true"
    assert choose(page, joko_link).location == "/enrolment"


def test_two_different_passwords_are_refused(page, joko_link):
    choose(page.get(joko_link), joko_link, NEW, "gunung talang biru", status=422)
    assert "Kedua kata sandi baru tidak sama." in page.text


def test_a_forgotten_password_costs_the_key_and_the_page_says_so(page, work, sari):
    address = link(work, "sari")
    assert "Kunci tanda tangan lama akan dihapus" in page.get(address).text
    assert choose(page, address).location == "/login/code"
    work.session.expire_all()
    assert keys.find(work, sari) is None
    work.session.commit()
    page.follow().post("/login/code", {"code": page.code_of("sari")})
    assert "verifikasi" in page.get("/settings").text


def test_other_devices_are_out_after_a_new_password(page, app, clock, work):
    elsewhere = Page(app, clock).log_in("budi")
    address = link(work, "budi")
    assert "akan dihapus" not in page.get(address).text  # he has no key to lose
    choose(page, address)
    elsewhere.get("/settings", status=303)
