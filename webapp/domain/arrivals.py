"""Letters that another system hands in: draft, mark and submission at once, by the commands that the forms use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import signing
from webapp.domain import audit, inscriptions, intake, letters, marks, number_patterns, people
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Invalid
from webapp.domain.intake import Intake
from webapp.domain.work import Work
from webapp.models import ApiToken, Letter, NumberPattern, Person


@dataclass(frozen=True)
class Arrival:
    """A judged file, where its mark goes, and what lies under it."""

    intake: Intake
    placement: signing.Placement
    covered: signing.Overlap


def take(work: Work, pdf: bytes, filename: str, *, number: str, dated_on: date) -> Intake:
    """Judge an upload, and write number and date at its tags. It takes seconds, and no transaction may be open.

    Raises BadDocument, and Invalid at `number` where a tag asks for one that the book gives only later.
    """
    taken = intake.examine(work.config, pdf, filename)
    if not taken.blanks:
        return taken
    if "number" in taken.blanks and not number:
        raise Invalid(N_("Berkas ini memuat tag nomor. Kirim bersama nomornya, bukan dengan pola."), field="number")
    return inscriptions.fill(work.config, taken, inscriptions.texts(number, dated_on))


def settle(work: Work, taken: Intake, place: signing.Placement | None, *, may_cover: bool) -> Arrival:
    """Judge the place of its mark, by default the file's tag or free space. A child process, as `take`.

    Raises BadPlacement, and Invalid at `placement`: there is no place, or something would be covered.
    """
    chosen = place or _suggested(taken)
    if chosen is None:
        raise Invalid(N_("Tidak ada tempat kosong untuk tanda tangan. Sebutkan letaknya."), field="placement")
    covered = signing.overlap(taken.pdf, chosen, work.config.tags)
    if not (covered.is_empty or may_cover):
        raise Invalid(N_("Tanda tangan akan menutupi isi surat. Pilih letak lain, atau izinkan."), field="placement")
    intake.store(work.config, taken)  # a slow disk is waited for here, and not under the lock
    return Arrival(taken, chosen, covered)


def hand_in(
    work: Work, token: ApiToken, signer: Person, arrival: Arrival, *, facts: dict, pattern: NumberPattern | None = None
) -> Letter:
    """A new letter, marked and submitted, in one transaction. Raises what letters.create and letters.submit raise."""
    letter = letters.create(work, token.office, signer, arrival.intake, facts, pattern=pattern)
    mark = marks.write(work.config, letter, arrival.placement, arrival.covered)
    letters.place_mark(work, letter, mark)
    letters.submit(work, letter)
    audit.record(work, Event.LETTER_HANDED_IN, letter, token_id=token.id, token=token.person.name)
    return letter


def signer_of(work: Work, token: ApiToken, asked: str | int) -> Person:
    """A signer of the token's office by id or e-mail address. Raises Invalid; who is no signer looks like nobody."""
    wanted = asked.strip().lower() if isinstance(asked, str) else asked
    for person in people.signers_for(work, token.office):
        if wanted in (person.id, person.email):
            return person
    raise Invalid(N_("Pejabat ini bukan penandatangan untuk perangkat daerah Anda."), field="signer")


def pattern_of(work: Work, token: ApiToken, pattern_id: int | None) -> NumberPattern | None:
    """The office's pattern by which the letter is numbered. Raises Invalid for another office's."""
    if pattern_id is None:
        return None
    found = number_patterns.find(work, token.office, pattern_id)
    if found is None:
        raise Invalid(N_("Pola ini milik perangkat daerah lain."), field="pattern_id")
    return found


def _suggested(taken: Intake) -> signing.Placement | None:
    return signing.Placement.of(taken.suggestion) if taken.suggestion else None
