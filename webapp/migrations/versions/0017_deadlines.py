"""The day by which a letter is to be signed, and what lies longest undecided"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('draft', 'returned', 'withdrawn', 'in_review', 'submitted')")
UNSTAMPED = sa.text("stamped_at IS NULL AND is_final IS false")
UNSTAMPED_SQLITE = sa.text("stamped_at IS NULL AND is_final IS 0")


def upgrade() -> None:
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE letters ADD COLUMN due_on DATE")
    op.execute("ALTER TABLE letters ADD COLUMN reminded_days INTEGER")
    op.create_index("ix_letters_open", "letters", ["updated_at", "id"], sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
    name, condition = "ix_signatures_unstamped", {"sqlite_where": UNSTAMPED_SQLITE, "postgresql_where": UNSTAMPED}
    op.create_index(name, "signatures", ["signed_at"], **condition)


def downgrade() -> None:
    op.drop_index("ix_signatures_unstamped", "signatures")
    op.drop_index("ix_letters_open", "letters")
    op.execute("ALTER TABLE letters DROP COLUMN reminded_days")
    op.execute("ALTER TABLE letters DROP COLUMN due_on")
