"""Chains under a name for one type of letters"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chain_templates", sa.Column("kind", sa.String(20), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("chain_templates") as templates:
        templates.drop_column("kind")
