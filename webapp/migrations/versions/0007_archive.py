"""The archived file of a signature: with evidence and a time-stamp"""

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


def downgrade() -> None:
    with op.batch_alter_table("signatures") as signatures:
        for name in ("archived_sha256", "stamped_at", "renew_at"):
            signatures.drop_column(name)
