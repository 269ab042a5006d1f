"""A step knows by which mandate it is done: so one of several signers can have a deputy"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Until now only letters with one signer had deputies: the letter's mandate is that of its newest signature step.
KNOWN = """
UPDATE steps SET mandate_id = (SELECT letters.mandate_id FROM letters WHERE letters.id = steps.letter_id)
WHERE kind = 'tanda_tangan'
AND steps.id = (SELECT max(others.id) FROM steps AS others WHERE others.letter_id = steps.letter_id)
AND EXISTS (
    SELECT 1 FROM letters
    WHERE letters.id = steps.letter_id AND letters.mandate_id IS NOT NULL AND letters.signer_id = steps.person_id
)
"""


def upgrade() -> None:
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute(
        "ALTER TABLE steps ADD COLUMN mandate_id INTEGER CONSTRAINT fk_steps_mandate_id REFERENCES mandates (id)"
    )
    by_deputy = sa.text("mandate_id IS NOT NULL")
    op.create_index(
        "ix_steps_mandate_id", "steps", ["mandate_id"], sqlite_where=by_deputy, postgresql_where=by_deputy
    )  # fmt: skip
    op.execute(KNOWN)


def downgrade() -> None:
    op.drop_index("ix_steps_mandate_id", "steps")
    with op.batch_alter_table("steps") as steps:
        steps.drop_column("mandate_id")
