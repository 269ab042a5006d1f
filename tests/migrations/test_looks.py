"""Who had acted before there were looks: the files are known, the facts of that day are not."""

from datetime import UTC, datetime

from alembic import command
from sqlalchemy import text

from tests.migrations.test_schema import _insert, _old_letters, engine  # noqa: F401
from webapp.migrations import alembic_config

AT = datetime(2026, 11, 24, tzinfo=UTC)
ASKED = "SELECT person_id, version_id, sha256, facts, act FROM looks ORDER BY act"


def test_acts_from_before_become_looks(engine):  # noqa: F811
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        _old_letters(connection, ("submitted",))
        command.upgrade(config, "0016")
        _insert(connection, "versions", {
            "id": 1, "letter_id": 1, "number": 1, "sha256": "a" * 64, "prepared_sha256": "b" * 64,
            "page_sizes": "[]", "warnings": "[]", "repairs": "[]", "uploaded_at": AT,
        })  # fmt: skip
        for number, (kind, state) in enumerate((
            ("hierarki", "done"), ("koordinasi", "returned"), ("hierarki", "waiting"), ("tanda_tangan", "done"),
        ), 11):  # fmt: skip
            acted = {"acted_at": AT, "acted_by_id": 1, "version_id": 1} if state != "waiting" else {}
            _insert(connection, "steps", {"id": number, "letter_id": 1, "kind": kind, "state": state} | acted)
        command.upgrade(config, "head")
        found = connection.execute(
            text("SELECT person_id, version_id, sha256, facts, act FROM looks ORDER BY act")
        ).all()
    assert found == [(1, 1, "b" * 64, None, "initialled"), (1, 1, "b" * 64, None, "returned")]
