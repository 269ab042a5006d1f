"""The way of a letter through its office: steps, second opinions, chains kept under a name"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# Letters from before have no reviewer: their only step is the signature, in the state that the letter is in.
SIGNATURE_STEPS = """
INSERT INTO steps (letter_id, round, position, kind, person_id, state, opened_at, acted_at, acted_by_id, version_id,
                   digest, note)
SELECT letters.id, 1, 1, 'tanda_tangan', letters.signer_id,
       CASE WHEN letters.state = 'submitted' THEN 'open'
            WHEN letters.state = 'rejected' THEN 'returned'
            WHEN letters.state IN ('signed', 'revoked', 'replaced') THEN 'done'
            ELSE 'waiting' END,
       CASE WHEN letters.state IN ('draft', 'returned', 'withdrawn') THEN NULL ELSE letters.submitted_at END,
       CASE WHEN letters.state = 'rejected' THEN letters.updated_at ELSE signatures.signed_at END,
       CASE WHEN letters.state = 'rejected' THEN letters.signer_id ELSE signatures.person_id END,
       signatures.version_id, signatures.approval_digest,
       CASE WHEN letters.state = 'rejected' THEN letters.reason ELSE '' END
FROM letters LEFT JOIN signatures ON signatures.letter_id = letters.id
"""


def upgrade() -> None:
    _steps()
    op.create_table(
        "opinions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("versions.id"), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint("letter_id", "version_id", "person_id"),
    )
    op.create_index("ix_opinions_letter_id", "opinions", ["letter_id"])
    op.create_index("ix_opinions_person_id", "opinions", ["person_id"])
    op.create_table(
        "chain_templates",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("office_id", sa.Integer(), sa.ForeignKey("offices.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("office_id", "name"),
    )
    op.execute(SIGNATURE_STEPS)


def _steps() -> None:
    op.create_table(
        "steps",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("letter_id", sa.Integer(), sa.ForeignKey("letters.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acted_by_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("versions.id"), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_steps_letter_id", "steps", ["letter_id"])
    op.create_index("ix_steps_person_id_state", "steps", ["person_id", "state"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_steps_open", "steps", ["letter_id", "person_id"], unique=True, sqlite_where=is_open,
        postgresql_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    """Letters that wait for an initial go back to their drafters: without steps nothing would ever open them."""
    op.execute("UPDATE letters SET state = 'withdrawn' WHERE state = 'in_review'")
    for table in ("chain_templates", "opinions", "steps"):
        op.drop_table(table)
