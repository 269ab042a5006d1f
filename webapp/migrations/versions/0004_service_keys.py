"""Service keys, time-stamps and suspensions"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("certificates") as certificates:
        certificates.add_column(sa.Column("suspended_at", AT, nullable=True))
    op.create_table(
        "suspensions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("certificate_id", sa.Integer(), sa.ForeignKey("certificates.id"), nullable=False, index=True),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=False),
    )
    op.create_table(
        "service_keys",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("authority_id", sa.Integer(), sa.ForeignKey("authorities.id"), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False, index=True),
        sa.Column("serial", sa.String(48), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("certificate_der", sa.LargeBinary(), nullable=False),
        sa.Column("not_before", AT, nullable=False),
        sa.Column("not_after", AT, nullable=False),
        sa.UniqueConstraint("serial", name="uq_service_keys_serial"),
    )
    op.create_table(
        "timestamps",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("imprint", sa.String(128), nullable=False),
        sa.Column("at", AT, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("timestamps", "service_keys", "suspensions"):
        op.drop_table(table)
    with op.batch_alter_table("certificates") as certificates:
        certificates.drop_column("suspended_at")
