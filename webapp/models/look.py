"""What somebody saw when he acted on a letter: the file and the facts beside it, to say later what changed since."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, UtcDateTime


class Act(StrEnum):
    INITIALLED = "initialled"
    RETURNED = "returned"
    OPINED = "opined"


class Look(Base):
    """Rows are added, never changed: an initial that was taken back was a look all the same."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_letter_id_person_id", "letter_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    sha256: Mapped[str] = mapped_column(String(64))  # of the file that was shown: another mark is another file
    facts: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))  # None: not kept, before there were looks
    act: Mapped[Act] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
