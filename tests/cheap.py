"""What thousands of tests would pay for anew and none looks at: slow derivation, compiled routes, templates, SQL.

Nothing is replaced by something else: the same functions give the same values, once a process, not once a test.
Only Argon2id is made weaker; tests/signing and tests/domain/test_accounts.py hold the real one to its strength.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from werkzeug.routing import Rule

from signing.keys import vault
from webapp import assets
from webapp.domain import accounts


class Templates(BytecodeCache):
    """Compiled templates by name and source: each app begins without any, and compiling one costs 10 ms."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = Templates()
_DIALECTS: dict[str, Dialect] = {}
_STATEMENTS: dict[Any, Any] = {}


@contextmanager
def things() -> Iterator[None]:
    """While this is open, keys are derived cheaply and an app costs 50 ms instead of 130."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vault, "MEMORY_KIB", 64)
        patch.setattr(vault, "ITERATIONS", 1)
        patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        patch.setattr(accounts, "NOBODY", accounts.HASHER.hash("no such person"))
        patch.setattr(Rule, "_compile_builder", _once_a_rule(Rule._compile_builder))
        current = assets.release()
        patch.setattr(assets, "release", lambda: current)
        yield


def speaking(engine: Engine) -> Engine:
    """The engine, with the statements that engines before it compiled: half the time of a request in a new app.

    SQLAlchemy keeps compiled statements by dialect, so the engines of one database share theirs too.
    """
    name = engine.dialect.name
    if name not in _DIALECTS:
        with engine.connect():  # asks the server what it can
            _DIALECTS[name] = engine.dialect
    engine.dialect = _DIALECTS[name]
    engine.update_execution_options(compiled_cache=_STATEMENTS)
    return engine


def _once_a_rule(compile_builder):
    """Werkzeug's functions that build addresses know nothing of the app: they depend on these three alone."""
    kept = {}

    def compiled(self, append_unknown=True):
        known = tuple(self._trace), repr(self.defaults), append_unknown
        if known not in kept:
            kept[known] = compile_builder(self, append_unknown)
        return kept[known]

    return compiled
