"""The way of a letter through its office: who initials it, who signs it, and what became of each step."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, FetchedValue, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.mandate import Mandate
from webapp.models.person import Person


class StepKind(StrEnum):
    HIERARCHY = "hierarki"  # paraf hierarki: up the line
    COORDINATION = "koordinasi"  # paraf koordinasi: across units
    VERIFICATION = "verifikasi"
    SIGNATURE = "tanda_tangan"


class StepState(StrEnum):
    WAITING = "waiting"  # menunggu giliran
    OPEN = "open"  # terbuka
    DONE = "done"  # selesai
    RETURNED = "returned"  # dikembalikan
    SKIPPED = "skipped"  # dilewati: handed to somebody else, or the round ended before it was this step's turn


IS_OPEN = text("state = 'open'")
BY_DEPUTY = text("mandate_id IS NOT NULL")
INITIALLED = text("kind <> 'tanda_tangan' AND opened_at IS NOT NULL")
SIGNED = text("kind = 'tanda_tangan' AND mandate_id IS NULL AND (acted_at IS NOT NULL OR state = 'open')")
DATED = ("person_id", "dated_on", "letter_id")


class Step(Base):
    """One person's part. Steps of one position are parallel, positions serial; a new round waits from its beginning."""

    __tablename__ = "steps"
    __table_args__ = (
        # The backstop: nobody has one letter before him twice.
        Index("uq_steps_open", "letter_id", "person_id", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_steps_person_id_state", "person_id", "state"),
        Index("ix_steps_mandate_id", "mandate_id", sqlite_where=BY_DEPUTY, postgresql_where=BY_DEPUTY),
        # Whom a step has reached (`was_seen`), in the order of lists: what domain/visibility.py asks for.
        Index("ix_steps_initialled_dated", *DATED, sqlite_where=INITIALLED, postgresql_where=INITIALLED),
        Index("ix_steps_signed_dated", *DATED, sqlite_where=SIGNED, postgresql_where=SIGNED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    dated_on: Mapped[date | None] = mapped_column(FetchedValue(), deferred=True)  # its letter's: triggers keep it
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"))  # by which he does it for its official
    state: Mapped[StepState] = mapped_column(String(20), default=StepState.WAITING)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id"))  # acted on
    digest: Mapped[str | None] = mapped_column(String(64))  # of what was shown and acted on
    note: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    acted_by: Mapped[Person | None] = relationship(foreign_keys=[acted_by_id])
    mandate: Mapped[Mandate | None] = relationship()

    @property
    def official(self) -> Person:
        """Whose step it is, also while a deputy has it."""
        return self.mandate.principal if self.mandate is not None else self.person

    @property
    def is_signature(self) -> bool:
        return self.kind == StepKind.SIGNATURE

    @property
    def was_seen(self) -> bool:
        """Whether its person has had the letter before him. A signer only while it waits for him, or he has acted."""
        if self.is_signature:
            return self.acted_at is not None or self.state == StepState.OPEN
        return self.opened_at is not None


class Opinion(Base):
    """A second opinion: a colleague reads and writes one note; nothing waits for it."""

    __tablename__ = "opinions"
    __table_args__ = (
        UniqueConstraint("letter_id", "version_id", "person_id"),
        Index("ix_opinions_person_dated", *DATED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    dated_on: Mapped[date | None] = mapped_column(FetchedValue(), deferred=True)  # as of a step
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    question: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])


class ChainTemplate(Base):
    """A chain that an office keeps under a name: its reviewers, then its signers; for letters of a type, or for all."""

    __tablename__ = "chain_templates"
    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    steps: Mapped[list[dict]] = mapped_column(JSON)  # [{person_id, kind, together}]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def reviewing(self) -> list[dict]:
        return [one for one in self.steps if one["kind"] != StepKind.SIGNATURE]

    @property
    def signing(self) -> list[dict]:
        """None in a chain that was kept when chains were reviewers only."""
        return [one for one in self.steps if one["kind"] == StepKind.SIGNATURE]
