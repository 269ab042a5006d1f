"""Letters, their versions and their signatures."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.models.base import Base, UtcDateTime
from webapp.models.key import Certificate
from webapp.models.mandate import Mandate
from webapp.models.office import Office
from webapp.models.person import Person
from webapp.models.practice import Part
from webapp.models.step import Opinion, Step


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"  # menunggu paraf
    SUBMITTED = "submitted"  # menunggu tanda tangan
    RETURNED = "returned"  # dikembalikan
    WITHDRAWN = "withdrawn"  # ditarik
    REJECTED = "rejected"  # ditolak
    SIGNED = "signed"
    REVOKED = "revoked"  # dicabut
    REPLACED = "replaced"  # diganti


class Urgency(StrEnum):
    NORMAL = "biasa"
    PROMPT = "segera"
    IMMEDIATE = "sangat_segera"


class Confidentiality(StrEnum):
    NORMAL = "biasa"
    RESTRICTED = "terbatas"
    SECRET = "rahasia"
    TOP_SECRET = "sangat_rahasia"


IS_OPEN = text("state IN ('draft', 'returned', 'withdrawn', 'in_review', 'submitted')")
IS_PRACTICE = text("trainee_id IS NOT NULL")
UNSTAMPED = text("stamped_at IS NULL AND is_final IS false")
UNSTAMPED_SQLITE = text("stamped_at IS NULL AND is_final IS 0")


class Letter(Base):
    __tablename__ = "letters"
    # What domain/visibility.py asks for: who or where, then the state, in the order in which lists are shown.
    __table_args__ = (
        Index("ix_letters_dated", "dated_on", "id"),
        Index("ix_letters_state_dated", "state", "dated_on", "id"),
        Index("ix_letters_office_dated", "office_id", "dated_on", "id"),
        Index("ix_letters_office_state_dated", "office_id", "state", "dated_on", "id"),
        Index("ix_letters_drafter_dated", "drafter_id", "dated_on", "id"),
        Index("ix_letters_signer_state_dated", "signer_id", "state", "dated_on", "id"),
        # Of what is not decided yet, a few among a million: what lies longest.
        Index("ix_letters_open", "updated_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        # With the real letters in it SQLite would take it for all of them, who are no few.
        Index("ix_letters_trainee_id", "trainee_id", sqlite_where=IS_PRACTICE, postgresql_where=IS_PRACTICE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)  # of the public page; dead until the letter is signed
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    drafter_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    signer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # of several: whose turn it is, in the end the last
    signer_count: Mapped[int] = mapped_column(default=1, server_default="1")
    signed_before: Mapped[int] = mapped_column(default=0, server_default="0")  # signatures made, the last one aside
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandates.id"), index=True)  # by which its signer signs
    number: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(300))
    classification: Mapped[str] = mapped_column(String(40), default="")
    # Of domain.letter_types, where the version in force was written here; an upload has none.
    kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    urgency: Mapped[Urgency] = mapped_column(String(20), default=Urgency.NORMAL)
    confidentiality: Mapped[Confidentiality] = mapped_column(String(20), default=Confidentiality.NORMAL)
    addressee: Mapped[str] = mapped_column(String(300))
    dated_on: Mapped[date]
    state: Mapped[State] = mapped_column(String(20), default=State.DRAFT)
    reason: Mapped[str] = mapped_column(Text, default="")  # of the last return, rejection or revocation
    version_number: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)  # optimistic lock
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None]  # to be signed by the end of this day, in the office's zone
    reminded_days: Mapped[int | None]  # how many were left when it was last told
    disposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # musnah: its files are gone, its record is left
    # A practice letter (latihan): whose, and which part of the work it is for. Set when it is made, never changed
    # (a trigger holds it); None: a real letter.
    trainee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    practice_as: Mapped[Part | None] = mapped_column(String(20))

    office: Mapped[Office] = relationship(lazy="joined")
    drafter: Mapped[Person] = relationship(foreign_keys=[drafter_id], lazy="joined")
    signer: Mapped[Person] = relationship(foreign_keys=[signer_id], lazy="joined")
    mandate: Mapped[Mandate | None] = relationship()
    replaced_by: Mapped[Letter | None] = relationship(remote_side=[id])
    versions: Mapped[list[Version]] = relationship(
        back_populates="letter", order_by="Version.number", lazy="selectin", cascade="all, delete-orphan"
    )
    # The one that made the letter signed: of several the last.
    signature: Mapped[Signature | None] = relationship(
        primaryjoin="and_(Signature.letter_id == Letter.id, Signature.is_complete)", back_populates="letter",
        lazy="joined",
    )  # fmt: skip
    all_signatures: Mapped[list[Signature]] = relationship(order_by="Signature.step", viewonly=True)
    steps: Mapped[list[Step]] = relationship(
        order_by="(Step.round, Step.position, Step.id)", cascade="all, delete-orphan"
    )
    opinions: Mapped[list[Opinion]] = relationship(order_by="Opinion.id")

    __mapper_args__ = {"version_id_col": revision}

    @property
    def version(self) -> Version:
        """The one in force."""
        return self.versions[-1]

    def version_of(self, number: int | None) -> Version | None:
        return next((version for version in self.versions if version.number == number), None)

    @property
    def chain(self) -> list[Step]:
        """The steps of the round in force, the signature last."""
        return [step for step in self.steps if step.round == self.steps[-1].round]

    @property
    def reviews(self) -> list[Step]:
        """The steps of the round in force before the signature."""
        return [step for step in self.chain if not step.is_signature]

    @property
    def is_practice(self) -> bool:
        return self.trainee_id is not None

    @property
    def signing_steps(self) -> list[Step]:
        """The signatures at the end of the round in force, in their order."""
        return [step for step in self.chain if step.is_signature]

    @property
    def signers(self) -> list[Person]:
        """The officials who are to sign, or in whose place it is done; the one of a letter with one signer without a
        look at its steps."""
        if self.signer_count > 1:
            return [step.official for step in self.signing_steps]
        return [self.mandate.principal if self.mandate_id is not None else self.signer]

    @property
    def parties(self) -> list[Person]:
        """Its drafter, the officials, and who signed it for them."""
        return [self.drafter, *self.signers, *(made.person for made in self.signatures)]

    @property
    def signatures(self) -> list[Signature]:
        """Those of the version in force so far, in the order in which they were made; of a signed letter all."""
        if self.signer_count == 1:
            return [self.signature] if self.signature is not None else []
        return [made for made in self.all_signatures if made.version_id == self.version.id]

    @property
    def is_last_turn(self) -> bool:
        """Whether one signature more makes the letter a signed one."""
        return self.version.turn >= self.signer_count

    @property
    def is_confidential(self) -> bool:
        return self.confidentiality != Confidentiality.NORMAL


class Version(Base):
    """One uploaded file of a letter and the file prepared from it. Rows are added, never overwritten by a revision."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    number: Mapped[int]
    filename: Mapped[str] = mapped_column(String(200))
    # Of the upload, or of its repaired copy: the mark goes after it.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    original_sha256: Mapped[str | None] = mapped_column(String(64))  # of the untouched upload, where it was repaired
    repairs: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # codes of signing.documents
    bytes: Mapped[int]
    pages: Mapped[int]
    page_sizes: Mapped[list[list[float]]] = mapped_column(JSON)  # points, as displayed
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)  # codes of signing.documents
    # {"stated", "numbers": [normalised], "dates": [ISO]} in the text; None: not looked for
    mentions: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    suggestion: Mapped[dict | None] = mapped_column(JSON)  # {page, x, y, width, height, by: "tag"|"space"}
    placement: Mapped[dict | None] = mapped_column(JSON)  # {page, x, y, width, height} points from the top left
    covered_text: Mapped[str] = mapped_column(String(300), default="")  # what the drafter was warned of
    prepared_sha256: Mapped[str | None] = mapped_column(String(64))  # with mark and placeholder
    prepared_holes: Mapped[dict | None] = mapped_column(JSON)
    turn: Mapped[int] = mapped_column(default=1, server_default="1")  # whose signature the prepared file waits for
    # Of the later signers, as `placement` with "person_id"; empty where there is one signer.
    later_placements: Mapped[list[dict]] = mapped_column(JSON, default=list, server_default="[]")
    # {"sha256", "holes"} as prepared for the first, kept once he has signed: with it everything can begin anew.
    unsigned: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    text_sha256: Mapped[str | None] = mapped_column(String(64))  # of the text in it, a document of its own
    source_sha256: Mapped[str | None] = mapped_column(String(64))  # of what was typed, where it was written here
    # Where the page has tags for number or date: the file with them, how many of each kind, and what stands there now.
    blank_sha256: Mapped[str | None] = mapped_column(String(64))
    blanks: Mapped[dict[str, int]] = mapped_column(JSON, default=dict, server_default="{}")
    inscribed: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    letter: Mapped[Letter] = relationship(back_populates="versions")

    @property
    def upload_sha256(self) -> str | None:
        """Of the file as it came, where another is signed: a repaired one, or one with number and date written in."""
        return self.original_sha256 or (self.blank_sha256 if self.inscribed else None)


class Signature(Base):
    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("letter_id", "step"),  # the backstop: a step is signed once
        Index("ix_signatures_unstamped", "signed_at", sqlite_where=UNSTAMPED_SQLITE, postgresql_where=UNSTAMPED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"))
    step: Mapped[int] = mapped_column(default=1)  # counts all signatures of the letter, also those of older versions
    is_complete: Mapped[bool] = mapped_column(default=True, server_default=text("true"))  # nobody had to sign after it
    version_id: Mapped[int] = mapped_column(ForeignKey("versions.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))  # None: see `remote`
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # of the signed file
    approval_digest: Mapped[str] = mapped_column(String(64))  # of what was shown and approved
    level: Mapped[str] = mapped_column(String(8))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    archived_sha256: Mapped[str | None] = mapped_column(String(64), index=True)  # with evidence and time-stamp appended
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the newest time-stamp
    renew_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_away: Mapped[bool | None]  # approved from outside the offices' networks; None: not known
    is_final: Mapped[bool] = mapped_column(default=False)  # it allows nothing to be appended, so it stays as it came
    # As they were when signing: the public page must not change when a person moves on.
    signer_name: Mapped[str] = mapped_column(String(240))
    signer_position: Mapped[str] = mapped_column(String(160))
    authority: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))  # a deputy's: see mandates.authority

    letter: Mapped[Letter] = relationship(back_populates="signature", foreign_keys=[letter_id])
    person: Mapped[Person] = relationship()
    certificate: Mapped[Certificate | None] = relationship(lazy="joined")

    @property
    def file_sha256(self) -> str:
        """Of the file that is given out: the archived one as soon as there is one."""
        return self.archived_sha256 or self.sha256
