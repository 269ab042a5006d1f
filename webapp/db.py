"""Engine, the session of a request, the one commit and the one close. Rules about letters do not belong here."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request
from sqlalchemy import FromClause, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def make_engine(url: str) -> Engine:
    """An engine with the pragmas that make SQLite durable: an acknowledged letter survives a power cut."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8)
        asks = engine.dialect.do_ping
        engine.dialect.do_ping = lambda connection: _is_silent(connection) or asks(connection)  # type: ignore[method-assign]
        return engine
    engine = create_engine(url, connect_args={"timeout": 30})
    # In place of the event "begin": an engine that has such an event looks for listeners at each statement.
    engine.dialect.do_begin = _begin  # type: ignore[method-assign]
    engine.dialect.statement_compiler = _Compiler

    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record) -> None:  # noqa: ANN001
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
        # secure_delete: names that were erased are overwritten, not only unlinked.
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON"
        ):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "checkout")
    def _writes(_connection, record, _proxy) -> None:  # noqa: ANN001
        record.info["writes"] = True

    return engine


def _is_silent(connection: PoolProxiedConnection) -> bool:
    """A server that ended a connection has said so on the line. Where nothing was said, nobody is asked: each request
    would wait for the answer."""
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return not connection.closed and not line.poll(0)


class _Compiler(SQLiteCompiler):
    """Writes `with_hint(Entity, "INDEXED BY name", "sqlite")`, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str) -> str:
        return text


def _begin(connection: PoolProxiedConnection) -> None:
    # A writer takes the lock at once: a reader that becomes a writer half-way fails when another wrote meanwhile.
    connection.cursor().execute("BEGIN IMMEDIATE" if connection.info["writes"] else "BEGIN")


@contextmanager
def open_session(engine: Engine, *, writes: bool) -> Iterator[Session]:
    """A session on a connection of its own; with writes=False it takes no write lock on SQLite."""
    with engine.connect() as connection:
        connection.info["writes"] = writes
        with Session(connection, expire_on_commit=False) as made:
            yield made


def writes(view):  # noqa: ANN001, ANN201
    """Mark a GET view that records something (reading a letter is an event too)."""
    view.writes = True
    return view


def reads(view):  # noqa: ANN001, ANN201
    """Mark a POST view that begins by reading and calls `write()` itself, to hold the lock for moments only."""
    view.writes = False
    return view


def session() -> Session:
    """The request's session, opened on first use. It only reads until the guards have let the request through."""
    here = g._get_current_object()
    if "session" not in here:
        # One connection for the whole request: its commits do not give it back and ask for it (and PostgreSQL) again.
        connection = current_app.extensions["engine"].connect()
        connection.info["writes"] = False
        here.session = Session(connection, expire_on_commit=False)
    return here.session


def begin_view() -> None:
    """The guards are done with the session: from here on it is what the view needs. A view that reads reads on."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "writes", request.method not in SAFE_METHODS):
        write()


def write() -> None:
    """End what was read so far; the next statement begins a transaction that may write."""
    commit()
    session().bind.info["writes"] = True


def read() -> None:
    """End what was written; from here on the request only reads, so that a slow reader holds no lock."""
    commit()
    session().bind.info["writes"] = False


def commit() -> None:
    """Commit what the request has done so far, so that no lock is held while it computes or waits."""
    if "session" in g:
        g.session.commit()


def rollback() -> None:
    if "session" in g:
        g.session.rollback()


@contextmanager
def unit(engine: Engine, *, writes: bool = True) -> Iterator[Session]:
    """One transaction outside a request: jobs, commands, and what must count even when the request fails."""
    with open_session(engine, writes=writes) as own:
        try:
            yield own
            own.commit()
        except BaseException:
            own.rollback()
            raise


def init_app(app: Flask) -> None:
    app.extensions["engine"] = make_engine(app.config["TEKEN"].database_url)

    @app.after_request
    def _commit(response):  # noqa: ANN001, ANN202
        # Committed before the answer leaves: what the person is told is durable. A failed request has rolled back.
        commit()
        return response

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        own = g.pop("session", None)
        if own is not None:
            own.close()
            own.bind.close()
