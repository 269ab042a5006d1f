"""Letters that came to one person together, and what told him of all of them at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.mandate import Mandate
from webapp.models.person import Person
from webapp.models.step import Step

UNTOLD = text("gathering_id IS NULL")


class Gathering(Base):
    """One notice about several letters, by whatever channels. Which letters is fixed when it is made."""

    __tablename__ = "gatherings"
    __table_args__ = (Index("ix_gatherings_source_person_id", "source", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))  # by which they are offered to a deputy
    source: Mapped[str] = mapped_column(String(40))  # what they came out of: merge-7, batch-3, ...
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the list in which they are approved together

    person: Mapped[Person] = relationship()
    mandate: Mapped[Mandate | None] = relationship()


class GatheredStep(Base):
    """A step that opened for a person together with others; who it is told to may be the official's deputy."""

    __tablename__ = "gathered_steps"
    __table_args__ = (
        Index("ix_gathered_steps_untold", "person_id", "source", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("steps.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))
    source: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gatherings.id"), index=True)  # None: not told yet

    step: Mapped[Step] = relationship()
