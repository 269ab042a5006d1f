"""The numbers of letters: an office's patterns, its counter for each year, and its number book."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Letter
from webapp.models.person import Person


class NumberState(StrEnum):
    HELD = "held"  # by its letter: reserved while it is a draft, used once it is signed
    FREE = "free"  # given back: the next letter gets it
    VOID = "void"  # batal: given back, and never used again


class NumberPattern(Base):
    __tablename__ = "number_patterns"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))  # the letter type it is for
    pattern: Mapped[str] = mapped_column(String(80))


class NumberCounter(Base):
    __tablename__ = "number_counters"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start: Mapped[int] = mapped_column(default=0)  # the last one that an older book gave out
    last: Mapped[int] = mapped_column(default=0)


class LetterNumber(Base):
    """One line of the book. Lines are never deleted where the counter gave them."""

    __tablename__ = "letter_numbers"
    __table_args__ = (
        UniqueConstraint("office_id", "year", "sequence"),
        UniqueConstraint("office_id", "year", "key"),
        # The backstop: a letter holds one number.
        Index(
            "uq_letter_numbers_held", "letter_id", unique=True,
            sqlite_where=text("state = 'held'"), postgresql_where=text("state = 'held'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    year: Mapped[int]
    sequence: Mapped[int | None]  # None: typed, and of no pattern
    text: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(320))  # the text normalised, as in the public log
    pattern: Mapped[str] = mapped_column(String(80), default="")  # by which it was given; "": typed
    state: Mapped[NumberState] = mapped_column(String(10))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))  # its holder, or who held it last
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # who did the last thing to it
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")

    letter: Mapped[Letter | None] = relationship()
    by: Mapped[Person] = relationship()
