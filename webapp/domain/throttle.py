"""Attempts per person and per address: spent before, given back on success, so racing guesses are all counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, case, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.domain.errors import TooMany
from webapp.domain.work import Work
from webapp.models import Throttle


@dataclass(frozen=True)
class Rule:
    name: str
    limit: int
    window: timedelta


CODE = Rule("code", 5, timedelta(minutes=5))  # one-time and recovery codes, by person: 10^6 codes take years
PASSWORD = Rule("password", 8, timedelta(minutes=10))  # by e-mail address that was typed
ADDRESS = Rule("address", 60, timedelta(minutes=10))  # log-ins from one network address (an office shares one)
LOOKUP = Rule("lookup", 30, timedelta(minutes=10))  # unknown codes on the public page, by network address
CEREMONY = Rule("ceremony", 8, timedelta(minutes=10))  # control codes and hand-over codes, by registrar
STAMP = Rule("stamp", 600, timedelta(minutes=10))  # time-stamps by network address: each is a row for ever
CHECK = Rule("check", 20, timedelta(minutes=10))  # strangers' files by network address: seconds of computing each
PHOTOGRAPH = Rule("photograph", 12, timedelta(minutes=10))  # by network address: each costs 5 s of computing
UPLOAD = Rule("upload", 40, timedelta(minutes=10))  # uploads by person: each costs seconds of computing
TRANSFER = Rule("transfer", 60, timedelta(minutes=10))  # files begun, to come in pieces, by person
LINK = Rule("link", 30, timedelta(minutes=10))  # presses on mailed and pushed links that need no log-in, by address
COPY_CODE = Rule("copy_code", 5, timedelta(minutes=10))  # codes of a personal link, by the link
COPY_TOTAL = Rule("copy_total", 20, timedelta(days=30))  # in all its life: eight digits are five million times as many

TOKEN = Rule("token", 600, timedelta(minutes=10))  # requests of another system, by its token
HAND_IN = Rule("hand_in", 120, timedelta(minutes=10))  # letters of another system, by token: seconds of computing each
BAD_TOKEN = Rule("bad_token", 60, timedelta(minutes=10))  # tokens that do not count, by network address

_COUNTS = Throttle.__table__


def _spending(insert: Callable[..., Any]) -> Any:
    """Count one, or begin anew where the window is over: one statement, so that racing guesses are all counted."""
    statement = insert(_COUNTS)
    expired = _COUNTS.c.resets_at <= bindparam("now", type_=_COUNTS.c.resets_at.type)
    counted = {
        "count": case((expired, 1), else_=_COUNTS.c.count + 1),
        "resets_at": case((expired, statement.excluded.resets_at), else_=_COUNTS.c.resets_at),
    }
    statement = statement.on_conflict_do_update(index_elements=["key"], set_=counted)
    return statement.returning(_COUNTS.c.count, _COUNTS.c.resets_at)


# Made once: these are on the way of every tap.
_SPEND = {"postgresql": _spending(postgresql.insert), "sqlite": _spending(sqlite.insert)}
_REFUND = update(_COUNTS).where(_COUNTS.c.key == bindparam("of"), _COUNTS.c.count > 0).values(count=_COUNTS.c.count - 1)


def spend(work: Work, rule: Rule, key: str) -> int:
    """Use up one attempt and return how many are left. Raises TooMany when none was. Commit it on its own."""
    spending = _SPEND[work.session.get_bind().dialect.name]
    fresh = {"key": _key(rule, key), "count": 1, "resets_at": work.now + rule.window, "now": work.now}
    count, resets_at = work.execute(spending, fresh).one()
    if count > rule.limit:
        raise TooMany(int((resets_at - work.now).total_seconds()))
    return rule.limit - count


def refund(work: Work, rule: Rule, key: str) -> None:
    """The attempt was a success: give back what it spent."""
    work.execute(_REFUND, {"of": _key(rule, key)})


def require_left(work: Work, rule: Rule, key: str) -> None:
    """Raise TooMany when nothing is left, without spending."""
    row = work.session.get(Throttle, _key(rule, key))
    if row is not None and row.resets_at > work.now and row.count >= rule.limit:
        raise TooMany(int((row.resets_at - work.now).total_seconds()))


def _key(rule: Rule, key: str) -> str:
    return f"{rule.name}:{key.lower()}"[:120]
