"""The values in which a verification answers: problems, facts of each signature, changes, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signing.chains import Link
from signing.changes import Change


class ProblemCode(StrEnum):
    """Why a file is not valid. Stable: pages, tests and the command line name them."""

    UNREADABLE = "unreadable"  # not a PDF that can be read
    NO_SIGNATURE = "no_signature"
    UNSUPPORTED = "unsupported"  # a signature of a kind that we do not understand
    FORGED_RANGE = "forged_range"  # the byte range leaves out more, or other, than the signature itself
    NOT_INTACT = "not_intact"  # digest or signature do not fit
    MODIFIED = "modified"  # changed after signing
    COVERED = "covered"  # a later mark stands over text that was signed
    SIGNATURE_REMOVED = "signature_removed"  # it was signed once, and a later revision hides that
    NOT_WHOLE_FILE = "not_whole_file"  # bytes follow that no signature covers
    NOT_TRUSTED = "not_trusted"  # no chain to an anchor
    WRONG_USAGE = "wrong_usage"  # the certificate is for something else than signing documents
    EXPIRED = "expired"  # certificate outside its validity at the moment asked about
    REVOKED = "revoked"
    WEAK_ALGORITHM = "weak_algorithm"
    BAD_TIMESTAMP = "bad_timestamp"


class Verdict(StrEnum):
    """The conclusion in one word, for a file or for one of its signatures. Stable, as above."""

    VALID = "valid"
    BROKEN = "broken"
    CHANGED = "changed_after_signing"
    REVOKED = "revoked"
    NOT_TRUSTED = "not_trusted"
    EXPIRED = "expired_without_proof_of_time"
    NO_SIGNATURE = "no_signature"


_GRAVEST_FIRST = (
    (
        Verdict.BROKEN,
        {ProblemCode.UNREADABLE, ProblemCode.UNSUPPORTED, ProblemCode.FORGED_RANGE, ProblemCode.NOT_INTACT},
    ),
    (
        Verdict.CHANGED,
        {ProblemCode.MODIFIED, ProblemCode.COVERED, ProblemCode.SIGNATURE_REMOVED, ProblemCode.NOT_WHOLE_FILE},
    ),
    (Verdict.REVOKED, {ProblemCode.REVOKED}),
    (
        Verdict.NOT_TRUSTED,
        {
            ProblemCode.NOT_TRUSTED,
            ProblemCode.WRONG_USAGE,
            ProblemCode.BAD_TIMESTAMP,
            ProblemCode.WEAK_ALGORITHM,  # it fits, but may fit something else as well (EN 319 102-1: indeterminate)
        },
    ),
    (Verdict.EXPIRED, {ProblemCode.EXPIRED}),
    (Verdict.NO_SIGNATURE, {ProblemCode.NO_SIGNATURE}),
)


class Coverage(StrEnum):
    """What a signature covers of the file as it is now."""

    WHOLE_FILE = "whole_file"
    REVISION = "revision"  # everything up to the revision that it was made in
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Problem:
    """One thing wrong, with a short English detail for logs and, where it is about one signature, its field."""

    code: ProblemCode
    detail: str = ""
    field: str = ""
    pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """A time-stamp inside a signature: its time and who gave it. Only a trusted one proves anything."""

    at: datetime
    authority: str
    is_trusted: bool


@dataclass(frozen=True)
class SignatureFacts:
    """What one signature says. All but `problems` is the signer's own claim unless `is_valid`."""

    field: str
    kind: str  # "signature" or "timestamp" (a document time-stamp)
    problems: tuple[Problem, ...]
    covers: Coverage
    claimed_at: datetime | None  # /M: the signing server's clock, not a trusted time
    reason: str
    location: str
    common_name: str
    organization: str
    organizational_unit: str
    title: str
    issuer: str  # common name of who issued the certificate, or his whole name
    serial: int  # of the certificate
    certificate_der: bytes
    byte_range: tuple[int, ...]
    anchor_der: bytes = b""  # the trusted root that the chain ends at, if it does
    chain: tuple[Link, ...] = ()  # the signer's certificate first, the anchor last
    chain_state: str = "untrusted"  # at signing time: good, unknown (unrevoked is not proven), revoked, expired, ...
    timestamp: Stamp | None = None  # inside the signature
    level: str = "B-B"  # B-B, B-T, B-LT or B-LTA (ETSI EN 319 142-1), as far as its evidence holds
    proven_at: datetime | None = None  # the time that a time-stamp proves it to have existed at

    @property
    def is_valid(self) -> bool:
        """Whether this signature stands, whole-file coverage aside."""
        return not self.problems

    @property
    def covers_whole_file(self) -> bool:
        return self.covers == Coverage.WHOLE_FILE

    @property
    def verdict(self) -> Verdict:
        return conclude(self.problems)

    def __bool__(self) -> bool:
        raise TypeError("ask .is_valid")


@dataclass(frozen=True)
class Verification:
    """The verdict. Cannot be mistaken for a boolean."""

    problems: tuple[Problem, ...]
    signatures: tuple[SignatureFacts, ...]
    changes: tuple[Change, ...] = ()
    holds_range: bool = False  # whether anything in the bytes looks like a signature

    @property
    def is_valid(self) -> bool:
        """True only if there are signatures and nothing whatever is wrong."""
        return not self.problems and bool(self.signatures)

    @property
    def verdict(self) -> Verdict:
        """A file that cannot be read and holds nothing like a signature has none."""
        codes = {problem.code for problem in self.problems}
        if codes == {ProblemCode.UNREADABLE} and not self.holds_range:
            return Verdict.NO_SIGNATURE
        return conclude(self.problems)

    def changes_after(self, entry: SignatureFacts) -> tuple[Change, ...]:
        """What followed one of the signatures, also what followed later ones."""
        end = sum(entry.byte_range[2:4])
        return tuple(change for change in self.changes if change.end >= end > 0)

    def __bool__(self) -> bool:
        raise TypeError("ask .is_valid")


def conclude(problems: Iterable[Problem]) -> Verdict:
    """The gravest of the problems names the verdict."""
    codes = {problem.code for problem in problems}
    return next((verdict for verdict, those in _GRAVEST_FIRST if those & codes), Verdict.VALID)
