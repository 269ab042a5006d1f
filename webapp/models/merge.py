"""Mail-merge: one template and a table make many letters, which their signer finds as one group."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Letter
from webapp.models.office import Office
from webapp.models.person import Person


class Merge(Base):
    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  # whose letters they are
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    signer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))  # a letter type, or "pdf"
    template_sha256: Mapped[str | None] = mapped_column(String(64))  # of a PDF with fields
    filename: Mapped[str] = mapped_column(String(200))  # of the table, as it was called; only ever shown
    facts: Mapped[dict] = mapped_column(JSON)  # what all letters share, as letters.create takes it; the date in ISO
    fields: Mapped[dict] = mapped_column(JSON)  # {field: text} that all letters share
    pattern_id: Mapped[int | None]  # by which numbers are taken; None: they are in the table
    columns: Mapped[list[str]] = mapped_column(JSON)  # what the table gives, by field
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the letters are being made
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # each line was tried
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # asked for; the worker hands them in
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the signer knows: all are handed in

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    signer: Mapped[Person] = relationship(foreign_keys=[signer_id])
    office: Mapped[Office] = relationship()


class MergeRow(Base):
    __tablename__ = "merge_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("merges.id"), index=True)
    line: Mapped[int]  # of the table
    values: Mapped[dict] = mapped_column(JSON)  # {column: text}
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), unique=True)  # made of it, once
    cause: Mapped[str] = mapped_column(String(300), default="")  # why it could not be, as the source has it

    letter: Mapped[Letter | None] = relationship()
