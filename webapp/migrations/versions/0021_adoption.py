"""The adoption board (trainings, monthly figures, signed away or not), and retention: schedule, holds, disposals"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _retention() -> None:
    at, number, text = sa.DateTime(timezone=True), sa.Integer(), sa.String
    op.create_table(
        "retention_rules",
        sa.Column("id", number, primary_key=True),
        sa.Column("office_id", number, sa.ForeignKey("offices.id"), nullable=False),
        sa.Column("classification", text(40), nullable=False),
        sa.Column("active_years", number, nullable=False),
        sa.Column("inactive_years", number, nullable=False),
        sa.Column("fate", text(10), nullable=False),
        sa.Column("basis", text(200), nullable=False),
        sa.UniqueConstraint("office_id", "classification"),
    )
    op.create_table(
        "holds",
        sa.Column("id", number, primary_key=True),
        sa.Column("letter_id", number, sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("reason", text(300), nullable=False),
        sa.Column("placed_by_id", number, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("placed_at", at, nullable=False),
        sa.Column("lifted_by_id", number, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("lifted_at", at, nullable=True),
    )
    op.create_index("ix_holds_letter_id", "holds", ["letter_id"])
    _disposals()
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute("ALTER TABLE letters ADD COLUMN disposed_at " + at.compile(dialect=op.get_bind().dialect))
    op.create_index("ix_signatures_archived_sha256", "signatures", ["archived_sha256"])
    op.create_index("ix_versions_sha256", "versions", ["sha256"])


def _disposals() -> None:
    at, number, text = sa.DateTime(timezone=True), sa.Integer(), sa.String
    op.create_table(
        "disposals",
        sa.Column("id", number, primary_key=True),
        sa.Column("office_id", number, sa.ForeignKey("offices.id"), nullable=False),
        sa.Column("state", text(12), nullable=False),
        sa.Column("decree", text(120), nullable=False),
        sa.Column("decree_on", sa.Date(), nullable=True),
        sa.Column("digest", text(64), nullable=False),
        sa.Column("proposed_at", at, nullable=False),
        sa.Column("approved_by_id", number, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("approved_at", at, nullable=True),
        sa.Column("confirmed_by_id", number, sa.ForeignKey("people.id"), nullable=True),
        sa.Column("confirmed_at", at, nullable=True),
        sa.Column("done_at", at, nullable=True),
    )
    op.create_index("ix_disposals_office_id", "disposals", ["office_id"])
    op.create_table(
        "disposal_items",
        sa.Column("id", number, primary_key=True),
        sa.Column("disposal_id", number, sa.ForeignKey("disposals.id"), nullable=False),
        sa.Column("letter_id", number, sa.ForeignKey("letters.id"), nullable=False, unique=True),
        sa.Column("rule", text(300), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("subject_sha256", text(64), nullable=True),
        sa.Column("disposed_at", at, nullable=True),
        sa.Column("files_removed_at", at, nullable=True),
    )
    op.create_index("ix_disposal_items_disposal_id", "disposal_items", ["disposal_id"])


def upgrade() -> None:
    _retention()
    _adoption()


def _adoption() -> None:
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
    op.drop_index("ix_versions_sha256", "versions")
    op.drop_index("ix_signatures_archived_sha256", "signatures")
    op.execute("ALTER TABLE letters DROP COLUMN disposed_at")
    for table in ("disposal_items", "disposals", "holds", "retention_rules"):
        op.drop_table(table)
