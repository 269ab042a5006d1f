"""Mandates: deputies with dates, scope and decree; letters in their hands; the authority kept with each signature"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _mandates()
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("mandate_id", sa.Integer(), sa.ForeignKey("mandates.id"), nullable=False),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("versions.id"), nullable=False),
        sa.Column("prepared_sha256", sa.String(64), nullable=False),
        sa.Column("prepared_holes", sa.JSON(), nullable=False),
        sa.Column("taken_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
    )
    op.create_index("ix_delegations_letter_id", "delegations", ["letter_id"])
    op.create_index("ix_delegations_mandate_id", "delegations", ["mandate_id"])
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_delegations_open", "delegations", ["letter_id"], unique=True, sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE letters ADD COLUMN mandate_id INTEGER "
               "CONSTRAINT fk_letters_mandate_id REFERENCES mandates (id)")  # fmt: skip
    op.create_index("ix_letters_mandate_id", "letters", ["mandate_id"])
    op.add_column("signatures", sa.Column("authority", sa.JSON(), nullable=True))


def _mandates() -> None:
    people = ("principal_id", "deputy_id", "granted_by_id")
    op.create_table(
        "mandates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        *(sa.Column(name, sa.Integer(), sa.ForeignKey("people.id"), nullable=False) for name in people),
        sa.Column("office_id", sa.Integer(), sa.ForeignKey("offices.id"), nullable=False),
        sa.Column("position", sa.String(160), nullable=False),
        sa.Column("through", sa.String(160), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("begins_at", AT, nullable=False),
        sa.Column("ends_at", AT, nullable=False),
        sa.Column("classifications", sa.JSON(), nullable=False),
        sa.Column("confidentiality", sa.String(20), nullable=False),
        sa.Column("decree", sa.String(120), nullable=False),
        sa.Column("decree_sha256", sa.String(64), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        *(sa.Column(name, AT, nullable=True) for name in ("accepted_at", "declined_at", "revoked_at")),
        sa.Column("revoked_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
    )
    for name in ("principal_id", "deputy_id", "office_id"):
        op.create_index(f"ix_mandates_{name}", "mandates", [name])


def downgrade() -> None:
    """Letters in a deputy's hands go back to their drafters: nobody else could sign that mark."""
    op.execute("UPDATE letters SET state = 'withdrawn' WHERE mandate_id IS NOT NULL AND state = 'submitted'")
    op.execute("UPDATE steps SET state = 'waiting', opened_at = NULL WHERE state = 'open' AND letter_id IN "
               "(SELECT id FROM letters WHERE mandate_id IS NOT NULL AND state = 'withdrawn')")  # fmt: skip
    op.drop_index("ix_letters_mandate_id", "letters")
    with op.batch_alter_table("letters") as letters:
        letters.drop_column("mandate_id")
    with op.batch_alter_table("signatures") as signatures:
        signatures.drop_column("authority")
    op.drop_table("delegations")
    op.drop_table("mandates")
