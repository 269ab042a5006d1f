"""Letters written here: letterheads, the text that a version was made of, and mail-merge"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _time(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _key(name: str, target: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(target), nullable=nullable)


def upgrade() -> None:
    op.add_column("versions", sa.Column("source_sha256", sa.String(64), nullable=True))
    op.create_table(
        "letterheads",
        sa.Column("office_id", sa.Integer(), sa.ForeignKey("offices.id"), primary_key=True),
        *(sa.Column(name, sa.String(size), nullable=False) for name, size in (("above", 200), ("name", 200))),
        sa.Column("address", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(size), nullable=False) for name, size in (("place", 80), ("paper", 4))),
        sa.Column("emblem_sha256", sa.String(64), nullable=True),
    )
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("person_id", "people.id"),
        _key("office_id", "offices.id"),
        _key("signer_id", "people.id"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("template_sha256", sa.String(64), nullable=True),
        sa.Column("filename", sa.String(200), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("facts", "fields", "columns")),
        sa.Column("pattern_id", sa.Integer(), nullable=True),
        _time("created_at", nullable=False),
        *(_time(name) for name in ("started_at", "made_at", "submitted_at", "told_at")),
    )
    op.create_index("ix_merges_person_id", "merges", ["person_id"])
    op.create_table(
        "merge_rows",
        sa.Column("id", sa.Integer(), primary_key=True),
        _key("merge_id", "merges.id"),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        _key("letter_id", "letters.id", nullable=True),
        sa.Column("cause", sa.String(300), nullable=False),
        sa.UniqueConstraint("letter_id"),
    )
    op.create_index("ix_merge_rows_merge_id", "merge_rows", ["merge_id"])


def downgrade() -> None:
    for table in ("merge_rows", "merges", "letterheads"):
        op.drop_table(table)
    # In plain SQL: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE versions DROP COLUMN source_sha256")
