"""The search index, the indexes in whose order letters are listed, and the digest of a version's text"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OLD = ("office_id", "drafter_id", "signer_id", "state")
NEW = {
    "ix_letters_dated": ["dated_on", "id"],
    "ix_letters_state_dated": ["state", "dated_on", "id"],
    "ix_letters_office_dated": ["office_id", "dated_on", "id"],
    "ix_letters_office_state_dated": ["office_id", "state", "dated_on", "id"],
    "ix_letters_drafter_dated": ["drafter_id", "dated_on", "id"],
    "ix_letters_signer_state_dated": ["signer_id", "state", "dated_on", "id"],
}
# Words are cut in domain/indexing.py, never by the database: a space parts them, everything else belongs to one.
TABLES = {
    "sqlite": [
        "CREATE VIRTUAL TABLE letter_index USING fts5(words, detail=none, columnsize=0, tokenize=\"ascii tokenchars '_'\")"
    ],
    "postgresql": [
        "CREATE TABLE letter_index (rowid integer PRIMARY KEY, words tsvector NOT NULL)",
        "ALTER TABLE letter_index ALTER words SET STATISTICS 1000",
        "CREATE INDEX ix_letter_index_words ON letter_index USING gin (words)",
    ],
}


def upgrade() -> None:
    op.add_column("versions", sa.Column("text_sha256", sa.String(64), nullable=True))
    for name in OLD:
        op.drop_index(f"ix_letters_{name}", "letters")
    for name, columns in NEW.items():
        op.create_index(name, "letters", columns)
    connection = op.get_bind()
    for statement in TABLES[connection.dialect.name]:
        op.execute(statement)
    if connection.scalar(sa.text("SELECT count(*) FROM (SELECT 1 FROM letters LIMIT 1) AS any_letter")):
        op.execute(
            "INSERT INTO jobs (kind, args, created_at, run_at, attempts, error) "
            "VALUES ('index', '{\"after_id\": 0}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, '')"
        )


def downgrade() -> None:
    op.drop_table("letter_index")
    for name in NEW:
        op.drop_index(name, "letters")
    for name in OLD:
        op.create_index(f"ix_letters_{name}", "letters", [name])
    with op.batch_alter_table("versions") as versions:
        versions.drop_column("text_sha256")
