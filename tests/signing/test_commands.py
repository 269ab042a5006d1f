"""inspect and sign on the command line: one answer and an exit code for any input whatever, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from signing import __main__ as commands
from signing.documents import REFUSALS, REPAIRS, WARNINGS
from signing.reasons import REFUSALS as REFUSAL_TEXTS
from signing.reasons import REPAIRS as REPAIR_TEXTS
from signing.reasons import WARNINGS as WARNING_TEXTS
from tests.signing import awkward, papers
from tests.signing.office import program

ROOT = Path(__file__).parents[2]


def run(*words: object) -> tuple[int, dict, float]:
    """Exit code, answer and seconds of a process of its own, as somebody else's script would start it."""
    started = time.monotonic()
    command = [sys.executable, "-m", "signing", *map(str, words), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert "Traceback" not in done.stderr and done.stderr == ""
    return done.returncode, json.loads(done.stdout), time.monotonic() - started


def odd(name: str, folder: Path) -> Path:
    path = folder / name
    if name == "empty":
        path.write_bytes(b"")
    elif name == "gigabyte":
        with path.open("wb") as file:
            file.write(b"%PDF-1.7\n")
            file.truncate(1 << 30)
    elif name == "pipe":
        os.mkfifo(path)
    elif name == "bomb":
        path.write_bytes(awkward.laughs())
    elif name == "text":
        path.write_text("Dengan hormat,")
    return {"zero": Path("/dev/zero"), "folder": folder}.get(name, path)


@pytest.mark.parametrize("name", ["empty", "text", "folder", "zero", "pipe", "gigabyte", "missing", "bomb"])
def test_any_input_is_answered(name, tmp_path):
    code, answer, seconds = run("inspect", odd(name, tmp_path))
    assert code == 3 and answer["verdict"] == "refuse" and seconds < 10
    (reason,) = answer["reasons"]
    assert reason["code"] in {*REFUSALS, "unreadable"} and reason["text"].endswith(".")


def test_the_three_verdicts(tmp_path, capsys):
    for pdf, verdict, code in (
        (papers.letter(), "accept", 0),
        (awkward.attachment(), "accept-after-repair", 0),
        (awkward.script("app.mailMsg(true)"), "refuse", 3),
    ):
        (tmp_path / "x.pdf").write_bytes(pdf)
        assert commands.main(["inspect", str(tmp_path / "x.pdf"), "--json"]) == code
        answer = json.loads(capsys.readouterr().out)
        assert answer["verdict"] == verdict and answer["pages"] == (None if code else 1)
        if verdict == "accept-after-repair":
            assert {"code": "embedded_file", "kind": "repair", "text": "Files embedded in it were removed."} in (
                answer["reasons"]
            )


def test_sign_repairs_stamps_and_signs(tmp_path):
    (tmp_path / "x.pdf").write_bytes(awkward.damaged(awkward.form()))
    out, root = tmp_path / "signed.pdf", tmp_path / "root.pem"
    code, answer, _ = run("sign", tmp_path / "x.pdf", out, "--demo", "--root-out", root)
    assert code == 0 and answer["verdict"] == "accept-after-repair"
    assert {reason["code"] for reason in answer["reasons"]} >= {"rebuilt", "forms"}
    assert root.read_bytes().startswith(b"-----BEGIN CERTIFICATE")
    told = subprocess.run([program("pdfsig"), "-nocert", str(out)], capture_output=True, text=True).stdout
    assert "Signature is Valid." in told and "Total document signed" in told
    assert run("verify", out, "--trust", root)[1]["valid"] is True


def test_sign_refuses_as_inspect_does_and_writes_nothing(tmp_path):
    (tmp_path / "x.pdf").write_bytes(awkward.laughs())
    code, answer, _ = run("sign", tmp_path / "x.pdf", tmp_path / "out.pdf", "--demo")
    assert code == 3 and answer["verdict"] == "refuse" and not (tmp_path / "out.pdf").exists()


def test_every_code_has_its_sentence():
    assert set(REFUSALS) <= set(REFUSAL_TEXTS)
    assert set(REPAIRS) == set(REPAIR_TEXTS)
    assert set(WARNINGS) == set(WARNING_TEXTS)
