"""Verified identities, the officials' keys and certificates, and the embedded authority."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.person import Person


class IdentityVerification(Base):
    """Who checked what, face to face, before a key may exist."""

    __tablename__ = "identity_verifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    registrar_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    documents: Mapped[str] = mapped_column(String(300))  # what was seen; never a NIK (UU Adminduk art. 79)
    method: Mapped[str] = mapped_column(String(40))  # tatap_muka | panggilan_video
    note: Mapped[str] = mapped_column(String(500), default="")
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    registrar: Mapped[Person] = relationship(foreign_keys=[registrar_id])


class SigningKey(Base):
    """An official's private key, wrapped by what only that person has, or what opens it at another custodian."""

    __tablename__ = "signing_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    verification_id: Mapped[int] = mapped_column(ForeignKey("identity_verifications.id"))  # no check, no key
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("signing_keys.id"))  # whose place it takes when certified
    custodian: Mapped[str] = mapped_column(String(20), default="vault")
    spki: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)  # key or token PIN; None at a provider, or destroyed
    details: Mapped[dict | None] = mapped_column(JSON)  # {token} of an HSM, {credential, algorithm, asks} of a provider
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    destroyed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    verification: Mapped[IdentityVerification] = relationship()
    renews: Mapped[SigningKey | None] = relationship(remote_side=[id])
    certificate: Mapped[Certificate | None] = relationship(back_populates="key", lazy="joined")

    @property
    def is_closed(self) -> bool:
        """No password opens it since a reset; a passkey may."""
        return self.wrapped is None and not (self.details or {}).get("credential")


class Certificate(Base):
    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_keys.id"), unique=True)
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("authorities.id"))  # None: issued by a provider
    registrar_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    serial: Mapped[str] = mapped_column(String(48), unique=True)  # hex
    der: Mapped[bytes] = mapped_column(LargeBinary)
    chain_pem: Mapped[str | None] = mapped_column(Text)  # above a provider's certificate, nearest first
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warned_days: Mapped[int | None]  # the last of 60, 30, 7 that was mailed
    revocation_reason: Mapped[str | None] = mapped_column(String(40))  # RFC 5280 reason name
    suspended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # on hold since; None when it is not

    key: Mapped[SigningKey] = relationship(back_populates="certificate", lazy="joined")
    authority: Mapped[Authority | None] = relationship(lazy="joined")


class Authority(Base):
    """A generation of the embedded authority: the root certificate and the issuing one below it."""

    __tablename__ = "authorities"

    id: Mapped[int] = mapped_column(primary_key=True)
    root_der: Mapped[bytes] = mapped_column(LargeBinary)
    issuing_der: Mapped[bytes] = mapped_column(LargeBinary)
    # The lists grow with the years; the authority comes along with every certificate, and few ask for them.
    crl_der: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    root_crl_der: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # None before the root signed one
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Suspension(Base):
    """A hold that has ended: signatures made within it do not count."""

    __tablename__ = "suspensions"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ServiceKey(Base):
    """A key that the server uses by itself (OCSP, time-stamps, status lists, seals): sealed under its own key only."""

    __tablename__ = "service_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authorities.id"))
    purpose: Mapped[str] = mapped_column(String(20), index=True)
    serial: Mapped[str] = mapped_column(String(48), unique=True)  # hex
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  # PKCS#8, AES-256-GCM; empty once retired
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # for keyCompromise, the only reason there is
    certificate_der: Mapped[bytes] = mapped_column(LargeBinary)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime)

    authority: Mapped[Authority] = relationship(lazy="joined")


class Timestamp(Base):
    """One time-stamp given: the row makes its serial number unique and lasting."""

    __tablename__ = "timestamps"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    imprint: Mapped[str] = mapped_column(String(128))  # the stamped hash, hex
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuthorityShare(Base):
    """The issuing key, wrapped for one registrar, or for a one-time code that the next registrar types in."""

    __tablename__ = "authority_shares"
    __table_args__ = (UniqueConstraint("authority_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authorities.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    code_salt: Mapped[bytes | None] = mapped_column(LargeBinary)  # set while it waits for the code
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
