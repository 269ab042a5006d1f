"""Another system: a token made as an administrator makes it, and a client that checks what every answer must be."""

from __future__ import annotations

import base64
import itertools
import json

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import people
from webapp.demo.office import LETTERS
from webapp.domain import tokens
from webapp.domain.tokens import Scope
from webapp.models import ApiToken, Office

PDF = base64.b64encode((LETTERS / "undangan.pdf").read_bytes()).decode()
NUMBERS = itertools.count(1)


class Client:
    """Sends the token and no cookie. Each answer is JSON, a file, or a problem that names its own status."""

    def __init__(self, app: Flask, text: str | None) -> None:
        self.client, self.text = app.test_client(use_cookies=False), text

    def ask(self, method: str, path: str, *, status: int = 200, headers: dict | None = None, **kind) -> TestResponse:
        sent = ({"Authorization": f"Bearer {self.text}"} if self.text else {}) | (headers or {})
        answer = self.client.open(f"/api/v1{path}", method=method, headers=sent, **kind)
        assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.get_data()[:500]!r}"
        assert "Set-Cookie" not in answer.headers and "no-store" in answer.headers["Cache-Control"]
        if status >= 400:
            assert answer.mimetype == "application/problem+json"
            problem = json.loads(answer.data)
            assert problem["status"] == status and problem["title"] and problem["detail"]
            assert "#masalah-" in problem["type"]
        return answer

    def get(self, path: str, **kind) -> dict:
        return json.loads(self.ask("GET", path, **kind).data)

    def hand_in(self, *, key: str | None = None, status: int = 201, **facts) -> TestResponse:
        headers = {"Idempotency-Key": key or f"key-{next(NUMBERS)}"}
        return self.ask("POST", "/letters", json=new_letter(**facts), headers=headers, status=status)


def new_letter(**facts) -> dict:
    return {
        "file": PDF, "subject": "Undangan Rapat Koordinasi SPBE", "addressee": "Kepala Perangkat Daerah",
        "dated_on": "2026-11-23", "signer": "sari@solok.example", "number": f"000.1.5/API-{next(NUMBERS)}/2026",
    } | facts  # fmt: skip


@pytest.fixture
def make_token(work):
    """-> (row, text) of a token for an office; committed."""

    def make(*scopes: Scope, office: str = "SETDA", name: str = "SRIKANDI", days: int = 90) -> tuple[ApiToken, str]:
        admin = people.as_person(work, people.find(work, "admin"))
        found = work.session.query(Office).filter_by(code=office).one()
        made = tokens.create(admin, found, name=name, scopes=list(scopes or Scope), days=days)
        work.session.commit()
        return made

    return make


@pytest.fixture
def api(app, make_token) -> Client:
    """A system of Sari's and Budi's office that may do all that a token may."""
    return Client(app, make_token()[1])


@pytest.fixture
def stranger(app, make_token) -> Client:
    """A system of another office, with every scope."""
    return Client(app, make_token(office="KOMINFO", name="Sistem lain")[1])
