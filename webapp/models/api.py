"""Other systems: the tokens by which they come in, their idempotency keys, and the addresses where they are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Letter
from webapp.models.office import Office
from webapp.models.person import Person


class ApiToken(Base):
    """One token is one service identity of one office: the row in `people` that letters and the trail name."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)  # of domain.tokens.Scope
    sha256: Mapped[str] = mapped_column(String(64), unique=True)  # 256 random bits need no slow hash
    hint: Mapped[str] = mapped_column(String(8))  # its last characters, to tell tokens apart
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    office: Mapped[Office] = relationship(lazy="joined")
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])


class IdempotencyKey(Base):
    """A request that was answered, in the transaction of its effect: the same again gets the same answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # the service identity, or whose device sent it
    key: Mapped[str] = mapped_column(String(255))
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)  # 0: being answered in this very transaction
    answer: Mapped[str] = mapped_column(Text, default="")
    location: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Webhook(Base):
    """Where an office's system wants to be told, and of what."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    events: Mapped[list[str]] = mapped_column(JSON)  # of domain.webhooks.EVENTS
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)  # signs deliveries; under the server key
    old_secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # signs beside it until then
    old_secret_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by an administrator, or by the receiver's 410
    rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # after a failure: others' jobs go first

    office: Mapped[Office] = relationship(lazy="joined")


class WebhookDelivery(Base):
    """One message to one address. Its body is made when the thing happens and never changes."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))  # None: a trial
    message_id: Mapped[str] = mapped_column(String(40), unique=True)  # webhook-id: the same at every attempt
    event: Mapped[str] = mapped_column(String(40))
    body: Mapped[str] = mapped_column(Text)  # ids and states, no content of a letter
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status: Mapped[int | None]  # what the receiver answered last
    error: Mapped[str] = mapped_column(String(200), default="")
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    webhook: Mapped[Webhook] = relationship(lazy="joined")
    letter: Mapped[Letter | None] = relationship()
