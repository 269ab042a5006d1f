"""What was written here before letters had types gets the one that its file was named for; going back is refused while
a line for one type keeps something."""

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import text

from tests.migrations.test_schema import _insert, _old_letters, engine  # noqa: F401
from webapp.migrations import alembic_config

AT = datetime(2026, 11, 24, tzinfo=UTC)
# of each letter: its versions' file names, and whether they were typed here; the type that it gets
FILES = [
    ([("undangan.pdf", True)], "undangan"), ([("undangan.pdf", False)], ""), ([("", True)], ""),
    ([("tugas.pdf", True), ("scan.pdf", False)], ""), ([("lain.pdf", True)], ""),
    ([("scan.pdf", False), ("nota_dinas.pdf", True)], "nota_dinas"),
]  # fmt: skip


def test_letters_written_before_get_their_type(engine):  # noqa: F811
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        _old_letters(connection, ["signed"] * len(FILES))
        command.upgrade(config, "0024")
        for letter_id, (files, _kind) in enumerate(FILES, 1):
            connection.execute(text(f"UPDATE letters SET version_number = {len(files)} WHERE id = {letter_id}"))
            for number, (name, is_typed) in enumerate(files, 1):
                _insert(connection, "versions", {
                    "letter_id": letter_id, "number": number, "filename": name, "id": letter_id * 10 + number,
                    "source_sha256": "c" * 64 if is_typed else None, "uploaded_at": AT,
                    "page_sizes": "[]", "warnings": "[]", "repairs": "[]", "later_placements": "[]",
                })  # fmt: skip
        command.upgrade(config, "0025")
        found = connection.scalars(text("SELECT kind FROM letters ORDER BY id")).all()
        assert found == [kind for _files, kind in FILES]
        command.downgrade(config, "0024")
        command.upgrade(config, "0025")
        _insert(connection, "retention_rules", {"kind": "tugas", "fate": "permanen"})
        with pytest.raises(RuntimeError, match="keeps"):
            command.downgrade(config, "0024")
