"""Attempts are spent before the view runs, in a transaction of their own, so racing guesses are all counted.

A view that succeeded calls `succeeded()`: what it spent is given back.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from webapp import db
from webapp.domain import throttle
from webapp.domain.throttle import Rule
from webapp.domain.work import Work
from webapp.guards.access import address, work

View = Callable[..., ResponseReturnValue]
Key = Callable[[], str]


def by_address() -> str:
    return address()


def by_person() -> str:
    return str(g.visitor.person.id) if g.get("visitor") else address()


def by_email() -> str:
    return request.form.get("email", "").strip().lower()


def throttled(*limits: tuple[Rule, Key]) -> Callable[[View], View]:
    """Count every POST to this view against these rules."""

    def mark(view: View) -> View:
        view.limits = limits  # type: ignore[attr-defined]
        return view

    return mark


def succeeded() -> None:
    """Give back what this request has spent, together with what it achieved."""
    for rule, key in g.pop("spent", ()):
        throttle.refund(work(), rule, key)


def count(rule: Rule, key: str) -> None:
    """Spend one attempt from inside a view, in a transaction of its own."""
    db.commit()
    with db.unit(current_app.extensions["engine"]) as session:
        throttle.spend(_work(session), rule, key)


def spend(rule: Rule, key: str) -> None:
    """Spend one attempt in the request's own transaction, just before the guess: the row stays locked until the commit,
    so racing guesses come one after the other. The view commits where the guess was wrong; any other failure rolls
    back and costs nothing.
    """
    _note(rule, key, throttle.spend(work(), rule, key))


def left() -> int:
    """How many attempts remain by the strictest rule of this request."""
    return g.get("attempts_left", 0)


def init_app(app: Flask) -> None:
    @app.before_request
    def _spend() -> None:
        view = app.view_functions.get(request.endpoint or "")
        limits = getattr(view, "limits", ())
        if not limits or request.method != "POST":
            return
        keys = [(rule, key_of()) for rule, key_of in limits]
        db.commit()  # a key may have asked the database: one writer must not wait for the other
        with db.unit(app.extensions["engine"]) as session:
            for rule, key in keys:
                _note(rule, key, throttle.spend(_work(session), rule, key))


def _note(rule: Rule, key: str, remaining: int) -> None:
    g.attempts_left = min(g.get("attempts_left", remaining), remaining)
    g.setdefault("spent", []).append((rule, key))


def _work(session) -> Work:  # noqa: ANN001
    return Work(session, None, current_app.config["CLOCK"](), current_app.config["TEKEN"])
