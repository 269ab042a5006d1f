"""Attempts per person and per address: spent before, given back on success, so racing guesses are all counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, update
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
PHOTOGRAPH = Rule("photograph", 12, timedelta(minutes=10))  # by network address: each costs 5 s of computing
UPLOAD = Rule("upload", 40, timedelta(minutes=10))  # uploads by person: each costs seconds of computing


def spend(work: Work, rule: Rule, key: str) -> int:
    """Use up one attempt and return how many are left. Raises TooMany when none was. Commit it on its own."""
    insert = (postgresql if work.session.get_bind().dialect.name == "postgresql" else sqlite).insert
    fresh = work.now + rule.window
    expired = Throttle.resets_at <= work.now
    statement = insert(Throttle).values(key=_key(rule, key), count=1, resets_at=fresh)
    statement = statement.on_conflict_do_update(
        index_elements=[Throttle.key],
        set_={
            "count": case((expired, 1), else_=Throttle.count + 1),
            "resets_at": case((expired, fresh), else_=Throttle.resets_at),
        },
    )
    count, resets_at = work.session.execute(statement.returning(Throttle.count, Throttle.resets_at)).one()
    if count > rule.limit:
        raise TooMany(int((resets_at - work.now).total_seconds()))
    return rule.limit - count


def refund(work: Work, rule: Rule, key: str) -> None:
    """The attempt was a success: give back what it spent."""
    work.session.execute(
        update(Throttle).where(Throttle.key == _key(rule, key), Throttle.count > 0).values(count=Throttle.count - 1)
    )


def require_left(work: Work, rule: Rule, key: str) -> None:
    """Raise TooMany when nothing is left, without spending."""
    row = work.session.get(Throttle, _key(rule, key))
    if row is not None and row.resets_at > work.now and row.count >= rule.limit:
        raise TooMany(int((row.resets_at - work.now).total_seconds()))


def _key(rule: Rule, key: str) -> str:
    return f"{rule.name}:{key.lower()}"[:120]
