"""Retention by letter type; a webhook's old secret beside the new one"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# What was written here was filed under its type's name; of a disposed letter not even that is kept.
KINDS = """
UPDATE letters SET kind = (
  SELECT substr(versions.filename, 1, length(versions.filename) - 4) FROM versions
  WHERE versions.letter_id = letters.id AND versions.number = letters.version_number
) WHERE EXISTS (
  SELECT 1 FROM versions
  WHERE versions.letter_id = letters.id AND versions.number = letters.version_number
  AND versions.source_sha256 IS NOT NULL AND versions.filename IN (
    'undangan.pdf', 'surat.pdf', 'nota_dinas.pdf', 'tugas.pdf', 'edaran.pdf', 'keterangan.pdf', 'sertifikat.pdf'
  )
)
"""
CODE, KIND = ["office_id", "classification"], ["office_id", "classification", "kind"]


def upgrade() -> None:
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE letters ADD COLUMN kind VARCHAR(20) NOT NULL DEFAULT ''")
    op.execute(KINDS)
    with op.batch_alter_table("retention_rules") as rules:
        rules.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default=""))
        rules.drop_constraint("uq_retention_rules_office_id_classification", type_="unique")
        rules.create_unique_constraint("uq_retention_rules_office_id_classification_kind", KIND)
    op.add_column("webhooks", sa.Column("old_secret_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("webhooks", sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Refused while a line is for one type alone: without it letters that it keeps could be disposed of."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM retention_rules WHERE kind <> ''")):
        raise RuntimeError("letters could be disposed of that a line for their type keeps")
    op.execute("ALTER TABLE webhooks DROP COLUMN old_secret_until")
    op.execute("ALTER TABLE webhooks DROP COLUMN old_secret_sealed")
    with op.batch_alter_table("retention_rules") as rules:
        rules.drop_constraint("uq_retention_rules_office_id_classification_kind", type_="unique")
        rules.create_unique_constraint("uq_retention_rules_office_id_classification", CODE)
        rules.drop_column("kind")
    op.execute("ALTER TABLE letters DROP COLUMN kind")
