"""People, how they log in, and from which devices."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.office import Membership, Role

if TYPE_CHECKING:
    from webapp.models.mandate import Mandate


NOWHERE = "jabatan.invalid"  # RFC 2606, section 2: no mail ever goes there


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(120))  # without academic titles (Permendagri 1/2023 art. 44)
    title_before: Mapped[str] = mapped_column(String(40), default="")  # gelar depan
    title_after: Mapped[str] = mapped_column(String(60), default="")  # gelar belakang
    nip: Mapped[str | None] = mapped_column(String(18))
    rank: Mapped[str] = mapped_column(String(60), default="")  # pangkat/golongan
    position: Mapped[str] = mapped_column(String(160), default="")  # jabatan
    language: Mapped[str] = mapped_column(String(5), default="id")
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    vault_salt: Mapped[bytes | None] = mapped_column(LargeBinary)  # another salt than the password hash's
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_service: Mapped[bool] = mapped_column(default=False, server_default=false())  # another system, by an ApiToken

    memberships: Mapped[list[Membership]] = relationship(
        lazy="selectin", back_populates="person", cascade="all, delete-orphan", order_by="Membership.id"
    )
    second_factor: Mapped[SecondFactor | None] = relationship(lazy="joined", cascade="all, delete-orphan")
    mandates: Mapped[list[Mandate]] = relationship(  # by which this person may sign for others, ended ones too
        back_populates="deputy", foreign_keys="Mandate.deputy_id", order_by="Mandate.id"
    )

    @property
    def is_post(self) -> bool:
        """A post that nobody holds: letters can be addressed to it, and nobody logs in as it."""
        return self.email.endswith(f"@{NOWHERE}")

    @property
    def full_name(self) -> str:
        before = f"{self.title_before} " if self.title_before else ""
        after = f", {self.title_after}" if self.title_after else ""
        return f"{before}{self.name}{after}"

    @property
    def has_second_factor(self) -> bool:
        return self.second_factor is not None and self.second_factor.confirmed_at is not None

    def offices_as(self, *roles: Role) -> set[int]:
        """Ids of the offices where one of these roles is held directly."""
        return {m.office_id for m in self.memberships if m.role in roles}


class SecondFactor(Base):
    """A TOTP secret (RFC 6238), sealed under the server key."""

    __tablename__ = "second_factors"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)  # the newest time step that was accepted: each only once
    last_use: Mapped[str] = mapped_column(String(64), default="")  # digest of what that step was spent on


class RecoveryCode(Base):
    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))  # 80 random bits need no slow hash
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginSession(Base):
    """One device that is logged in. The token itself is only in the cookie."""

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    seal_key: Mapped[bytes] = mapped_column(LargeBinary)  # opens the cookie that holds the derived secret
    device: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: the code is still awaited
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="joined")


class Invitation(Base):
    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    nonce: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="joined")


class PushSubscription(Base):
    """A device's address at its browser's push service (RFC 8030); it ends with the log-in that made it."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (UniqueConstraint("endpoint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    login_session_id: Mapped[int] = mapped_column(ForeignKey("login_sessions.id"), index=True)
    endpoint: Mapped[str] = mapped_column(String(800))
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
