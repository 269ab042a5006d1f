"""A table of offices, people or trainings that an administrator uploaded: looked at first, applied at a press."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class Import(Base):
    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # offices | people | trainings
    filename: Mapped[str] = mapped_column(String(200))  # as it was called; only ever shown
    sha256: Mapped[str] = mapped_column(String(64))  # of the file
    rows: Mapped[list] = mapped_column(JSON)  # [line, {column: text}, [what is wrong in it]]; emptied afterwards
    notes: Mapped[list] = mapped_column(JSON)  # headings that nobody knows
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[dict | None] = mapped_column(JSON)  # how many of each, once applied

    person: Mapped[Person] = relationship(lazy="joined")
