"""A browser without JavaScript: real log-ins, CSRF on. It checks every page it sees, so no test can forget to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pyotp
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from tests import people
from webapp import db
from webapp.domain.work import Work

if TYPE_CHECKING:
    from tests.conftest import Clock


class Page:
    """`get` and `post` return self: the last answer is in `status`, `html`, `text`, `response`."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app, self.clock, self.client = app, clock, app.test_client()
        self.response: TestResponse
        self.html = BeautifulSoup("", "html.parser")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """What a person reads, with single spaces."""
        return " ".join(self.html.get_text(" ").split())

    @property
    def h1(self) -> str:
        return " ".join(self.html.h1.get_text(" ").split())

    @property
    def location(self) -> str:
        return urlsplit(self.response.headers.get("Location", "")).path

    def get(self, path: str, *, status: int = 200, **kind: object) -> Page:
        return self._see(self.client.get(path, **kind), status)

    def post(self, path: str, data: dict | None = None, *, status: int = 303, **kind: object) -> Page:
        """Send a form as its page would: with the CSRF token of the last page that had one."""
        headers = {"Referer": f"http://localhost{path}"} | dict(kind.pop("headers", {}))
        sent = {"csrf_token": self.csrf_token()} | (data or {})
        return self._see(self.client.post(path, data=sent, headers=headers, **kind), status)

    def csrf_token(self) -> str:
        """Of the page one is on; an error page has none, so then of a page that any visitor may see."""
        field = _token_field(self.html)
        if field is None:
            somewhere = self.client.get("/settings", follow_redirects=True)
            field = _token_field(BeautifulSoup(somewhere.data, "html.parser"))
        return str(field.get("value") or field.get("content")) if field is not None else ""

    def follow(self) -> Page:
        """Go where the last answer sends."""
        return self.get(self.response.headers["Location"])

    def log_in(self, login: str) -> Page:
        """Password and code, as a person does; then one time step passes, so that the next code is fresh."""
        self.get("/login")
        self.post("/login", {"email": f"{login}@solok.example", "password": people.PASSWORD})
        self.follow().post("/login/code", {"code": self.code_of(login)})
        self.clock.tick()
        return self

    def log_out(self) -> Page:
        return self.get("/settings").post("/logout")

    def code_of(self, login: str) -> str:
        """What the authenticator app of this person shows now."""
        with db.unit(self.app.extensions["engine"], writes=False) as session:
            work = Work(session, None, self.clock(), self.app.config["TEKEN"])
            totp: pyotp.TOTP = people.totp_of(work, people.find(work, login))
        return totp.at(self.clock())

    def _see(self, response: TestResponse, status: int) -> Page:
        self.response = response
        is_html = response.mimetype == "text/html"
        body = response.get_data(as_text=True) if is_html else ""
        assert response.status_code == status, f"{response.status_code}, not {status}: {_short(body)}"
        if is_html and response.status_code not in (301, 302, 303, 307, 308):
            self.html = BeautifulSoup(body, "html.parser")
            check(self.html, response)
        return self


# "12 Mei 2026, 14.05" without WIB, WITA or WIT behind it, and times as a program writes them.
ZONELESS = re.compile(r"\b\d{1,2} [A-Z]\w+ \d{4}, \d\d[.:]\d\d(?! WI(?:B|TA?)\b)|\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d")


def check(html: BeautifulSoup, response: TestResponse) -> None:
    """What holds on every page."""
    assert "no-store" in response.headers["Cache-Control"], "a page with personal data may be kept"
    assert html.html.get("lang") in ("id", "en"), "no language"
    headings = html.find_all("h1")
    assert len(headings) == 1, f"{len(headings)} h1"
    heading = " ".join(headings[0].get_text(" ").split())
    assert heading and heading in " ".join(html.title.get_text(" ").split()), f"the title is not about {heading!r}"
    ids = [tag["id"] for tag in html.find_all(id=True)]
    assert len(ids) == len(set(ids)), f"an id twice: {sorted(i for i in ids if ids.count(i) > 1)}"
    for tag in html.find_all(True):
        inline = [name for name in tag.attrs if re.match(r"on[a-z]+$", name) or name == "style"]
        assert not inline, f"inline {inline} on <{tag.name}>, which the policy refuses"
    zoneless = ZONELESS.search(" ".join(html.get_text(" ").split()))
    assert not zoneless, f"a time without its zone: {zoneless and zoneless[0]}"
    for script in html.find_all("script"):
        assert script.get("src"), "an inline script, which the policy refuses"
    for field in html.find_all(["input", "select", "textarea"]):
        if field.get("type") not in ("hidden", "submit", "button"):
            assert _is_labelled(html, field), f"no label: {field}"
    for form in html.find_all("form"):
        if str(form.get("method", "")).lower() == "post":
            assert form.find(attrs={"name": "csrf_token"}), f"a form without CSRF token: {form.get('action')}"
    silent = html.find("meta", attrs={"name": "referrer", "content": "no-referrer"})
    assert not silent or not html.find("form", method="post"), "over https a form without a referrer is refused"
    for image in html.find_all("img"):
        assert image.has_attr("alt"), f"an image without text: {image}"


def _is_labelled(html: BeautifulSoup, field: Tag) -> bool:
    named = field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
    return bool(named or (field.get("id") and html.find("label", attrs={"for": field["id"]})))


def _token_field(html: BeautifulSoup) -> Tag | None:
    field = html.find("input", attrs={"name": "csrf_token"}) or html.find("meta", attrs={"name": "csrf-token"})
    return field if isinstance(field, Tag) else None


def _short(body: str) -> str:
    html = BeautifulSoup(body, "html.parser")
    return " ".join((html.main or html).get_text(" ").split())[:400]
