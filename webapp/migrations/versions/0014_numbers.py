"""Numbers of letters: patterns, counters, the number book; what a file's text names, for the check before submitting"""

import sqlalchemy as sa
from alembic import op

from signing.leaves import normalise_number

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("versions") as versions:
        versions.add_column(sa.Column("mentions", sa.JSON(), nullable=True))
    _patterns_and_counters()
    _enter_letters(_book())


def _patterns_and_counters() -> None:
    op.create_table(
        "number_patterns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("pattern", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_number_patterns_office_id"),
        sa.PrimaryKeyConstraint("id", name="pk_number_patterns"),
    )
    op.create_index("ix_number_patterns_office_id", "number_patterns", ["office_id"])
    op.create_table(
        "number_counters",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_number_counters_office_id"),
        sa.PrimaryKeyConstraint("office_id", "year", name="pk_number_counters"),
    )


def _book() -> sa.Table:
    made = op.create_table(
        "letter_numbers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(80), nullable=False),
        sa.Column("key", sa.String(320), nullable=False),
        sa.Column("pattern", sa.String(80), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_letter_numbers_office_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_letter_numbers_letter_id"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_letter_numbers_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_numbers"),
        sa.UniqueConstraint("office_id", "year", "sequence", name="uq_letter_numbers_office_id_year_sequence"),
        sa.UniqueConstraint("office_id", "year", "key", name="uq_letter_numbers_office_id_year_key"),
    )
    held = sa.text("state = 'held'")
    op.create_index(
        "uq_letter_numbers_held", "letter_numbers", ["letter_id"], unique=True, sqlite_where=held, postgresql_where=held
    )
    return made


def _enter_letters(book: sa.Table) -> None:
    """Numbers in use enter the book. Of two letters with one number the signed one, else the older, has it."""
    names = ("id", "office_id", "drafter_id", "number", "state", "dated_on", "created_at")
    letters = sa.table("letters", *(sa.column(name) for name in names[:5]), sa.column("dated_on", sa.Date()),
                       sa.column("created_at", sa.DateTime(timezone=True)))  # fmt: skip
    signed_first = sa.case((letters.c.state.in_(("signed", "revoked", "replaced")), 0), else_=1)
    rows = op.get_bind().execute(
        sa.select(letters).where(letters.c.state != "rejected", letters.c.number != "").order_by(signed_first, "id")
    )
    entries: dict[tuple[int, int, str], dict] = {}
    for row in rows:
        key = (row.office_id, row.dated_on.year, normalise_number(row.number)[:320])
        entries.setdefault(
            key,
            {"office_id": key[0], "year": key[1], "key": key[2], "text": row.number, "sequence": None, "pattern": "",
             "state": "held", "letter_id": row.id, "by_id": row.drafter_id, "at": row.created_at, "reason": ""},
        )  # fmt: skip
    if entries:
        op.bulk_insert(book, list(entries.values()))


def downgrade() -> None:
    op.drop_table("letter_numbers")
    op.drop_table("number_counters")
    op.drop_table("number_patterns")
    with op.batch_alter_table("versions") as versions:
        versions.drop_column("mentions")
