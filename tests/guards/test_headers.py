"""What the browser is told to refuse, and what nobody may keep."""

import re

import pytest


def policy(answer):
    parts = (part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


PATHS = ("/login", "/v", "/v/AAAAAAAAAAAA", "/nothing-here", "/healthz", "/authority/crl", "/offline")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_refuses_scripts_frames_and_guesses(page, path):
    answer = page.client.get(path)
    told = policy(answer)
    assert told["default-src"] == "'self'" and told["frame-ancestors"] == "'none'" and told["object-src"] == "'none'"
    assert told["base-uri"] == "'none'" and told["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_camera_is_for_the_scanner_alone(page):
    assert "camera=(self)" in page.client.get("/scan").headers["Permissions-Policy"]
    for path in ("/login", "/v"):
        assert "camera=()" in page.client.get(path).headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/settings", "/devices", "/people", "/people/1", "/offices", "/jobs", "/keys"])
def test_pages_with_personal_data_are_kept_by_nobody(page, path):
    page.log_in("admin").get(path)
    assert page.response.headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_ever_under_their_release(page, app):
    page.get("/login")
    for tag in page.html.select("link[rel=stylesheet], script[src]"):
        address = tag.get("href") or tag.get("src")
        assert re.match(rf"/static/{app.config['RELEASE']}/", address)
        answer = page.client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
    assert page.client.get(f"/static/{app.config['RELEASE']}/../app.py").status_code in (301, 308, 404)
    assert page.client.get("/static/old/css/app.css").headers["Cache-Control"] == "no-cache"


def test_a_production_page_is_compressed(page):
    answer = page.client.get("/login", headers={"Accept-Encoding": "gzip"})
    assert answer.headers.get("Content-Encoding") == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
