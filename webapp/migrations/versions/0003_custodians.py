"""Keys at other custodians: where their key is, and certificates that another authority issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signing_keys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=True))
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chain_pem", sa.Text(), nullable=True))
        batch_op.alter_column("authority_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.alter_column("authority_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("chain_pem")
    with op.batch_alter_table("signing_keys", schema=None) as batch_op:
        batch_op.drop_column("details")
