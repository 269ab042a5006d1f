"""Several letters that one official approves with one code."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Letter
from webapp.models.person import Person


class Outcome(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"
    FAILED = "failed"


class Batch(Base):
    """The list that was shown. `digest` is what the code consents to: it covers each letter as it was shown."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    items: Mapped[list[BatchItem]] = relationship(order_by="BatchItem.id", cascade="all, delete-orphan")

    def of(self, outcome: Outcome) -> list[BatchItem]:
        return [item for item in self.items if item.outcome == outcome]

    @property
    def is_practice(self) -> bool:
        """All of them are, or none."""
        return any(item.letter.is_practice for item in self.items)

    @property
    def counts(self) -> dict[str, int]:
        """How many letters came to what."""
        return {outcome: len(self.of(outcome)) for outcome in Outcome}


class BatchItem(Base):
    __tablename__ = "batch_items"
    __table_args__ = (UniqueConstraint("batch_id", "letter_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    approval_digest: Mapped[str] = mapped_column(String(64))  # of the letter as it was shown
    outcome: Mapped[Outcome] = mapped_column(String(10), default=Outcome.WAITING)
    cause: Mapped[str] = mapped_column(String(300), default="")  # the sentence why it failed, as the source has it

    letter: Mapped[Letter] = relationship()
