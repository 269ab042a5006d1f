"""Chains under a name, and mandates, for letters of a type"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("chain_templates", sa.Column("kind", sa.String(20), nullable=False, server_default=""))
    op.add_column("mandates", sa.Column("letter_types", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for table, column in (("mandates", "letter_types"), ("chain_templates", "kind")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(column)
