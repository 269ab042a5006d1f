"""Letters that come to one person together are told of as one, and climb the ladder as one."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
UNTOLD = sa.text("gathering_id IS NULL")
ONE = ["asked_at", "person_id", "rung", "channel"]


def upgrade() -> None:
    op.create_table(
        "gatherings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("opened_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_gatherings_source_person_id", "gatherings", ["source", "person_id"])
    op.create_table(
        "gathered_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandates.id"]),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_gathered_steps_step_id", "gathered_steps", ["step_id"])
    op.create_index("ix_gathered_steps_gathering_id", "gathered_steps", ["gathering_id"])
    op.create_index(
        "ix_gathered_steps_untold", "gathered_steps", ["person_id", "source"],
        sqlite_where=UNTOLD, postgresql_where=UNTOLD,
    )  # fmt: skip
    _widen()


def _widen() -> None:
    with op.batch_alter_table("alerts") as alerts:  # no other table refers to its rows
        alerts.alter_column("step_id", existing_type=sa.Integer(), nullable=True)
        alerts.add_column(sa.Column("gathering_id", sa.Integer(), nullable=True))
        alerts.create_foreign_key("fk_alerts_gathering_id", "gatherings", ["gathering_id"], ["id"])
        alerts.create_unique_constraint("uq_alerts_gathering_id_" + "_".join(ONE), ["gathering_id", *ONE])
        alerts.create_check_constraint("ck_alerts_of_one", "(step_id IS NULL) <> (gathering_id IS NULL)")


def downgrade() -> None:
    op.execute("DELETE FROM alerts WHERE step_id IS NULL")
    with op.batch_alter_table("alerts") as alerts:
        alerts.drop_constraint("ck_alerts_of_one", type_="check")
        alerts.drop_constraint("uq_alerts_gathering_id_" + "_".join(ONE), type_="unique")
        alerts.drop_constraint("fk_alerts_gathering_id", type_="foreignkey")
        alerts.drop_column("gathering_id")
        alerts.alter_column("step_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("gathered_steps")
    op.drop_table("gatherings")
