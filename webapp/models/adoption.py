"""How far the offices are with the product: trainings, and the figures of each month."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class Training(Base):
    """A course that a person has completed, once each."""

    __tablename__ = "trainings"
    __table_args__ = (UniqueConstraint("person_id", "course"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    course: Mapped[str] = mapped_column(String(120))
    completed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: the product itself
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class OfficeMonth(Base):
    """The figures of one office in one month; without an office those of the whole.

    People are counted when the row is made, so the rows of months from before the figures were kept have none.
    """

    __tablename__ = "office_months"
    __table_args__ = (UniqueConstraint("office_id", "month"), Index("ix_office_months_month", "month", "office_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))
    month: Mapped[date]  # its first day
    signed: Mapped[int] = mapped_column(default=0)  # letters
    outside_hours: Mapped[int] = mapped_column(default=0)  # of them
    located: Mapped[int] = mapped_column(default=0)  # of them, where it is known whether it was in an office
    away: Mapped[int] = mapped_column(default=0)  # of the located
    median_seconds: Mapped[int | None]  # from the (last) submission to the signature
    people: Mapped[int | None]
    signers: Mapped[int | None]
    verified: Mapped[int | None]  # of the signers
    enrolled: Mapped[int | None]  # of the people, as the next two
    trained: Mapped[int | None]
    active: Mapped[int | None]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
