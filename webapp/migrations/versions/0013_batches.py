"""Several letters approved with one code; offices that let unread letters into such a batch"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_batches_person_id", "batches", ["person_id"])
    op.create_table(
        "batch_items",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("batch_id", sa.Integer(), sa.ForeignKey("batches.id"), nullable=False),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("approval_digest", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("cause", sa.String(300), nullable=False),
        sa.UniqueConstraint("batch_id", "letter_id"),
    )
    op.create_index("ix_batch_items_letter_id", "batch_items", ["letter_id"])
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE offices ADD COLUMN may_batch_unread BOOLEAN NOT NULL DEFAULT FALSE")


def downgrade() -> None:
    op.execute("ALTER TABLE offices DROP COLUMN may_batch_unread")
    op.drop_table("batch_items")
    op.drop_table("batches")
