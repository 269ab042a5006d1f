"""Number and date at tags of an uploaded page: the file as it was before, and what was written into it"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("blank_sha256", sa.String(64), nullable=True))
    op.add_column("versions", sa.Column("blanks", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("versions", sa.Column("inscribed", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("versions") as versions:
        for name in ("inscribed", "blanks", "blank_sha256"):
            versions.drop_column(name)
