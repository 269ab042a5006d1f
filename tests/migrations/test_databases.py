"""The control of all the others: whatever a test does to its database, the next one finds what all begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

HARM = {
    "a row more": "INSERT INTO alembic_version VALUES ('9999')",
    "rows changed": "UPDATE people SET name = 'Lain'",
    "rows gone": "DELETE FROM second_factors",
    "a number taken": "SELECT nextval('letters_id_seq')",
    "a column more": "ALTER TABLE people ADD COLUMN extra integer",
    "a table more": "CREATE TABLE extra (id integer)",
    "a table less": "DROP TABLE push_subscriptions",
    "an index less": "DROP INDEX {index}",
    "a trigger less": "DROP TRIGGER {trigger}",
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1",
    "postgresql": "SELECT tgname || ' ON ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
}


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def triggers(connection: Connection) -> list[str]:
    return list(connection.scalars(text(TRIGGERS[connection.dialect.name])))


def held(url: str) -> dict[str, object]:
    """All there is: tables with columns, indexes and rows, triggers, and what the sequences gave."""
    with connected(url) as connection:
        seen = inspect(connection)
        tables = {name: _table(connection, seen, name) for name in seen.get_table_names()}
        asked = text("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        numbers = connection.execute(asked).all() if connection.dialect.name == "postgresql" else []
        return tables | {"triggers": triggers(connection), "numbers": numbers}


def _table(connection: Connection, seen, name: str):
    columns = [column["name"] for column in seen.get_columns(name)]
    indexes = sorted(str(index["name"]) for index in seen.get_indexes(name))
    return columns, indexes, sorted(map(str, connection.execute(text(f'SELECT * FROM "{name}"'))))


@pytest.mark.parametrize("harm", HARM)
def test_what_one_test_did_the_next_does_not_see(databases, harm):
    with databases.fresh() as url:
        before = held(url)
        assert before["people"][2] and before["audit_entries"][2]
        with connected(url) as connection:
            if harm == "a number taken" and connection.dialect.name == "sqlite":
                pytest.skip("SQLite has no sequences")
            index, trigger = inspect(connection).get_indexes("letters")[0]["name"], triggers(connection)[0]
            connection.execute(text(HARM[harm].format(index=index, trigger=trigger)))
            connection.commit()
        assert held(url) != before
    with databases.fresh() as url:
        assert held(url) == before


def test_what_is_left_open_holds_up_nobody_and_writes_no_more(databases):
    with databases.fresh() as url:
        before, left = held(url), create_engine(url)
        writes = left.connect()
        writes.execute(text("UPDATE people SET name = 'Lain'"))
    with databases.fresh() as url:
        with suppress(DBAPIError):
            writes.commit()
        assert held(url) == before
    left.dispose()
