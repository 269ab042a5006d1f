"""A letter's file as a row: what an examined upload becomes, and how the trail names it."""

from __future__ import annotations

from webapp.domain.intake import Intake, store
from webapp.domain.work import Work
from webapp.models import Letter, Version


def make(work: Work, letter: Letter, intake: Intake) -> Version:
    """The file is durable before its row; what is written here has its text's type. Raises ValueError as `contents`."""
    letter.kind = intake.kind or letter.kind
    return Version(number=letter.version_number, **contents(work, letter, intake))


def contents(work: Work, letter: Letter, intake: Intake) -> dict:
    """What a version's row says of a file that is durable from here on.

    Raises ValueError: a practice letter's file is marked, a real one's never.
    """
    if intake.is_practice != letter.is_practice:
        raise ValueError("LATIHAN stands on the files of practice letters, and on no others")
    store(work.config, intake)
    return {
        "filename": intake.filename[-200:], "sha256": intake.sha256, "bytes": len(intake.pdf), "pages": intake.pages,
        "page_sizes": intake.page_sizes, "warnings": list(intake.warnings), "repairs": list(intake.repairs),
        "mentions": intake.mentions, "original_sha256": intake.original_sha256, "text_sha256": intake.text_sha256,
        "suggestion": intake.suggestion, "source_sha256": intake.source_sha256, "uploaded_by_id": work.person.id,
        "uploaded_at": work.now, "blank_sha256": intake.blank_sha256, "blanks": intake.blanks,
        "inscribed": intake.inscribed,
    }  # fmt: skip


def digests(intake: Intake) -> dict:
    """For the trail: the file that goes on, and the untouched upload where that is another."""
    original = {"original_sha256": intake.original_sha256, "repairs": list(intake.repairs)} if intake.repairs else {}
    blank = {"blank_sha256": intake.blank_sha256} if intake.inscribed else {}
    return {"sha256": intake.sha256} | original | blank
