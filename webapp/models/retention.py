"""How long letters are kept (jadwal retensi arsip), what must not go yet, and what was disposed of."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Letter
from webapp.models.office import Office
from webapp.models.person import Person


class Fate(StrEnum):
    DESTROY = "musnah"
    PERMANENT = "permanen"


class DisposalState(StrEnum):
    PROPOSED = "proposed"  # diusulkan, by the night
    APPROVED = "approved"  # disetujui, with a decree
    CONFIRMED = "confirmed"  # by a second person; the files are being removed
    DONE = "done"
    DROPPED = "dropped"  # dibatalkan


class RetentionRule(Base):
    """One line of the schedule: of an office and those below it, for a classification code and those below it, perhaps
    for one letter type alone."""

    __tablename__ = "retention_rules"
    __table_args__ = (UniqueConstraint("office_id", "classification", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    classification: Mapped[str] = mapped_column(String(40))  # empty: every other letter
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")  # as Letter.kind; empty: every type
    active_years: Mapped[int]
    inactive_years: Mapped[int]
    fate: Mapped[Fate] = mapped_column(String(10))
    basis: Mapped[str] = mapped_column(String(200))  # the regulation it stands in

    office: Mapped[Office] = relationship()

    @property
    def years(self) -> int:
        return self.active_years + self.inactive_years


class Hold(Base):
    """A letter that must not go, whatever the schedule says: a lawsuit, an audit."""

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    letter: Mapped[Letter] = relationship()
    placed_by: Mapped[Person] = relationship(foreign_keys=[placed_by_id])


class Disposal(Base):
    """Letters of one office that are disposed of together (usul musnah, then berita acara)."""

    __tablename__ = "disposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    state: Mapped[DisposalState] = mapped_column(String(12), default=DisposalState.PROPOSED)
    decree: Mapped[str] = mapped_column(String(120), default="")  # number of the berita acara
    decree_on: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64), default="")  # of the list that was approved
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    office: Mapped[Office] = relationship()
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    items: Mapped[list[DisposalItem]] = relationship(
        back_populates="disposal", order_by="DisposalItem.letter_id", cascade="all, delete-orphan"
    )


class DisposalItem(Base):
    """One letter of it; once disposed of, the record that is left behind."""

    __tablename__ = "disposal_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposals.id"), index=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)  # the backstop: it goes once
    rule: Mapped[str] = mapped_column(String(300))  # the line of the schedule, in words of its time
    files: Mapped[list[str]] = mapped_column(JSON, default=list)  # SHA-256 of all its files
    subject_sha256: Mapped[str | None] = mapped_column(String(64))  # in place of a subject that is not kept
    disposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    files_removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    disposal: Mapped[Disposal] = relationship(back_populates="items")
    letter: Mapped[Letter] = relationship()
