"""What became of each message that told somebody of a step, or of many at once, and how a person wants to be told."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class Channel(StrEnum):
    PUSH = "push"
    MAIL = "mail"


class Rung(StrEnum):
    """Why somebody is told of a step."""

    OWN = "own"  # it is his
    OFFERED = "offered"  # to him as a deputy
    UNOPENED = "unopened"  # whom it waits for did not open the letter


class AlertState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"  # taken by the push service of a device at least, or by the mail server
    FAILED = "failed"  # so far: what can succeed is tried again


class Alert(Base):
    """One message by one channel. The constraints keep a job that runs twice from telling twice."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("step_id", "asked_at", "person_id", "rung", "channel"),
        UniqueConstraint("gathering_id", "asked_at", "person_id", "rung", "channel"),
        CheckConstraint("(step_id IS NULL) <> (gathering_id IS NULL)", name="ck_alerts_of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("steps.id"))
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gatherings.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)  # opened again after a recall, a step is told of anew
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    rung: Mapped[Rung] = mapped_column(String(10))
    channel: Mapped[Channel] = mapped_column(String(4))
    state: Mapped[AlertState] = mapped_column(String(8))
    cause: Mapped[str] = mapped_column(String(12), default="")  # no_device, gone, down
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # of the state

    person: Mapped[Person] = relationship()


class Rhythm(StrEnum):
    """How often mail comes that can wait."""

    IMMEDIATE = "immediate"
    HOURLY = "hourly"
    TWICE_DAILY = "twice_daily"


class Preference(Base):
    """Of whoever wants another than the usual; beside `people`, so that no request reads it."""

    __tablename__ = "preferences"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    rhythm: Mapped[Rhythm] = mapped_column(String(12), default=Rhythm.IMMEDIATE)
    quiet_from: Mapped[int | None]  # minutes of the day in the person's own zone; None: never quiet
    quiet_until: Mapped[int | None]
