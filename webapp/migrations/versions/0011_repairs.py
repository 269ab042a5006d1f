"""What was done to an upload before it may be signed, and the untouched upload beside its repaired copy"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("versions") as versions:
        versions.add_column(sa.Column("repairs", sa.JSON(), nullable=False, server_default="[]"))
        versions.add_column(sa.Column("original_sha256", sa.String(64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("versions") as versions:
        versions.drop_column("original_sha256")
        versions.drop_column("repairs")
