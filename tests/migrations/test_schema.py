"""The migrations make exactly the tables of the models, on either database, and can go back."""

from datetime import UTC, date, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Integer, MetaData, Table, inspect, text

from tests import people
from tests.conftest import make_config
from webapp import db
from webapp.domain.work import Work
from webapp.migrations import alembic_config, upgrade
from webapp.models import Base


@pytest.fixture
def engine(databases, tmp_path):
    with databases.empty() as url:
        made = db.make_engine(make_config(url, tmp_path).database_url)
        yield made
        made.dispose()


def test_the_schema_is_that_of_the_models(engine):
    upgrade(engine)
    upgrade(engine)
    with engine.connect() as connection:
        # The search index is FTS5 on one database and a tsvector on the other: no model describes both.
        context = MigrationContext.configure(connection, opts={"include_name": lambda name, *_: not is_index(name)})
        assert compare_metadata(context, Base.metadata) == []
        assert any(is_index(name) for name in inspect(connection).get_table_names())


def is_index(name: str | None) -> bool:
    return (name or "").startswith("letter_index")


def test_a_database_in_use_goes_back_a_step_and_forward_again(engine, tmp_path):
    """With rows that refer to each other: SQLite makes a table anew for what it cannot alter, and then refuses."""
    upgrade(engine)
    with db.unit(engine) as session:
        people.build(Work(session, None, datetime.now(UTC), make_config(str(engine.url), tmp_path)))
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": lambda name, *_: not is_index(name)})
        assert compare_metadata(context, Base.metadata) == []
        assert connection.execute(text("SELECT count(*) FROM offices")).scalar() > 0


def test_it_goes_back_to_nothing(engine):
    upgrade(engine)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}


def test_letters_from_before_there_were_steps_get_their_signature_step(engine):
    """The letters of an older database: each waits for, or has, exactly the signature that its state tells of."""
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        _old_letters(connection, ("draft", "submitted", "returned", "rejected"))
        command.upgrade(config, "head")
        found = connection.execute(text("SELECT l.state, s.kind, s.person_id, s.state, s.opened_at FROM steps s "
                                        "JOIN letters l ON l.id = s.letter_id ORDER BY l.id")).all()  # fmt: skip
    told = [(state, kind, person, step) for state, kind, person, step, _opened in found]
    expected = {"draft": "waiting", "submitted": "open", "returned": "waiting", "rejected": "returned"}
    assert told == [(state, "tanda_tangan", 1, step) for state, step in expected.items()]
    assert [opened is not None for *_, opened in found] == [False, True, False, True]


def _old_letters(connection, states):
    at = {"at": datetime(2026, 11, 23, tzinfo=UTC), "day": date(2026, 11, 23)}
    for table, known in (
        ("offices", {"id": 1, "path": "/1/", "code": "X", "name": "X", "mark_lines": "[]", "zone": "UTC"}),
        ("people", {"id": 1, "email": "a@b.example", "name": "A", "created_at": at["at"]}),
    ):
        _insert(connection, table, known)
    for number, state in enumerate(states, 1):
        _insert(connection, "letters", {
            "id": number, "code": f"code{number}", "office_id": 1, "drafter_id": 1, "signer_id": 1, "state": state,
            "created_at": at["at"], "updated_at": at["at"], "submitted_at": at["at"], "dated_on": at["day"],
        })  # fmt: skip


def _insert(connection, name, known):
    """A row with something in every column that must hold something."""
    table = Table(name, MetaData(), autoload_with=connection)
    empty = {c.name: 1 if isinstance(c.type, Integer) else "" for c in table.columns if not c.nullable}
    connection.execute(table.insert().values(empty | known))
