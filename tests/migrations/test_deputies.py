"""Letters that a deputy had before a step knew its mandate: the step is found, and nobody else's."""

from datetime import UTC, date, datetime

from alembic import command
from sqlalchemy import text

from tests.migrations.test_schema import _insert, _old_letters, engine  # noqa: F401
from webapp.migrations import alembic_config

AT, DAY = datetime(2026, 11, 24, tzinfo=UTC), date(2026, 11, 24)


def test_the_step_that_a_deputy_has_knows_his_mandate(engine):  # noqa: F811
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        _old_letters(connection, ("submitted", "submitted", "rejected"))
        command.upgrade(config, "0024")
        _insert(
            connection, "people", {"id": 2, "email": "b@b.example", "name": "B", "created_at": AT, "is_service": False}
        )
        _insert(connection, "mandates", {
            "id": 7, "kind": "plh", "principal_id": 1, "deputy_id": 2, "granted_by_id": 1, "office_id": 1,
            "position": "Sekda", "through": "", "starts_on": DAY, "ends_on": DAY, "zone": "UTC", "begins_at": AT,
            "ends_at": AT, "classifications": "[]", "confidentiality": "biasa", "decree": "SK 1", "created_at": AT,
            "reason": "",
        })  # fmt: skip
        # As handovers did it: the official's step stays as history, the deputy's follows it.
        connection.execute(text("UPDATE steps SET state = 'skipped' WHERE letter_id = 1"))
        _insert(connection, "steps", {
            "id": 50, "letter_id": 1, "round": 1, "position": 1, "kind": "tanda_tangan", "person_id": 2,
            "state": "open", "note": "",
        })  # fmt: skip
        connection.execute(text("UPDATE letters SET mandate_id = 7, signer_id = 2 WHERE id = 1"))
        command.upgrade(config, "head")
        asked = "SELECT letter_id, person_id, mandate_id FROM steps ORDER BY letter_id, id"
        found = connection.execute(text(asked)).all()
    assert found == [(1, 1, None), (1, 2, 7), (2, 1, None), (3, 1, None)]
