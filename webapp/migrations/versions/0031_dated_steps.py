"""Each step and opinion knows its letter's date, so that whom they reached is listed in order, out of one index.

Without it every page of a list looked through all of a person's steps, and for opinions through all of his office.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("steps", "opinions")
INDEXES = {
    "ix_steps_initialled_dated": ("steps", "kind <> 'tanda_tangan' AND opened_at IS NOT NULL"),
    "ix_steps_signed_dated": (
        "steps", "kind = 'tanda_tangan' AND mandate_id IS NULL AND (acted_at IS NOT NULL OR state = 'open')"
    ),
    "ix_opinions_person_dated": ("opinions", None),
}  # fmt: skip
# The database keeps the copies: no code that makes a step or changes a date can forget it.
ON_INSERT = {
    "sqlite": """
CREATE TRIGGER {0}_dated AFTER INSERT ON {0}
BEGIN UPDATE {0} SET dated_on = (SELECT dated_on FROM letters WHERE id = NEW.letter_id) WHERE id = NEW.id; END
""",
    "postgresql": "CREATE TRIGGER {0}_dated BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION letter_date_copied()",
}
BOTH = (
    "UPDATE steps SET dated_on = NEW.dated_on WHERE letter_id = NEW.id; "
    "UPDATE opinions SET dated_on = NEW.dated_on WHERE letter_id = NEW.id;"
)
FILL = "UPDATE {0} SET dated_on = (SELECT dated_on FROM letters WHERE letters.id = {0}.letter_id)"
ON_CHANGE = {
    "sqlite": f"""
CREATE TRIGGER letters_dated AFTER UPDATE OF dated_on ON letters WHEN OLD.dated_on IS NOT NEW.dated_on
BEGIN {BOTH} END
""",
    "postgresql": """
CREATE TRIGGER letters_dated AFTER UPDATE OF dated_on ON letters FOR EACH ROW
WHEN (OLD.dated_on IS DISTINCT FROM NEW.dated_on) EXECUTE FUNCTION letter_date_changed()
""",
}
FUNCTIONS = {
    "letter_date_copied": "SELECT dated_on INTO NEW.dated_on FROM letters WHERE id = NEW.letter_id; RETURN NEW;",
    "letter_date_changed": f"{BOTH} RETURN NULL;",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    # In plain SQL: SQLite would otherwise make the tables anew.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN dated_on DATE")
        op.execute(FILL.format(table))
    for name, (table, known) in INDEXES.items():
        where = sa.text(known) if known else None
        columns = ["person_id", "dated_on", "letter_id"]
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_opinions_person_id", "opinions")
    if dialect == "postgresql":
        for name, body in FUNCTIONS.items():
            op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
    for table in TABLES:
        op.execute(ON_INSERT[dialect].format(table))
    op.execute(ON_CHANGE[dialect])


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("letters", *TABLES):
        op.execute(f"DROP TRIGGER {table}_dated" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
    op.create_index("ix_opinions_person_id", "opinions", ["person_id"])
    for name, (table, _) in INDEXES.items():
        op.drop_index(name, table)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN dated_on")
