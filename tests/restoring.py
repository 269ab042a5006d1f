"""One PostgreSQL database, brought back after each test to what it was: 28 ms where a new copy costs a second.

What a test changed is asked of the server itself, never of the test: a row that was written is newer than the moment
the test began, and a row that went is missing from the count. A changed table is filled again from what it held. When
anything but rows and sequences changed (a trigger, a column), the database is not brought back but thrown away.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

# Where the server keeps the shape of a database. Their rows are never changed in place.
CATALOGUES = ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_trigger", "pg_proc", "pg_type")
PATIENCE = 20  # seconds for another connection to end


@dataclass(frozen=True)
class _Table:
    name: str
    rows: int
    content: bytes  # as COPY gives it


class Restorable:
    """A database that holds what every test starts from. Needs a superuser, who may fill tables past their triggers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection = psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
        self._connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key while we fill
        self._tables = {name: self._read(name) for name in self._names("r")}
        self._shape = {name: self._count(SQL("pg_catalog.{}").format(Identifier(name))) for name in CATALOGUES}
        self._rewind = SQL("SELECT {}").format(SQL(", ").join(map(self._setval, self._names("S"))))
        self._changed = SQL(" UNION ALL ").join(
            [_changed(name, _public(name), table.rows) for name, table in self._tables.items()]
            + [_changed(name, SQL("pg_catalog.{}").format(Identifier(name)), n) for name, n in self._shape.items()]
        ).as_string(self._connection)  # fmt: skip
        self._since = self._now()

    def restore(self) -> bool:
        """Undo whatever was done since the last time. False: this cannot be undone, take another database."""
        self._end_others()
        try:
            changed = {name for (name,) in self._connection.execute(self._changed, {"since": self._since})}
        except psycopg.errors.UndefinedTable:
            return False
        if changed & self._shape.keys():
            return False
        with self._connection.transaction():
            for name in sorted(changed):
                self._fill(self._tables[name])
            self._connection.execute(self._rewind)
        self._since = self._now()
        return True

    def close(self) -> None:
        self._connection.close()

    def _end_others(self) -> None:
        """What a test left open may hold locks, or write yet. The server's own way to wait looks every 100 ms only."""
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        asked = f"SELECT pg_terminate_backend(pid) {others} AND backend_type = 'client backend'"
        end = time.monotonic() + PATIENCE
        while self._connection.execute(asked).fetchall():
            if time.monotonic() > end:
                raise RuntimeError("a connection to the test's database does not end")
            time.sleep(0.001)

    def _fill(self, table: _Table) -> None:
        public = _public(table.name)
        self._connection.execute(SQL("DELETE FROM {}").format(public))
        with self._connection.cursor().copy(SQL("COPY {} FROM STDIN").format(public)) as copy:
            copy.write(table.content)

    def _read(self, name: str) -> _Table:
        with self._connection.cursor().copy(SQL("COPY {} TO STDOUT").format(_public(name))) as copy:
            content = b"".join(bytes(part) for part in copy)
        return _Table(name, self._count(_public(name)), content)

    def _names(self, kind: str) -> list[str]:
        asked = "SELECT relname FROM pg_class WHERE relkind = %s AND relnamespace = 'public'::regnamespace ORDER BY 1"
        return [name for (name,) in self._connection.execute(asked, (kind,))]

    def _count(self, table: Composable) -> int:
        return self._value(SQL("SELECT count(*) FROM {}").format(table))

    def _setval(self, name: str) -> Composable:
        asked = SQL("SELECT last_value, is_called FROM {}").format(_public(name))
        last, called = self._connection.execute(asked).fetchone() or (1, False)
        return SQL("setval({}, {}, {})").format(
            Literal(_public(name).as_string(self._connection)), Literal(last), Literal(called)
        )

    def _now(self) -> str:
        """The newest transaction: whatever is written from here on is younger."""
        return str(self._value(SQL("SELECT pg_current_xact_id()::xid")))

    def _value(self, asked: Composable):
        row = self._connection.execute(asked).fetchone()
        assert row is not None
        return row[0]


def _public(name: str) -> Composable:
    return SQL("public.{}").format(Identifier(name))


def _changed(name: str, table: Composable, rows: int) -> Composable:
    """The name, if a row is younger than `since` or their number is another. Ages are right past the wrap-around."""
    return SQL(
        "SELECT {name} WHERE (SELECT count(*) <> {rows} OR coalesce(min(age(xmin)) < age(%(since)s::xid), false)"
        " FROM {table})"
    ).format(name=Literal(name), rows=Literal(rows), table=table)
