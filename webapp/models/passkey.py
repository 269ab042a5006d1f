"""Passkeys (WebAuthn), the keys that they open, their challenges, and what they proved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Signature


class Passkey(Base):
    """A credential of one authenticator. Only its public half is here."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)  # base64url; at most 1023 bytes
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # COSE_Key
    sign_count: Mapped[int] = mapped_column(BigInteger)  # unsigned 32 bits
    name: Mapped[str] = mapped_column(String(60))
    transports: Mapped[list[str]] = mapped_column(JSON)
    prf_salt: Mapped[bytes] = mapped_column(LargeBinary)  # what the PRF is asked for; worth nothing without it
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyWrapping(Base):
    """An official's signing key, wrapped by what one passkey's PRF puts out."""

    __tablename__ = "passkey_wrappings"
    __table_args__ = (UniqueConstraint("passkey_id", "key_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    passkey_id: Mapped[int] = mapped_column(ForeignKey("passkeys.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_keys.id"), index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasskeyChallenge(Base):
    """A nonce for one log-in session and one kind of action, good once and for minutes."""

    __tablename__ = "passkey_challenges"

    id: Mapped[int] = mapped_column(primary_key=True)
    login_session_id: Mapped[int] = mapped_column(ForeignKey("login_sessions.id"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    nonce: Mapped[str] = mapped_column(String(64), unique=True)  # hex
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_for: Mapped[str] = mapped_column(String(64), default="")  # digest of the assertion that spent it


class ApprovalEvidence(Base):
    """The assertion with which a letter was approved or rejected; complete: it can be checked without this system."""

    __tablename__ = "approval_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signatures.id"), unique=True)  # None: rejected
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    action: Mapped[str] = mapped_column(String(20), default="sign")  # sign | reject, as in the challenge
    about: Mapped[str | None] = mapped_column(String(300))  # as in the challenge; None in rows from before the column
    passkey_name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[str] = mapped_column(String(1400))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)  # as it was: the passkey may be removed later
    authenticator_data: Mapped[bytes] = mapped_column(LargeBinary)
    client_data: Mapped[bytes] = mapped_column(LargeBinary)  # clientDataJSON
    assertion_signature: Mapped[bytes] = mapped_column(LargeBinary)
    nonce: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    signature: Mapped[Signature | None] = relationship()
