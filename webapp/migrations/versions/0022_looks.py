"""What people saw when they acted; who gets a signed letter, and the mails to them"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Whoever acted before there were looks saw the version's file; the facts of that day are not known.
LOOKS = """
INSERT INTO looks (letter_id, person_id, version_id, sha256, act, at)
SELECT DISTINCT steps.letter_id, steps.acted_by_id, steps.version_id,
       COALESCE(versions.prepared_sha256, versions.sha256),
       CASE WHEN steps.state = 'returned' THEN 'returned' ELSE 'initialled' END, steps.acted_at
FROM steps JOIN versions ON versions.id = steps.version_id
WHERE steps.state = 'returned' OR (steps.state = 'done' AND steps.kind <> 'tanda_tangan')
ORDER BY steps.acted_at
"""


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("versions.id"), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("act", sa.String(12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_looks_letter_id_person_id", "looks", ["letter_id", "person_id"])
    op.execute(LOOKS)
    _recipients()


def _recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("added_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_recipients_letter_id", "recipients", ["letter_id"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("recipient_id", sa.Integer(), sa.ForeignKey("recipients.id"), nullable=False),
        sa.Column("notice", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("manner", sa.String(12), nullable=False),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(200), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=name != "created_at")
          for name in ("created_at", "tried_at", "sent_at")),
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("code_mac", sa.String(64), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True)
          for name in ("expires_at", "closed_at", "fetched_at")),
        sa.UniqueConstraint("recipient_id", "notice", "number"),
    )  # fmt: skip


def downgrade() -> None:
    for table in ("deliveries", "recipients", "looks"):
        op.drop_table(table)
