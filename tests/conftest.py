"""Fixtures everyone may use. Each test has a database of its own; TEST_DATABASE_URL moves the suite to PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests import cheap
from tests import people as world
from tests.database import Databases
from tests.factories import Factory
from tests.page import Page
from webapp import db
from webapp.app import create_app
from webapp.config import Config
from webapp.domain.work import Work
from webapp.migrations import upgrade
from webapp.models import Person


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that asks for no database says nothing different on PostgreSQL: SQLite's run has it already."""
    asking = [item for item in items if "databases" in getattr(item, "fixturenames", ())]
    if asking and "TEST_DATABASE_URL" in os.environ:
        config.hook.pytest_deselected(items=list(set(items) - set(asking)))
        items[:] = asking


def make_config(url: str, data_dir: Path) -> Config:
    """Only for tests: keys that are made up and never a deployment's."""
    return Config.from_env(
        {
            "TEKEN_ENV": "development",
            "SECRET_KEY": "dGVzdC1zZWNyZXQta2V5LXRlc3Qtc2VjcmV0LWtleS0h",
            "SERVER_KEY": "dGVzdC1zZXJ2ZXIta2V5LXRlc3Qtc2VydmVyLWtleS0h",
            "PUBLIC_URL": "http://localhost",
            "MAIL_URL": f"file:{data_dir / 'mail'}",
            "DATABASE_URL": url,
            "DATA_DIR": str(data_dir),
        }
    )


class Clock:
    """The time that requests see. It stands still unless a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float = 30) -> None:
        """Move on; 30 seconds bring the next one-time code."""
        self.now += timedelta(seconds=seconds)


def _prepare(url: str, data_dir: Path) -> None:
    engine = db.make_engine(make_config(url, data_dir).database_url)
    upgrade(engine)
    with db.unit(engine) as session:
        world.build(Work(session, None, datetime.now(UTC) - timedelta(days=1), make_config(url, data_dir)))
    engine.dispose()


@pytest.fixture(scope="session")
def cheaply() -> Iterator[None]:
    """Thousands of apps and log-ins."""
    with cheap.things():
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str, cheaply: None) -> Iterator[Databases]:
    folder = tmp_path_factory.mktemp("databases")
    made = Databases(os.environ.get("TEST_DATABASE_URL"), folder, worker_id, lambda url: _prepare(url, folder / "data"))
    yield made
    made.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database of this test's own, with the people of tests/people.py and no letter."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return make_config(database_url, tmp_path / "data")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _disordering(engine: Engine) -> Engine:
    """On SQLite rows that nobody put in order come last first: what counts on an order finds out here, and not when
    PostgreSQL, which writes new rows where old ones were, gives another one once in a hundred runs."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA reverse_unordered_selects=ON"))
    return engine


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    """The test's own; the app's too, where there is one: the domain needs none."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    made = cheap.speaking(_disordering(db.make_engine(config.database_url)))
    yield made
    made.dispose()
    shutil.rmtree(config.data_dir, ignore_errors=True)


@pytest.fixture
def app(config: Config, clock: Clock, engine: Engine) -> Flask:
    made = create_app(config)
    made.config["CLOCK"] = clock
    made.extensions["engine"] = engine
    made.jinja_env.bytecode_cache = cheap.TEMPLATES
    made.testing = False  # errors are answered as in production, by webapp/errors.py
    return made


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session beside those of requests. On SQLite commit before a request is made: there is one writer."""
    with db.open_session(engine, writes=True) as made:
        yield made


@pytest.fixture
def work(session: Session, clock: Clock, config: Config) -> Work:
    """The system's own Work; `tests.people.as_person(work, sari)` for somebody's."""
    return Work(session, None, clock(), config)


@pytest.fixture
def page(app: Flask, clock: Clock) -> Page:
    """A browser without JavaScript that checks every page it sees."""
    return Page(app, clock)


@pytest.fixture
def make(work: Work) -> Factory:
    """Letters in any state, made through the domain."""
    return Factory(work)


def _person(login: str):
    def fixture(work: Work) -> Person:
        return world.find(work, login)

    fixture.__doc__ = world.PEOPLE[login].__doc__
    return pytest.fixture(name=login)(fixture)


sari, budi, dewi, lina, rudi, rina, admin, agus, hadi = map(
    _person, ("sari", "budi", "dewi", "lina", "rudi", "rina", "admin", "agus", "hadi")
)
