"""Schemathesis, another program, reads our OpenAPI document and asks the live app whether it keeps its promises."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from webapp.guards import throttles as throttle_guard
from webapp.guards import tokens as token_guard
from webapp.models import Letter

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("schemathesis")
EXAMPLES = 15  # of each operation, beside the boundaries of each field


@pytest.fixture
def server(app, monkeypatch):
    """The app on loopback, without the throttles: they would answer in its place."""
    endless = dataclasses.replace(token_guard.TOKEN, limit=10**6)
    monkeypatch.setattr(token_guard, "TOKEN", endless)
    monkeypatch.setattr(token_guard, "BAD_TOKEN", endless)
    monkeypatch.setattr(throttle_guard, "count", lambda *_: None)
    made = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}/api/v1"
    made.shutdown()
    made.server_close()


def ask(server: str, token: str, letter_ids: list[int], tmp_path: Path, *more: str) -> subprocess.CompletedProcess:
    # What fits the document may still be refused for reasons that no schema can say: positive_data_acceptance is out.
    command = [
        PROGRAM, "run", f"{server}/openapi.json", "--url", server, "--header", f"Authorization: Bearer {token}",
        "--checks", "all", "--exclude-checks", "positive_data_acceptance", "--max-examples", str(EXAMPLES),
        "--phases", "examples,coverage,fuzzing", "--seed", "5", "--generation-deterministic", "--warnings", "off",
        "--suppress-health-check", "all", "--no-shrink", "--continue-on-failure", *more,
    ]  # fmt: skip
    known = {"SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks", "LETTER_IDS": " ".join(map(str, letter_ids))}
    env = os.environ | known | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path, timeout=300)


def test_the_app_keeps_what_its_document_promises(server, make_token, work, make, tmp_path):
    letters = [make.submitted().id, make.signed().id, make.revoked().id]
    work.session.commit()
    done = ask(server, make_token()[1], letters, tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout, done.stdout[-2000:]
    work.session.rollback()
    assert work.session.query(Letter).count() > len(letters), "the control: letters were handed in, too"


def test_it_notices_an_app_that_does_not(server, make_token, work, make, tmp_path, monkeypatch):
    """The control: one answer that is not as the document says, and the program says so."""
    letter = make.signed().id
    work.session.commit()
    monkeypatch.setattr("webapp.api.contract.encode", lambda made: b'{"id": "one"}')
    done = ask(
        server, make_token()[1], [letter], tmp_path, "--include-path", "/letters/{letter_id}", "--max-examples", "2"
    )
    assert done.returncode == 1 and "Response violates schema" in done.stdout, done.stdout[-3000:]
