"""Roots of other authorities that an administrator trusts for the public check of files; never for our own letters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class TrustAnchor(Base):
    __tablename__ = "trust_anchors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))  # of the list that it came with
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    certificate_der: Mapped[bytes] = mapped_column(LargeBinary)
    is_certified: Mapped[bool]  # in the sense of PP 71/2019, article 60: an Indonesian PSrE
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    added_by: Mapped[Person] = relationship()
