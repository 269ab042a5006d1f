"""Officials who sign with BSrE, and each asking for a signature there"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bsre_accounts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("nik_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("certificate_name", sa.String(length=240), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_days", sa.Integer(), nullable=True),
        sa.Column("wrong_passphrases", sa.Integer(), nullable=False),
        sa.Column("registrar_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_bsre_accounts_person_id")),
        sa.ForeignKeyConstraint(["registrar_id"], ["people.id"], name=op.f("fk_bsre_accounts_registrar_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_bsre_accounts")),
    )
    op.create_table(
        "remote_signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("open_letter_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("approval_digest", sa.String(length=64), nullable=False),
        sa.Column("prepared_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("certificate_der", sa.LargeBinary(), nullable=True),
        sa.Column("signature_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_remote_signatures_letter_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_remote_signatures_person_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["signatures.id"], name=op.f("fk_remote_signatures_signature_id")),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name=op.f("fk_remote_signatures_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_signatures")),
        sa.UniqueConstraint("open_letter_id", name=op.f("uq_remote_signatures_open_letter_id")),
        sa.UniqueConstraint("signature_id", name=op.f("uq_remote_signatures_signature_id")),
    )
    with op.batch_alter_table("remote_signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_signatures_letter_id"), ["letter_id"], unique=False)
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.alter_column("certificate_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Letters signed with BSrE lose their signature row: there is no certificate of ours to name."""
    op.drop_table("remote_signatures")
    op.drop_table("bsre_accounts")
    op.execute("DELETE FROM signatures WHERE certificate_id IS NULL")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.alter_column("certificate_id", existing_type=sa.Integer(), nullable=False)
