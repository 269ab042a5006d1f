"""What a drafter is told before a letter goes out: codes of signs of a mistake. They warn, they never stop anything."""

from __future__ import annotations

from signing.leaves import normalise_number
from webapp.domain import inscriptions
from webapp.models import Letter

# In the order in which they are shown: what an official would send the letter back for comes first.
ORDER = (
    "tags_unfilled", "covers_text", "no_number", "no_number_book", "number_differs", "number_missing", "date_missing",
    "unknown_tag", "tags_repeated", "no_letterhead", "several_tags", "several_blocks", "mixed_sizes",
    "non_embedded_fonts",
)  # fmt: skip


def remarks(letter: Letter, *, has_book: bool = True) -> tuple[str, ...]:
    """Codes about the version in force: those found when it was examined, and those that its facts bring about.

    `has_book`: whether the letter's office has a pattern by which numbers are given.
    """
    version = letter.version
    found = {*version.warnings, *_about_number(letter), *_about_date(letter), *_about_tags(letter, has_book)}
    if version.covered_text:
        found.add("covers_text")
    rest = sorted(found.difference(ORDER))
    return (*(code for code in ORDER if code in found), *rest)


def stated_number(letter: Letter) -> str:
    """What the page itself calls the letter's number, where it does."""
    stated = (letter.version.mentions or {}).get("stated") or [""]
    return stated[0]


def _about_number(letter: Letter) -> set[str]:
    if not letter.number:
        return {"no_number"}
    if not _has_text(letter):
        return set()
    wanted = normalise_number(letter.number)[:80]
    mentions = letter.version.mentions or {}
    if wanted in mentions["numbers"] or any(text.startswith(wanted) for text in mentions["stated"]):
        return set()
    return {"number_differs" if stated_number(letter) else "number_missing"}


def _about_date(letter: Letter) -> set[str]:
    if not _has_text(letter) or letter.dated_on.isoformat() in (letter.version.mentions or {})["dates"]:
        return set()
    return {"date_missing"}


def _about_tags(letter: Letter, has_book: bool) -> set[str]:
    blanks = letter.version.blanks
    found = {
        "tags_unfilled": bool(letter.number) and not inscriptions.is_current(letter),
        "tags_repeated": any(count > 1 for count in blanks.values()),
        "no_number_book": "number" in blanks and not has_book and not letter.is_practice,
    }
    return {code for code, is_so in found.items() if is_so}


def _has_text(letter: Letter) -> bool:
    """Of a scan nothing can be said, nor of a file that was examined before this was looked for."""
    return bool(letter.version.mentions) and "no_text" not in letter.version.warnings
