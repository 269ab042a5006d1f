"""Letters of several signers: whose turn it is, where each signs, and which signature completed the letter"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# In plain SQL, which both databases take: SQLite would otherwise make the tables anew, and others refer to their rows.
ADDED = (
    ("letters", "signer_count INTEGER NOT NULL DEFAULT 1"),
    ("letters", "signed_before INTEGER NOT NULL DEFAULT 0"),
    ("versions", "turn INTEGER NOT NULL DEFAULT 1"),
    ("versions", "later_placements JSON NOT NULL DEFAULT '[]'"),
    ("versions", "unsigned JSON"),
    ("signatures", "is_complete BOOLEAN NOT NULL DEFAULT TRUE"),
)


def upgrade() -> None:
    for table, column in ADDED:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


# What is left knows of one signer, whose signature makes the letter a signed one: half-signed letters go back to their
# drafters, and no row may be left that an older program takes for a whole signature.
UNDONE = """
UPDATE steps SET state = 'waiting', opened_at = NULL
 WHERE state = 'open' AND letter_id IN (SELECT id FROM letters WHERE signer_count > 1);
UPDATE letters SET state = 'withdrawn' WHERE state IN ('submitted', 'in_review') AND signer_count > 1;
UPDATE approval_evidence SET signature_id = NULL
 WHERE signature_id IN (SELECT id FROM signatures WHERE NOT is_complete);
DELETE FROM signatures WHERE NOT is_complete
"""


def downgrade() -> None:
    for statement in UNDONE.split(";"):
        op.execute(statement)
    for table, column in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
