"""The migrations make exactly the tables of the models, on either database, and can go back."""

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

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
        assert differences(connection) == []
        assert any(is_index(name) for name in inspect(connection).get_table_names())


def differences(connection):
    """The search index is FTS5 on one database and a tsvector on the other: no model describes both."""
    context = MigrationContext.configure(connection, opts={"include_name": lambda name, *_: not is_index(name)})
    return compare_metadata(context, Base.metadata)


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
        assert differences(connection) == []
        assert connection.execute(text("SELECT count(*) FROM offices")).scalar() > 0


def test_it_goes_back_to_nothing(engine):
    upgrade(engine)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
