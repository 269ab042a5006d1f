"""The archive that finding is measured in fits the schema as it is now."""

from sqlalchemy import func, select

from tests.bench import archive
from webapp import db
from webapp.migrations import upgrade
from webapp.models import Letter


def test_a_small_one_is_filled(tmp_path):
    engine = db.make_engine(f"sqlite:///{tmp_path}/archive.sqlite3")
    upgrade(engine)
    archive.fill(engine, 300)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Letter)) == 300
    engine.dispose()
