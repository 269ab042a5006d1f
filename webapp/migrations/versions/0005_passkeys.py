"""Passkeys, what they open, and what they proved"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def column(name: str, kind: sa.types.TypeEngine, *, optional: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=optional)


def number_of(table: str, name: str, other: str) -> list[sa.schema.SchemaItem]:
    """A reference to another table's row."""
    named = f"fk_{table}_{name}"
    return [column(name, sa.Integer()), sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(named))]


def table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name, column("id", sa.Integer()), *parts, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))
    )  # fmt: skip


def unique(name: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{name}_{'_'.join(columns)}"))


def index(name: str, on: str) -> None:
    op.create_index(op.f(f"ix_{name}_{on}"), name, [on], unique=False)


def upgrade() -> None:
    table(
        "passkeys", *number_of("passkeys", "person_id", "people"),
        column("credential_id", sa.String(1400)), column("public_key", sa.LargeBinary()),
        column("sign_count", sa.BigInteger()), column("name", sa.String(60)), column("transports", sa.JSON()),
        column("prf_salt", sa.LargeBinary()), column("created_at", MOMENT), column("used_at", MOMENT, optional=True),
        unique("passkeys", "credential_id"),
    )  # fmt: skip
    table(
        "passkey_wrappings", *number_of("passkey_wrappings", "passkey_id", "passkeys"),
        *number_of("passkey_wrappings", "key_id", "signing_keys"), column("wrapped", sa.LargeBinary()),
        column("created_at", MOMENT), unique("passkey_wrappings", "passkey_id", "key_id"),
    )  # fmt: skip
    table(
        "passkey_challenges", *number_of("passkey_challenges", "login_session_id", "login_sessions"),
        column("action", sa.String(20)), column("nonce", sa.String(64)), column("expires_at", MOMENT),
        column("used_for", sa.String(64)), unique("passkey_challenges", "nonce"),
    )  # fmt: skip
    table(
        "approval_evidence", *number_of("approval_evidence", "signature_id", "signatures"),
        column("passkey_name", sa.String(60)), column("credential_id", sa.String(1400)),
        column("public_key", sa.LargeBinary()), column("authenticator_data", sa.LargeBinary()),
        column("client_data", sa.LargeBinary()), column("assertion_signature", sa.LargeBinary()),
        column("nonce", sa.String(64)), column("created_at", MOMENT), unique("approval_evidence", "signature_id"),
    )  # fmt: skip
    index("passkeys", "person_id")
    index("passkey_wrappings", "key_id")
    index("passkey_challenges", "login_session_id")
    index("passkey_challenges", "expires_at")


def downgrade() -> None:
    for name in ("approval_evidence", "passkey_challenges", "passkey_wrappings", "passkeys"):
        op.drop_table(name)
