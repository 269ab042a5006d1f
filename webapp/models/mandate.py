"""Mandates: by whose decree, for whom and from when to when somebody signs in another's place; and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.office import Office
from webapp.models.person import Person


class MandateKind(StrEnum):
    PLH = "plh"  # pelaksana harian: the official is away for some days
    PLT = "plt"  # pelaksana tugas: the post is vacant
    PJ = "pj"  # penjabat: appointed to the vacant post of a head
    AN = "an"  # atas nama: a subordinate signs such letters for his superior
    UB = "ub"  # untuk beliau: one level further down


PREFIXES = {
    MandateKind.PLH: "Plh.", MandateKind.PLT: "Plt.", MandateKind.PJ: "Pj.", MandateKind.AN: "a.n.",
    MandateKind.UB: "a.n.",
}  # fmt: skip


class Outcome(StrEnum):
    """How a letter left the deputy's hands."""

    SIGNED = "signed"
    REJECTED = "rejected"
    RETURNED = "returned"  # to the drafter, or to an earlier step
    RECALLED = "recalled"  # by its drafter, or by a reviewer who took his initial back
    GIVEN_BACK = "given_back"  # to the official, by either of them
    ENDED = "ended"  # with the mandate


class Mandate(Base):
    __tablename__ = "mandates"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MandateKind] = mapped_column(String(8))
    principal_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)  # to whom the letters are addressed
    deputy_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # the official, or who recorded the decree
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)  # its letters, and those below it
    position: Mapped[str] = mapped_column(String(160))  # of the official, as it was when granted
    through: Mapped[str] = mapped_column(String(160), default="")  # u.b.: whose place is between
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # still in force on that day
    zone: Mapped[str] = mapped_column(String(40))  # whose midnights the dates mean
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the first moment that is too late
    classifications: Mapped[list[str]] = mapped_column(JSON, default=list)  # prefixes of codes; empty: all letters
    letter_types: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # empty: all letters
    confidentiality: Mapped[str] = mapped_column(String(20))  # the highest level that it covers
    decree: Mapped[str] = mapped_column(String(120))  # its kind and number: SK 800.1.3/12/BKPSDM-2026
    decree_sha256: Mapped[str | None] = mapped_column(String(64))  # of its PDF, where there is one
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    declined_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(1000), default="")  # of the revocation

    principal: Mapped[Person] = relationship(foreign_keys=[principal_id])
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id], back_populates="mandates")
    granted_by: Mapped[Person] = relationship(foreign_keys=[granted_by_id])
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=[revoked_by_id])
    office: Mapped[Office] = relationship()

    @property
    def prefix(self) -> str:
        return PREFIXES[MandateKind(self.kind)]

    @property
    def is_for_absence(self) -> bool:
        """In place of the official; a.n. and u.b. stand beside him."""
        return self.kind not in (MandateKind.AN, MandateKind.UB)


class Delegation(Base):
    """One letter in the deputy's hands, and the official's own mark, kept for the letter's way back."""

    __tablename__ = "delegations"
    __table_args__ = (
        # The backstop: a letter is in one deputy's hands.
        Index(
            "uq_delegations_open", "letter_id", unique=True, sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandates.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    prepared_sha256: Mapped[str] = mapped_column(String(64))
    prepared_holes: Mapped[dict] = mapped_column(JSON)
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[Outcome | None] = mapped_column(String(20))

    mandate: Mapped[Mandate] = relationship()
