"""The audit trail: append-only, each entry holding the hash of the one before."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class AuditEntry(Base):
    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, 3 ... with no gap
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    event: Mapped[str] = mapped_column(String(60))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    facts: Mapped[str] = mapped_column(Text)  # canonical JSON: what was hashed is what is kept
    previous: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)

    actor: Mapped[Person | None] = relationship(lazy="joined")


class AuditHead(Base):
    """One row: the newest number and hash. Locking it puts writers in line, so the chain cannot fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="0" * 64)
