"""Officials whose certificate BSrE keeps, and each asking for a signature there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.letter import Letter, Signature
from webapp.models.person import Person


class Attempt(StrEnum):
    """How the asking for one signature stands."""

    SENDING = "sending"  # written down before the call
    UNCLEAR = "unclear"  # no answer that tells; looked for again
    SIGNED = "signed"
    REFUSED = "refused"  # the service said no: nothing was signed
    REJECTED = "rejected"  # what came back is not what was sent, or not this official's: kept as evidence
    LATE = "late"  # signed, but the letter had been withdrawn or changed meanwhile: kept as evidence
    UNKNOWN = "unknown"  # never cleared up; the official approved again


class BsreAccount(Base):
    """This person signs with BSrE. The passphrase is nowhere."""

    __tablename__ = "bsre_accounts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(200), default="")
    nik_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  # never in the clear (UU Adminduk art. 79)
    certificate_name: Mapped[str] = mapped_column(String(240))  # the certificate's common name must be this one
    status: Mapped[str] = mapped_column(String(40), default="")  # of the certificate, in BSrE's words
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    certificate_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # known from the last signature
    warned_days: Mapped[int | None]  # the last of 60, 30, 7 that was mailed
    wrong_passphrases: Mapped[int] = mapped_column(default=0)  # in a row
    registrar_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], backref=backref("bsre_account", uselist=False))


class RemoteSignature(Base):
    """One asking for one signature, committed before the call, so that none is ever forgotten."""

    __tablename__ = "remote_signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    # The letter's id while the end is open: the backstop against two at once.
    open_letter_id: Mapped[int | None] = mapped_column(unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    approval_digest: Mapped[str] = mapped_column(String(64))
    prepared_sha256: Mapped[str] = mapped_column(String(64))  # of what was read and approved
    sent_sha256: Mapped[str | None] = mapped_column(String(64))  # the same, sealed; None: nothing was sent
    state: Mapped[Attempt] = mapped_column(String(20), default=Attempt.SENDING)
    error: Mapped[str] = mapped_column(String(40), default="")
    document_id: Mapped[str] = mapped_column(String(100), default="")  # id_dokumen, known as soon as it is told
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))  # of what came back
    certificate_der: Mapped[bytes | None] = mapped_column(LargeBinary)
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signatures.id"), unique=True)

    letter: Mapped[Letter] = relationship()
    person: Mapped[Person] = relationship()
    signature: Mapped[Signature | None] = relationship(backref=backref("remote", uselist=False, lazy="joined"))
