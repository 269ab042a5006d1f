"""Who is let in: server-side sessions that can be cut off, the second factor first, back to where one was."""

from tests import people as world
from webapp.domain import accounts, second_factor
from webapp.models import LoginSession


def without_second_factor(work, login):
    person = world.find(work, login)
    second_factor.reset(work, person)
    work.session.commit()


def test_a_stranger_is_sent_to_log_in_and_then_back(page):
    page.get("/devices?x=1", status=303)
    assert page.location == "/login"
    page.log_in("sari")
    assert page.response.headers["Location"] == "/devices?x=1"


def test_a_session_ended_elsewhere_is_over_at_once(page, app, work, sari):
    work.session.commit()  # holds no lock while pages are asked for
    page.log_in("sari").get("/devices")
    accounts.end_all(work, sari)
    work.session.commit()
    page.get("/devices", status=303)
    assert page.location == "/login"


def test_idle_and_old_sessions_end(page, clock, config):
    page.log_in("sari")
    clock.tick(config.session_idle_days * 86_400 - 60)
    page.get("/devices")
    clock.tick(config.session_idle_days * 86_400 + 60)
    page.get("/devices", status=303)
    page.log_in("sari")
    for _ in range(config.session_days // 10):
        page.get("/devices")
        clock.tick(10 * 86_400 + 60)
    page.get("/devices", status=303)


def test_a_forged_cookie_opens_nothing(app):
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = "1", True
    assert client.get("/devices").headers["Location"] == "/login"
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], "eyJfdXNlcl9pZCI6IjEifQ.forged.forged")
    assert client.get("/devices").headers["Location"] == "/login"


def test_the_token_is_not_in_the_database(page, app, work):
    page.log_in("sari")
    with page.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert all(token not in (login.token_sha256, login.device) for login in work.session.query(LoginSession))


def test_without_a_second_factor_one_gets_as_far_as_setting_it_up(page, work):
    page.log_in("budi")
    without_second_factor(work, "budi")
    for path in ("/letters", "/settings", "/devices", "/letters/1", "/keys"):
        page.get(path, status=302)
        assert page.location == "/enrolment"
    page.get("/enrolment")


def test_a_role_that_is_taken_is_gone_in_the_running_session(page, work, admin):
    work.session.commit()
    page.log_in("admin").get("/people")
    admin.memberships.clear()
    work.session.commit()
    page.get("/people", status=403)


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(app, clock, page):
    page.get("/login")
    cookies = page.response.headers.getlist("Set-Cookie")
    page.post("/login", {"email": "sari@solok.example", "password": world.PASSWORD})
    cookies += page.response.headers.getlist("Set-Cookie")
    page.follow().post("/login/code", {"code": page.code_of("sari")})
    cookies += page.response.headers.getlist("Set-Cookie")
    assert len(cookies) >= 3
    assert all("HttpOnly" in c and ("SameSite=Lax" in c or "SameSite=Strict" in c) for c in cookies), cookies


def test_in_production_cookies_travel_encrypted_only(config, clock):
    from dataclasses import replace

    from webapp.app import create_app

    app = create_app(replace(config, public_url="https://teken.solok.example"))
    answer = app.test_client().get("/login", base_url="https://teken.solok.example")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "teken=" in c)
    assert cookie.startswith("__Host-") and "Secure" in cookie and "Path=/" in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert app.config["UNLOCK_COOKIE"].startswith("__Host-")
    app.extensions["engine"].dispose()
