"""The index of practice letters holds practice letters alone.

With the real ones in it, where it says NULL, SQLite took it for `trainee_id IS NULL`: it read the whole archive and sorted
it for one page of a list.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAME = "ix_letters_trainee_id"
IS_PRACTICE = sa.text("trainee_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index(NAME, "letters")
    op.create_index(NAME, "letters", ["trainee_id"], sqlite_where=IS_PRACTICE, postgresql_where=IS_PRACTICE)


def downgrade() -> None:
    op.drop_index(NAME, "letters")
    op.create_index(NAME, "letters", ["trainee_id"])
