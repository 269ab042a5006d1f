"""The head (kop) of an office's letters, for letters that are written here."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base


class Letterhead(Base):
    __tablename__ = "letterheads"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    above: Mapped[str] = mapped_column(String(200))  # whom the office belongs to
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[list[str]] = mapped_column(JSON)  # up to three lines
    place: Mapped[str] = mapped_column(String(80))  # where letters are dated
    paper: Mapped[str] = mapped_column(String(4))  # F4 | A4
    emblem_sha256: Mapped[str | None] = mapped_column(String(64))  # of a PNG, a document of its own
