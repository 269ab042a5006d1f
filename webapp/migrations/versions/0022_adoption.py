"""Trainings, the monthly figures of the adoption board, and whether a letter was signed away from the offices"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("course", sa.String(120), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("person_id", "course"),
    )
    op.create_table(
        "office_months",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("office_id", sa.Integer(), sa.ForeignKey("offices.id"), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("signed", "outside_hours", "located", "away")),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("median_seconds", "people", "signers", "verified", "enrolled", "trained", "active")
        ),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("office_id", "month"),
    )
    op.create_index("ix_office_months_month", "office_months", ["month", "office_id"])
    op.create_index("ix_signatures_signed_at", "signatures", ["signed_at"])
    op.create_index("ix_login_sessions_seen_at", "login_sessions", ["seen_at"])
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE signatures ADD COLUMN is_away BOOLEAN")
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM (SELECT 1 FROM signatures LIMIT 1) AS any_signature")):
        op.execute(
            "INSERT INTO jobs (kind, args, created_at, run_at, attempts, error) "
            "VALUES ('adoption', '{\"after\": \"\"}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 0, '')"
        )


def downgrade() -> None:
    op.execute("ALTER TABLE signatures DROP COLUMN is_away")
    op.drop_index("ix_login_sessions_seen_at", "login_sessions")
    op.drop_index("ix_signatures_signed_at", "signatures")
    op.drop_table("office_months")
    op.drop_table("trainings")
