"""Renewed keys, the root's own revocation list, evidence of a rejection by passkey"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
RENEWS, LETTER = "fk_signing_keys_renews_id", "fk_approval_evidence_letter_id"


def upgrade() -> None:
    with op.batch_alter_table("authorities") as authorities:
        authorities.add_column(sa.Column("root_crl_der", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("service_keys") as services:
        services.add_column(sa.Column("retired_at", AT, nullable=True))
        services.add_column(sa.Column("revoked_at", AT, nullable=True))
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute(
        f"ALTER TABLE signing_keys ADD COLUMN renews_id INTEGER CONSTRAINT {RENEWS} REFERENCES signing_keys (id)"
    )
    with op.batch_alter_table("approval_evidence") as evidence:
        evidence.alter_column("signature_id", existing_type=sa.Integer(), nullable=True)
        evidence.add_column(sa.Column("letter_id", sa.Integer(), nullable=True))
        evidence.add_column(sa.Column("action", sa.String(20), nullable=False, server_default="sign"))
        evidence.add_column(sa.Column("about", sa.String(300), nullable=True))
        evidence.create_foreign_key(LETTER, "letters", ["letter_id"], ["id"])
        evidence.create_index("ix_approval_evidence_letter_id", ["letter_id"])


def downgrade() -> None:
    with op.batch_alter_table("approval_evidence") as evidence:
        evidence.drop_index("ix_approval_evidence_letter_id")
        evidence.drop_constraint(LETTER, type_="foreignkey")
        for name in ("letter_id", "action", "about"):
            evidence.drop_column(name)
    op.execute("DELETE FROM approval_evidence WHERE signature_id IS NULL")
    with op.batch_alter_table("approval_evidence") as evidence:
        evidence.alter_column("signature_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("signing_keys") as keys:
        keys.drop_column("renews_id")
    with op.batch_alter_table("authorities") as authorities:
        authorities.drop_column("root_crl_der")
    with op.batch_alter_table("service_keys") as services:
        services.drop_column("retired_at")
        services.drop_column("revoked_at")
