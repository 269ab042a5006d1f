"""Practice letters, the authority that signs them, and the drills"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
TRAINEE = "fk_letters_trainee_id"
# What a letter is, it is from its first row on: the database itself refuses to make a real letter of a practice one.
FUNCTION = """
CREATE FUNCTION letters_practice_fixed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a letter stays what it is: practice or real'; END $$
"""
ON_POSTGRESQL = """
CREATE TRIGGER letters_practice_fixed BEFORE UPDATE OF trainee_id, practice_as ON letters FOR EACH ROW
WHEN (OLD.trainee_id IS DISTINCT FROM NEW.trainee_id OR OLD.practice_as IS DISTINCT FROM NEW.practice_as)
EXECUTE FUNCTION letters_practice_fixed()
"""
ON_SQLITE = """
CREATE TRIGGER letters_practice_fixed BEFORE UPDATE OF trainee_id, practice_as ON letters
WHEN OLD.trainee_id IS NOT NEW.trainee_id OR OLD.practice_as IS NOT NEW.practice_as
BEGIN SELECT RAISE(ABORT, 'a letter stays what it is: practice or real'); END
"""
FIXED = {"sqlite": (ON_SQLITE,), "postgresql": (FUNCTION, ON_POSTGRESQL)}
LOOSE = {
    "sqlite": ("DROP TRIGGER letters_practice_fixed",),
    "postgresql": ("DROP TRIGGER letters_practice_fixed ON letters", "DROP FUNCTION letters_practice_fixed()"),
}


def upgrade() -> None:
    # In plain SQL, which both databases take: SQLite would otherwise make the table anew, and others refer to its rows.
    op.execute(f"ALTER TABLE letters ADD COLUMN trainee_id INTEGER CONSTRAINT {TRAINEE} REFERENCES people (id)")
    op.execute("ALTER TABLE letters ADD COLUMN practice_as VARCHAR(20)")
    op.create_index("ix_letters_trainee_id", "letters", ["trainee_id"])
    op.create_table(
        "practice_authorities",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("root_der", sa.LargeBinary(), nullable=False),
        sa.Column("seal_der", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("not_after", AT, nullable=False),
    )
    op.create_table(
        "drills",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("drill", sa.String(20), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("passed_at", AT, nullable=True),
    )
    op.create_index("ix_drills_person_id", "drills", ["person_id"])
    for statement in FIXED[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Refused while there are practice letters: without their mark they would be real ones."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM letters WHERE trainee_id IS NOT NULL")):
        raise RuntimeError("practice letters would become real letters")
    for statement in LOOSE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("drills")
    op.drop_table("practice_authorities")
    op.drop_index("ix_letters_trainee_id", "letters")
    with op.batch_alter_table("letters") as letters:
        letters.drop_column("practice_as")
        letters.drop_column("trainee_id")
