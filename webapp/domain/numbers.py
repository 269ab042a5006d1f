"""Letter numbers: given, entered, given back, and the book of them. One line for each number, so no gap is unexplained.

Whatever changes a book first locks its office's row: numbers of one office are given one after another, on PostgreSQL
as on SQLite, where a writer has the whole database. The lock of the trail comes after it, never before.
"""

from __future__ import annotations

from sqlalchemy import func, select

from signing.leaves import normalise_number
from webapp.domain import audit, number_patterns, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, LetterNumber, NumberCounter, NumberPattern, NumberState, Office, Role

SHORTEST_REASON = 5  # characters
LARGEST_START = 999_999
_KEY = 320  # characters: compatibility forms of a few signs are longer than these


def take(work: Work, letter: Letter, pattern: NumberPattern) -> LetterNumber:
    """Reserve the office's next number for this letter. Asked again it gives the same one.

    A number that was given back comes first. Raises Invalid (classification) where the pattern lacks something.
    """
    permissions.require(work, Action.EDIT, letter)
    if pattern.office_id != letter.office_id or letter.is_practice:
        raise NotFound
    _lock(work, letter.office_id)
    held = _held_by(work, letter)
    if held is not None and held.pattern:
        letter.number = held.text
        return held
    if held is not None:
        _leave(work, held)
    taken = _next(work, letter, pattern.pattern)
    letter.number, letter.updated_at = taken.text, work.now
    audit.record(work, Event.NUMBER_TAKEN, letter, year=taken.year, sequence=taken.sequence)
    return taken


def enter(work: Work, letter: Letter) -> None:
    """Write the letter's number in its office's book, after its facts were set.

    A number that was taken follows the letter's date and classification; a typed one must be nobody else's. Raises
    Invalid by the field. A practice letter's number stands in no book.
    """
    if letter.is_practice:
        return
    _lock(work, letter.office_id)
    held = _held_by(work, letter)
    if held is not None and held.pattern:
        if held.year != letter.dated_on.year:
            raise Invalid(
                N_("Nomor surat ini dari buku tahun %(year)s. Kembalikan dahulu nomornya, lalu ubah tahunnya."),
                field="dated_on", year=held.year,
            )  # fmt: skip
        letter.number = _write(letter, held.pattern, held.sequence or 0)
        _set_text(held, letter.number)
    elif held is None or (held.year, held.key) != (letter.dated_on.year, _key(letter.number)):
        if held is not None:
            _leave(work, held)
        _claim(work, letter)


def give_back(work: Work, letter: Letter, reason: str, *, void: bool) -> None:
    """The draft needs its number no more: it is offered to the next letter or, `void`, never used again (batal)."""
    permissions.require(work, Action.EDIT, letter)
    _lock(work, letter.office_id)
    held = _held_by(work, letter)
    if held is None:
        raise Conflict(N_("Surat ini tidak sedang memegang nomor."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(N_("Tuliskan alasannya; alasan ini tercatat di buku nomor."), field="reason")
    held.state = NumberState.VOID if void else NumberState.FREE
    held.reason, held.by_id, held.at = reason.strip(), work.person.id, work.now
    letter.number, letter.updated_at = "", work.now
    event = Event.NUMBER_VOIDED if void else Event.NUMBER_RETURNED
    audit.record(work, event, letter, year=held.year, sequence=held.sequence)


def release(work: Work, letter: Letter, reason: str) -> None:
    """A letter that was refused for good keeps its number on its own page, but the book offers it again.

    Called before anything is written on the trail (the order of the locks).
    """
    _lock(work, letter.office_id)
    held = _held_by(work, letter)
    if held is not None:
        held.state, held.reason, held.by_id, held.at = NumberState.FREE, reason, work.person.id, work.now
        audit.record(work, Event.NUMBER_RETURNED, letter, year=held.year, sequence=held.sequence)


def start(work: Work, office: Office, *, year: int, last: int) -> None:
    """Say how far another book came this year, before this one gives its first number."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    _lock(work, office.id)
    if not 0 <= last <= LARGEST_START:
        raise Invalid(N_("Isi dengan bilangan dari 0 sampai 999.999."), field="last")
    begun = select(func.count(LetterNumber.id)).where(of_year(office.id, year), LetterNumber.sequence.is_not(None))
    if work.session.scalar(begun):
        raise Conflict(N_("Buku tahun ini sudah memberi nomor, jadi awalnya tidak dapat diubah lagi."))
    counter = _counter(work, office.id, year)
    counter.start = counter.last = last
    audit.record(work, Event.BOOK_STARTED, office_id=office.id, year=year, last=last)


def held_by(work: Work, letter: Letter) -> LetterNumber | None:
    """The line of the book that this letter holds."""
    query = select(LetterNumber).where(LetterNumber.letter_id == letter.id, LetterNumber.state == NumberState.HELD)
    return work.session.scalars(query).first()


def _lock(work: Work, office_id: int) -> None:
    """Nothing is flushed before: who waits here holds no row of a letter that another may wait for."""
    work.execute(select(Office.id).where(Office.id == office_id).with_for_update(key_share=True))


def _next(work: Work, letter: Letter, pattern: str) -> LetterNumber:
    """The lowest number given back, else the counter's next that nobody typed meanwhile."""
    year = letter.dated_on.year
    free = select(LetterNumber).where(
        of_year(letter.office_id, year), LetterNumber.state == NumberState.FREE, LetterNumber.sequence.is_not(None)
    )
    for line in _fresh(work, free.order_by(LetterNumber.sequence)):
        text = _write(letter, pattern, line.sequence or 0)
        if _with_key(work, letter, text) in (None, line):
            return _hold(work, line, letter, pattern=pattern, text=text)
    counter = _counter(work, letter.office_id, year)
    while True:
        counter.last += 1
        text = _write(letter, pattern, counter.last)
        typed = _with_key(work, letter, text)
        if typed is not None and typed.sequence is None:
            typed.sequence = counter.last  # somebody typed it before there was a pattern: this is its place
        elif _with_sequence(work, letter, counter.last) is None and typed is None:
            return _line(work, letter, pattern=pattern, text=text, sequence=counter.last)


def _claim(work: Work, letter: Letter) -> None:
    """A typed number: its line is new, or one that was given back. Raises Invalid(number)."""
    if not letter.number:
        raise Invalid(N_("Isi nomor suratnya."), field="number")
    sequence = _sequence_of(work, letter)
    line = _with_key(work, letter, letter.number)
    if line is None and sequence is not None:
        line = _with_sequence(work, letter, sequence)
    if line is None:
        counter = _counter(work, letter.office_id, letter.dated_on.year)
        if sequence is not None and sequence <= counter.start:
            sequence = None  # of the book before this one
        _line(work, letter, pattern="", text=letter.number, sequence=sequence)
    elif line.state == NumberState.FREE:
        _hold(work, line, letter, pattern="", text=letter.number)
    elif line.state == NumberState.VOID:
        raise Invalid(
            N_("Nomor %(number)s sudah dibatalkan di buku nomor. Pakai nomor lain."), field="number", number=line.text
        )
    else:
        raise Invalid(
            N_("Nomor ini sudah dipakai surat lain di buku nomor: %(number)s. Pakai nomor lain."),
            field="number", number=line.text,
        )  # fmt: skip


def _sequence_of(work: Work, letter: Letter) -> int | None:
    """The running number in what was typed, by any of the office's patterns."""
    for known in number_patterns.of(work, letter.office):
        found = number_patterns.sequence_in(
            known.pattern, letter.number, code=letter.office.code, year=letter.dated_on.year
        )
        if found:
            return found
    return None


def _leave(work: Work, held: LetterNumber) -> None:
    """The letter has another typed number. What the counter counts stays in the book, and is offered again."""
    if held.sequence is None:
        work.session.delete(held)
    else:
        held.state, held.by_id, held.at = NumberState.FREE, work.person.id, work.now
        held.reason = N_("Nomor surat diganti.")
    work.session.flush()


def _hold(work: Work, line: LetterNumber, letter: Letter, *, pattern: str, text: str) -> LetterNumber:
    line.state, line.letter_id, line.pattern, line.reason = NumberState.HELD, letter.id, pattern, ""
    line.by_id, line.at = work.person.id, work.now
    _set_text(line, text)
    work.session.flush()
    return line


def _line(work: Work, letter: Letter, *, pattern: str, text: str, sequence: int | None) -> LetterNumber:
    made = LetterNumber(
        office_id=letter.office_id, year=letter.dated_on.year, sequence=sequence, text=text, key=_key(text),
        pattern=pattern, state=NumberState.HELD, letter_id=letter.id, by_id=work.person.id, at=work.now, reason="",
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    return made


def _write(letter: Letter, pattern: str, sequence: int) -> str:
    return number_patterns.render(
        pattern, sequence, code=letter.office.code, classification=letter.classification, dated_on=letter.dated_on
    )


def _set_text(line: LetterNumber, text: str) -> None:
    line.text, line.key = text, _key(text)


def _key(text: str) -> str:
    return normalise_number(text)[:_KEY]


def of_year(office_id: int, year: int):  # noqa: ANN201
    """The lines of one book."""
    return (LetterNumber.office_id == office_id) & (LetterNumber.year == year)


def _held_by(work: Work, letter: Letter) -> LetterNumber | None:
    query = select(LetterNumber).where(LetterNumber.letter_id == letter.id, LetterNumber.state == NumberState.HELD)
    return next(iter(_fresh(work, query)), None)


def _with_key(work: Work, letter: Letter, text: str) -> LetterNumber | None:
    query = select(LetterNumber).where(of_year(letter.office_id, letter.dated_on.year), LetterNumber.key == _key(text))
    return next(iter(_fresh(work, query)), None)


def _with_sequence(work: Work, letter: Letter, sequence: int) -> LetterNumber | None:
    query = select(LetterNumber).where(
        of_year(letter.office_id, letter.dated_on.year), LetterNumber.sequence == sequence
    )
    return next(iter(_fresh(work, query)), None)


def _fresh(work: Work, query):  # noqa: ANN001, ANN202
    """What the database says now, under the lock, and not what this session read before it."""
    work.session.flush()
    return list(work.session.scalars(query.execution_options(populate_existing=True)).unique())


def _counter(work: Work, office_id: int, year: int) -> NumberCounter:
    found = work.session.get(NumberCounter, (office_id, year), populate_existing=True)
    if found is None:
        found = NumberCounter(office_id=office_id, year=year, start=0, last=0)
        work.session.add(found)
    work.session.flush()
    return found
