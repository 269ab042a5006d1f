"""The values in which a verification answers: problems, facts of each signature, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


class ProblemCode(StrEnum):
    """Why a file is not valid. Stable: pages, tests and the command line name them."""

    UNREADABLE = "unreadable"  # not a PDF that can be read
    NO_SIGNATURE = "no_signature"
    UNSUPPORTED = "unsupported"  # a signature of a kind that we do not understand
    FORGED_RANGE = "forged_range"  # the byte range leaves out more, or other, than the signature itself
    NOT_INTACT = "not_intact"  # digest or signature do not fit
    MODIFIED = "modified"  # changed after signing
    COVERED = "covered"  # a later mark stands over text that was signed
    NOT_WHOLE_FILE = "not_whole_file"  # bytes follow that no signature covers
    NOT_TRUSTED = "not_trusted"  # no chain to an anchor
    EXPIRED = "expired"  # certificate outside its validity at the moment asked about
    REVOKED = "revoked"
    WEAK_ALGORITHM = "weak_algorithm"
    BAD_TIMESTAMP = "bad_timestamp"


@dataclass(frozen=True)
class Problem:
    """One thing wrong, with a short English detail for logs and, where it is about one signature, its field."""

    code: ProblemCode
    detail: str = ""
    field: str = ""


@dataclass(frozen=True)
class SignatureFacts:
    """What one signature says. All but `problems` is the signer's own claim unless `is_valid`."""

    field: str
    kind: str  # "signature" or "timestamp" (a document time-stamp)
    problems: tuple[Problem, ...]
    covers_whole_file: bool
    claimed_at: datetime | None  # /M: the signing server's clock, not a trusted time
    reason: str
    location: str
    common_name: str
    organization: str
    organizational_unit: str
    title: str
    serial: int  # of the certificate
    certificate_der: bytes
    byte_range: tuple[int, ...]
    level: str = "B-B"  # B-B, B-T or B-LTA (ETSI EN 319 142-1), as far as its time-stamps hold
    proven_at: datetime | None = None  # the time that a time-stamp after it proves it to have existed at

    @property
    def is_valid(self) -> bool:
        """Whether this signature stands, whole-file coverage aside."""
        return not self.problems

    def __bool__(self) -> bool:
        raise TypeError("ask .is_valid")


@dataclass(frozen=True)
class Verification:
    """The verdict. Cannot be mistaken for a boolean."""

    problems: tuple[Problem, ...]
    signatures: tuple[SignatureFacts, ...]

    @property
    def is_valid(self) -> bool:
        """True only if there are signatures and nothing whatever is wrong."""
        return not self.problems and bool(self.signatures)

    def __bool__(self) -> bool:
        raise TypeError("ask .is_valid")


def facts(signature: EmbeddedPdfSignature, problems: tuple[Problem, ...], *, covers_whole_file: bool) -> SignatureFacts:
    """Read the facts out of pyHanko's object."""
    certificate = signature.signer_cert
    subject = certificate.subject.native
    entries = signature.sig_object
    return SignatureFacts(
        field=signature.field_name,
        problems=problems,
        covers_whole_file=covers_whole_file,
        kind="timestamp" if signature.sig_object_type == "/DocTimeStamp" else "signature",
        claimed_at=signature.self_reported_timestamp,
        serial=certificate.serial_number,
        reason=str(entries.get("/Reason", "")),
        location=str(entries.get("/Location", "")),
        common_name=_text(subject, "common_name"),
        organization=_text(subject, "organization_name"),
        organizational_unit=_text(subject, "organizational_unit_name"),
        title=_text(subject, "title"),
        certificate_der=certificate.dump(),
        byte_range=tuple(int(number) for number in signature.byte_range),
    )


def _text(subject: dict[str, object], key: str) -> str:
    value = subject.get(key, "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
