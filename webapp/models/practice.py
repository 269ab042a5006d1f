"""Practice: the authority whose signatures count for nothing, and how drills were answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.models.base import Base, UtcDateTime


class Part(StrEnum):
    """Which part of the work a practice letter is for. Its trainee is everybody else on it too."""

    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    SIGNER = "signer"
    CHECKER = "checker"  # whoever holds a printed letter


class PracticeAuthority(Base):
    """A root of its own. Both keys are the server's alone: what they sign is nobody's word."""

    __tablename__ = "practice_authorities"

    id: Mapped[int] = mapped_column(primary_key=True)
    root_der: Mapped[bytes] = mapped_column(LargeBinary)
    seal_der: Mapped[bytes] = mapped_column(LargeBinary)  # certificate of the key that makes practice seals
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # private scalars of root and seal key, AES-256-GCM
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)


class Drill(Base):
    """One attempt. What is genuine in it is known to the server alone until it is answered."""

    __tablename__ = "drills"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    drill: Mapped[str] = mapped_column(String(20))
    papers: Mapped[list[dict]] = mapped_column(JSON)  # {kind, sha256 (of the picture), address, told: [[label, text]]}
    answers: Mapped[list[str]] = mapped_column(JSON, default=list)  # a kind for each paper, once answered
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
