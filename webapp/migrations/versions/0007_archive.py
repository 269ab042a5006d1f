"""The archived file of a signature, with evidence and a time-stamp; warnings before certificates end"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("signatures") as signatures:
        signatures.add_column(sa.Column("archived_sha256", sa.String(64), nullable=True))
        signatures.add_column(sa.Column("stamped_at", AT, nullable=True))
        signatures.add_column(sa.Column("renew_at", AT, nullable=True))
    with op.batch_alter_table("certificates") as certificates:
        certificates.add_column(sa.Column("warned_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("certificates") as certificates:
        certificates.drop_column("warned_days")
    with op.batch_alter_table("signatures") as signatures:
        for name in ("archived_sha256", "stamped_at", "renew_at"):
            signatures.drop_column(name)
