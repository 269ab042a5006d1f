"""To whom a signed letter goes besides those who made it, and what became of each mail to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class RecipientKind(StrEnum):
    ADDRESSEE = "tujuan"
    COPY = "tembusan"


class Notice(StrEnum):
    """What a mail tells."""

    SIGNED = "signed"
    REVOKED = "revoked"
    REPLACED = "replaced"


class Manner(StrEnum):
    """How the letter itself goes along."""

    ATTACHMENT = "attachment"
    LINK = "link"  # the public page
    PERSONAL = "personal"  # a link of one's own, with a code
    NOTHING = "nothing"  # only that there is one


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"  # taken by the mail server
    REFUSED = "refused"  # by the mail server, for good
    FAILED = "failed"  # tried as often as any mail is
    CANCELLED = "cancelled"  # the letter was no longer in force when its turn came


class Recipient(Base):
    __tablename__ = "recipients"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    kind: Mapped[RecipientKind] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200), default="")  # empty: on paper, or the person's own
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # somebody inside
    added_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    deliveries: Mapped[list[Delivery]] = relationship(
        back_populates="recipient", order_by="Delivery.id", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def address(self) -> str:
        """Where mail goes now; empty where it goes nowhere."""
        if self.person is None:
            return self.email
        return self.person.email if self.person.disabled_at is None else ""

    @property
    def is_troubled(self) -> bool:
        """Whether the newest mail did not arrive as far as is known."""
        return bool(self.deliveries) and bool(self.deliveries[-1].error)


class Delivery(Base):
    """One mail to one recipient. The constraint is what keeps a retried job from sending another."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("recipient_id", "notice", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("recipients.id"))
    notice: Mapped[Notice] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(default=1)  # 2 and more were asked for by the drafter
    manner: Mapped[Manner] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(String(200))
    state: Mapped[DeliveryState] = mapped_column(String(10), default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Of a personal link. Neither token nor code is kept: one is made from the server key, of the other a keyed digest.
    nonce: Mapped[str] = mapped_column(String(32), default="")
    code_mac: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    recipient: Mapped[Recipient] = relationship(back_populates="deliveries")
