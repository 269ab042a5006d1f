"""What exactly was sent to BSrE, sealed; and signed files that allow nothing to be appended"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("remote_signatures") as attempts:
        attempts.add_column(sa.Column("sent_sha256", sa.String(64), nullable=True))
    # Until now what was approved was sent as it was.
    op.execute("UPDATE remote_signatures SET sent_sha256 = prepared_sha256")
    with op.batch_alter_table("signatures") as signatures:
        signatures.add_column(sa.Column("is_final", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("signatures") as signatures:
        signatures.drop_column("is_final")
    with op.batch_alter_table("remote_signatures") as attempts:
        attempts.drop_column("sent_sha256")
