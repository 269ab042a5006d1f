"""A dead connection to PostgreSQL is noticed before a request gets it, though the server is not asked each time."""

import pytest
from sqlalchemy import text

from webapp import db


@pytest.fixture
def made(engine):
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection that may end")
    made = db.make_engine(engine.url.render_as_string(hide_password=False))
    yield made
    made.dispose()


def test_a_connection_that_the_server_ended_is_not_given_to_a_request(engine, made):
    with made.connect() as mine:
        ended = mine.scalar(text("SELECT pg_backend_pid()"))
    with engine.connect() as another:
        another.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    with made.connect() as mine:
        assert mine.scalar(text("SELECT pg_backend_pid()")) != ended
