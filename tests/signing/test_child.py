"""The confinement: what a file that took over its parser could do, and what its death means for the parent."""

from __future__ import annotations

import os
import signal
import time

import pytest

from signing import child, confined
from signing.child import Allowance, call
from signing.errors import BadDocument
from tests.signing import hostile


@pytest.fixture(autouse=True)
def hostile_verbs(monkeypatch):
    """Lets the child run the functions of tests/signing/hostile.py as if a file had made a parser do so."""
    start = child._START.replace(
        "main(sys.argv[2])",
        "from signing import confined; confined._function = "
        f"lambda verb: getattr(__import__('runpy').run_path({hostile.__file__!r}, run_name='hostile') and "
        "types.SimpleNamespace(**__import__('runpy').run_path("
        f"{hostile.__file__!r}, run_name='hostile')), verb); main(sys.argv[2])",
    )
    monkeypatch.setattr(child, "_START", start)


def refusal(verb: str, **allowance: float) -> BadDocument:
    with pytest.raises(BadDocument) as caught:
        call(verb, b"%PDF-", {}, Allowance(**allowance))
    return caught.value


def test_answers_and_parts_come_back():
    answer = call("echo", b"\x00\xff\n{}", {"word": "Solok"})
    assert answer.values == {"word": "Solok", "length": 5} and answer.parts == (b"\x00\xff\n{}", b"")


@pytest.mark.parametrize(
    "verb,code",
    [
        ("crash", "broken"),
        ("leave", "broken"),
        ("babble", "broken"),
        ("lie_about_sizes", "broken"),
        ("surprise", "broken"),
        ("recurse", "too_complex"),
        ("abort", "too_complex"),
        ("refuse", "script"),
    ],
)
def test_a_dead_or_mad_child_is_a_bad_document(verb, code):
    assert refusal(verb).code == code


def test_time_is_limited_even_for_a_child_that_sleeps():
    started = time.monotonic()
    assert refusal("spin", seconds=1).code == "too_complex"
    assert refusal("sleep", patience=1.0).code == "too_complex"
    assert time.monotonic() - started < 8


def test_memory_and_answer_are_limited():
    assert refusal("eat", memory=400 << 20).code == "too_complex"
    assert refusal("flood", answer=1 << 20).code in ("too_complex", "broken")


def test_the_child_has_no_secrets_no_network_and_no_files_to_write(monkeypatch, tmp_path):
    monkeypatch.setenv("SERVER_KEY", "rahasia")
    secret = os.open(tmp_path / "open", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(secret, True)
    seen = call("look_around", b"").values
    os.close(secret)
    assert "SERVER_KEY" not in seen["environment"] and not any("rahasia" in value for value in seen["environment"])
    assert seen["cwd"] == "/" and seen["open_files"] <= 4 and seen["no_new_privs"] == "1"
    assert seen["core"] == 0 and seen["processes"] == 0
    if seen["own_network"]:
        assert seen["connected"] is False


def test_the_parent_never_waits_for_a_child_of_a_killed_call(monkeypatch):
    """An exception in the waiting parent (a worker's own time-out) takes the child along."""

    def late(*_: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            call("sleep", b"")
        assert time.monotonic() - started < 3
    finally:
        signal.signal(signal.SIGALRM, previous)


def test_inside_a_child_the_work_is_done_in_place(monkeypatch):
    monkeypatch.setattr(confined, "inside", True)
    monkeypatch.setattr(confined, "_function", lambda verb: hostile.echo)
    assert call("echo", b"123", {}).values == {"word": None, "length": 3}
