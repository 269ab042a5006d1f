"""Changing one's own password."""

from __future__ import annotations

from signing.keys import vault as key_vault
from tests import people as world
from tests.page import Page
from webapp.domain import keys

NEW = "danau kembar biru"


def change(page: Page, old: str = world.PASSWORD, new: str = NEW, repeated: str | None = None, *, status=303) -> Page:
    page.get("/settings/password")
    return page.post("/settings/password", {"old": old, "password": new, "repeated": repeated or new}, status=status)


def test_the_signing_key_follows_the_password(page, work, sari):
    work.session.commit()
    assert change(page.log_in("sari")).location == "/settings"
    assert "Kata sandi sudah diganti" in page.follow().text
    work.session.expire_all()
    assert keys.open_key(work, sari, key_vault.derive(NEW, sari.vault_salt))


def test_the_old_one_is_worth_nothing_afterwards(page, app, clock):
    change(page.log_in("sari"))
    elsewhere = Page(app, clock).get("/login")
    elsewhere.post("/login", {"email": "sari@solok.example", "password": world.PASSWORD}, status=422)
    elsewhere.post("/login", {"email": "sari@solok.example", "password": NEW})


def test_this_device_stays_and_gets_a_new_unlock_cookie(page):
    before = page.log_in("sari").client.get_cookie("teken_unlock").value
    change(page)
    assert page.client.get_cookie("teken_unlock").value != before
    page.get("/settings")


def test_other_devices_are_out(page, app, clock):
    elsewhere = Page(app, clock).log_in("sari")
    change(page.log_in("sari"))
    elsewhere.get("/settings", status=303)


def test_the_present_password_is_asked_for(page):
    change(page.log_in("sari"), old="bukan-ini-juga", status=422)
    assert "Kata sandi lama salah." in page.text
    assert page.html.find(id="old")["aria-invalid"] == "true"


def test_a_borrowed_phone_gives_few_guesses(page):
    page.log_in("sari")
    for _ in range(8):
        change(page, old="bukan-ini-juga", status=422)
    change(page, status=429)


def test_a_short_or_mistyped_one_is_refused(page):
    change(page.log_in("sari"), new="pendek", status=422)
    assert "paling sedikit 10 karakter" in page.text
    change(page, repeated="danau kembar hijau", status=422)
    assert "tidak sama" in page.text


def test_nothing_typed_comes_back(page):
    change(page.log_in("sari"), repeated="danau kembar hijau", status=422)
    assert NEW not in str(page.html)
