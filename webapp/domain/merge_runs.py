"""The worker's part of a mail-merge: pages made many at once, then each line's letter in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence

from signing import merging, writing
from signing.errors import BadDocument, BadPlacement
from signing.places import Placement
from webapp.config import Config
from webapp.domain import (
    documents,
    gatherings,
    inscriptions,
    intake,
    letters,
    marks,
    merge_tables,
    merges,
    number_patterns,
    writings,
)
from webapp.domain.errors import N_, DomainError
from webapp.domain.intake import Intake
from webapp.domain.letterheads import Paper
from webapp.domain.merge_tables import PDF
from webapp.domain.work import Work
from webapp.domain.writings import Source
from webapp.models import Letter, Merge, MergeRow

UNMADE = N_("Halaman surat ini tidak dapat disusun.")
TOO_SMALL = N_("Isinya tidak muat di kolom templat.")
NO_PLACE = N_("Tidak ada tempat kosong untuk tanda tangan. Letakkan sendiri tandanya, lalu ajukan surat ini.")


def pages(config: Config, merge: Merge, lines: Sequence[tuple[MergeRow, str]], paper: Paper) -> list[bytes | str]:
    """A PDF for each line with its number, or the sentence why there is none. Takes seconds; no transaction is open."""
    try:
        return _pdfs(config, merge, lines, paper)
    except BadDocument:
        if len(lines) == 1:
            return [UNMADE]
        return [one for line in lines for one in pages(config, merge, [line], paper)]  # one of them spoils the rest


def examined(config: Config, merge: Merge, line: tuple[MergeRow, str], pdf: bytes) -> Intake | str:
    """As any upload; the page of a type keeps what it was made of."""
    try:
        if merge.kind == PDF:
            taken = intake.examine(config, pdf, "templat.pdf")
            facts = _facts(merge, *line)
            known = inscriptions.texts(facts["number"], facts["dated_on"])
            return inscriptions.fill(config, taken, known) if taken.blanks else taken
        return writings.examined(config, pdf, _source(merge, *line))
    except BadDocument:
        return UNMADE


def create(work: Work, merge: Merge, row: MergeRow, taken: Intake) -> Letter:
    """The letter of one line, and the note of it, in one transaction. Raises DomainError."""
    pattern = number_patterns.find(work, merge.office, merge.pattern_id or 0)
    author = merges.as_author(work, merge)
    letter = letters.create(author, merge.office, merge.signer, taken, merges.letter_facts(merge, row), pattern=pattern)
    merges.note(work, row, letter)
    return letter


def place(config: Config, letter: Letter) -> marks.PlacedMark | None:
    """The mark where the page leaves room; None: nowhere."""
    found = {name: value for name, value in (letter.version.suggestion or {}).items() if name != "by"}
    try:
        mark = marks.draw(config, letter, Placement.of(found)) if found else None
    except (BadDocument, BadPlacement):
        return None
    return mark if mark and not mark.covers else None


def hand_in(work: Work, merge: Merge, row: MergeRow) -> None:
    """One letter of the group; what may not be handed in says so at its line."""
    letter = row.letter
    if letter is None or letter.submitted_at is not None:
        return
    refused = None
    try:
        with work.session.begin_nested():
            group = gatherings.of_merge(merge.id, is_held=True)
            letters.submit(merges.as_author(work, merge), letter, group=group)
    except DomainError as error:
        refused = error.message
    if refused:
        merges.give_up(work, row, refused)


def _pdfs(config: Config, merge: Merge, lines: Sequence[tuple[MergeRow, str]], paper: Paper) -> list[bytes | str]:
    if merge.kind != PDF:
        return list(writings.compose(config, [_source(merge, *line) for line in lines], paper))
    template = documents.get(config, merge.template_sha256 or "")
    named = [(one.name, merge_tables.fact_of(one.name)) for one in merging.fields(template)]
    made = merging.fill(template, [_filled(merge, *line, named) for line in lines])
    return [TOO_SMALL if isinstance(one, str) else one for one in made]


def _source(merge: Merge, row: MergeRow, number: str) -> Source:
    facts = _facts(merge, row, number)
    return writings.source(merge.kind, merges.letter_fields(merge, row), facts, merge.signer)


def _facts(merge: Merge, row: MergeRow, number: str) -> dict:
    """Of one line, with the number that it has or will most likely get."""
    facts = merges.letter_facts(merge, row)
    return facts | {"number": facts["number"] or number}


def _filled(merge: Merge, row: MergeRow, number: str, named: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    facts, own = _facts(merge, row, number), merges.letter_fields(merge, row)
    facts["dated_on"] = writing.long_date(facts["dated_on"].isoformat())
    return {field: str(facts[fact]) if fact else own.get(field, "") for field, fact in named}
