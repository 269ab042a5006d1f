"""Offices (OPD) in a tree, and the roles that people hold in them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base

if TYPE_CHECKING:
    from webapp.models.person import Person


class Role(StrEnum):
    DRAFTER = "drafter"  # pengonsep
    REVIEWER = "reviewer"  # verifikator
    SIGNER = "signer"  # penandatangan
    REGISTRAR = "registrar"  # verifikator identitas
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Office(Base):
    __tablename__ = "offices"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    path: Mapped[str] = mapped_column(String(200), default="", index=True)  # "/1/4/": one LIKE finds a subtree
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    footer: Mapped[str] = mapped_column(String(300), default="")  # the sentence under the mark
    mark_lines: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["position", "name", "rank", "nip"])
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    may_batch_unread: Mapped[bool] = mapped_column(default=False, server_default=false())  # sign without opening each

    parent: Mapped[Office | None] = relationship(remote_side=[id])

    @property
    def ancestor_ids(self) -> set[int]:
        """This office and all above it."""
        return {int(part) for part in self.path.split("/") if part}


class Membership(Base):
    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("person_id", "office_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    role: Mapped[Role] = mapped_column(String(20))

    office: Mapped[Office] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(back_populates="memberships")
