"""Practice letters for tests, made as the views make them."""

from __future__ import annotations

from functools import lru_cache

from webapp.domain import approvals, intake, marks, practice, signatures
from webapp.domain.work import Work
from webapp.models import Letter, Part


@lru_cache
def composed(which: int):
    """Marking and examining start children, so each invented letter is made once."""
    return {}


def letter(work: Work, part: Part, which: int = 0) -> Letter:
    """Before its trainee; a drafter's is a draft without a mark."""
    practice.require(work, part)
    kept = composed(which)
    if not kept:
        kept["made"] = practice.compose(work, which)
    sample, taken = kept["made"]
    made = practice.create(work, part, taken, sample.facts)
    if part != Part.DRAFTER:
        practice.hand_in(work, made, practice.draw(work, made))
    return made


def sign(work: Work, made: Letter, code: str) -> Letter:
    approval = approvals.begin(work, made, digest=marks.digest(made), secret=b"")
    approvals.consent(work, approval, code)
    return signatures.complete(work, approval, signatures.make(work, approval))


def upload(work: Work) -> intake.Intake:
    """What a drafter would upload, not marked."""
    return intake.examine(work.config, practice.sheet(work), "surat.pdf")
