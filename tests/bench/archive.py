"""A large archive that nobody wrote: offices, people and any number of letters, straight in the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
from sqlalchemy import Table, insert, text
from sqlalchemy.engine import Connection, Engine

from signing import codes
from webapp.domain import indexing
from webapp.models import Letter, Membership, Office, Person, Role, Signature, State, Step, StepKind, StepState, Version

OFFICES, PEOPLE, VOCABULARY, WORDS, CHUNK = 50, 400, 40_000, 120, 5_000
PRACTICE = 0.01  # of the letters are practice, which no list may show and no query stumble over
TWO = 0.03  # of the letters have a second signer, half of them before and half after the first official
OFFICE = 7  # the one whose people ask
FIRST_DAY, DAYS = date(2017, 1, 1), 3_617
# Ids: person n drafts for office n % OFFICES + 2; the first of an office signs, the second reviews, the third drafts
# and may sign beside the first.
READERS = {"drafter": 205, "signer": 5, "reviewer": 55, "auditor of all": 401}
STATES = (
    (State.SIGNED, 0.90), (State.REVOKED, 0.01), (State.REPLACED, 0.02), (State.SUBMITTED, 0.002), (State.DRAFT, 0.02),
    (State.RETURNED, 0.008), (State.WITHDRAWN, 0.002), (State.REJECTED, 0.038),
)  # fmt: skip
SIGNED = (State.SIGNED, State.REVOKED, State.REPLACED)
SYLLABLES = ("ba", "ke", "lo", "nu", "ra", "si", "ta", "wi", "mo", "du", "pe", "gi", "ja", "su", "la", "ne")
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def word(rank: int) -> str:
    """The word of this rank in the vocabulary, 0 the most common: four or more syllables, as they are indexed."""
    made = "".join(SYLLABLES[(rank >> (4 * place)) & 15] for place in range(4))
    return indexing.words(made)[0]


def fill(engine: Engine, count: int) -> None:
    """Fill a migrated, empty database."""
    with engine.begin() as connection:
        _people(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP INDEX ix_letter_index_words"))  # built at once below: minutes less
    chance, known = np.random.default_rng(7), np.array([word(rank) for rank in range(VOCABULARY)])
    weights = 1 / np.arange(2, VOCABULARY + 2) ** 0.9
    likely = np.cumsum(weights / weights.sum())
    for start in range(1, count + 1, CHUNK):
        ids = range(start, min(start + CHUNK, count + 1))
        drawn = known[np.searchsorted(likely, chance.random((len(ids), WORDS)))]
        with engine.begin() as connection:
            _write(connection, list(_letters(ids, count, chance)), drawn)
    _settle(engine)


def _people(connection: Connection) -> None:
    connection.execute(insert(Office), [
        {"id": n, "parent_id": 1 if n > 1 else None, "path": f"/1/{n}/" if n > 1 else "/1/", "code": f"O{n}",
         "name": f"Perangkat daerah {n}"} for n in range(1, OFFICES + 2)
    ])  # fmt: skip
    people = range(1, PEOPLE + 2)
    connection.execute(insert(Person), [
        {"id": n, "email": f"p{n}@solok.example", "name": f"Pejabat {n}", "created_at": NOW} for n in people
    ])  # fmt: skip
    held = [(n, n % OFFICES + 2, _role(n)) for n in people if n <= PEOPLE] + [(PEOPLE + 1, 1, Role.AUDITOR)]
    held += [(_second(n), n % OFFICES + 2, Role.SIGNER) for n in range(1, OFFICES + 1)]
    connection.execute(insert(Membership), [{"person_id": n, "office_id": o, "role": r} for n, o, r in held])


def _second(signer_id: int) -> int:
    return signer_id + 2 * OFFICES


def _role(person_id: int) -> Role:
    return {0: Role.SIGNER, 1: Role.REVIEWER}.get((person_id - 1) // OFFICES, Role.DRAFTER)


def _letters(ids: range, count: int, chance: np.random.Generator) -> Iterator[SimpleNamespace]:
    """As Letter, and no Letter: an entity's bookkeeping would cost as much as all the rest."""
    names, shares = zip(*STATES, strict=True)
    states = chance.choice(len(names), len(ids), p=shares)
    for place, n in enumerate(ids):
        signer = int(chance.integers(1, OFFICES + 1))
        drafter = signer + OFFICES * int(chance.integers(2, PEOPLE // OFFICES))
        day = FIRST_DAY + timedelta(days=n * DAYS // count - int(chance.integers(0, 20)))
        at = datetime.combine(day, NOW.time(), UTC)
        secret = "rahasia" if chance.random() < 0.02 else "biasa"
        trainee = drafter if chance.random() < PRACTICE else None
        signers = [_second(signer), signer] if trainee is None and chance.random() < TWO else [trainee or signer]
        if chance.random() < 0.5:
            signers.reverse()
        is_signed = names[states[place]] in SIGNED
        yield SimpleNamespace(
            id=n, code=codes.new_code(), office_id=signer % OFFICES + 2, drafter_id=drafter,
            signer_id=signers[-1 if is_signed else 0], signers=signers,
            reviewer_id=signer + OFFICES, trainee_id=trainee, practice_as="drafter" if trainee else None,
            number=f"000.1.5/{n}/UM-{day:%Y}", subject="", addressee="Kepala Perangkat Daerah",
            classification="000.1.5", urgency="biasa", confidentiality=secret, dated_on=day,
            state=names[states[place]], reason="", version_number=1, revision=1, signer_count=len(signers),
            signed_before=len(signers) - 1 if is_signed else 0,
            created_at=at, updated_at=at, submitted_at=at, opinions=(), is_practice=trainee is not None,
        )  # fmt: skip


def _row(table: Table, one: SimpleNamespace) -> dict[str, object]:
    """What is not said of it is NULL where it may be."""
    said = vars(one)
    return {column.key: said.get(column.key) for column in table.columns if column.key in said or column.nullable}


def _write(connection: Connection, letters: list[SimpleNamespace], drawn: np.ndarray) -> None:
    for letter, body in zip(letters, drawn, strict=True):
        letter.subject = " ".join(body[:6])
        letter.steps = list(_steps(letter))
    connection.execute(insert(Letter.__table__), [_row(Letter.__table__, one) for one in letters])
    connection.execute(insert(Version.__table__), [
        {"id": one.id, "letter_id": one.id, "number": 1, "filename": "surat.pdf", "sha256": "0" * 64, "bytes": 1,
         "pages": 1, "page_sizes": [[595, 842]], "warnings": [], "repairs": [], "covered_text": "",
         "uploaded_by_id": one.drafter_id, "uploaded_at": one.created_at} for one in letters
    ])  # fmt: skip
    steps = [_row(Step.__table__, step) for one in letters for step in one.steps]
    connection.execute(insert(Step.__table__), steps)
    signed = [one for one in letters if one.state in SIGNED]
    connection.execute(insert(Signature.__table__), [row for one in signed for row in _signatures(one)])
    rows = [
        {"id": one.id, "words": indexing.row(one, body.tolist())}
        for one, body in zip(letters, drawn, strict=True)
        if not one.is_practice
    ]
    connection.execute(indexing.ADD[connection.dialect.name], rows)


def _signatures(letter: SimpleNamespace) -> Iterator[dict[str, object]]:
    at = letter.submitted_at + timedelta(minutes=letter.id * 7919 % 10_000)
    stamped_at = None if letter.is_practice or letter.id % 10_000 == 0 else at + timedelta(seconds=30)
    for step, person_id in enumerate(letter.signers, 1):
        is_last = step == len(letter.signers)
        yield {
            "letter_id": letter.id, "step": step, "version_id": letter.id, "person_id": person_id,
            "is_complete": is_last, "sha256": f"{letter.id:060x}{step:04x}", "approval_digest": "0" * 64,
            "level": "B-B", "is_final": False, "signer_name": "", "signer_position": "", "signed_at": at,
            "stamped_at": stamped_at if is_last else at,
        }  # fmt: skip


def _steps(letter: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """Every third letter is initialled by its office's reviewer before it is signed."""
    is_open = letter.state in (State.DRAFT, State.RETURNED, State.WITHDRAWN)
    done = StepState.WAITING if is_open else StepState.DONE
    first = {State.SUBMITTED: StepState.OPEN, State.REJECTED: StepState.RETURNED}.get(letter.state, done)
    after = done if letter.state in SIGNED else StepState.WAITING
    parts = [(StepKind.SIGNATURE, person_id, after if n else first) for n, person_id in enumerate(letter.signers)]
    if letter.id % 3 == 0 and not letter.is_practice:
        parts.insert(0, (StepKind.HIERARCHY, letter.reviewer_id, done))
    for position, (kind, person_id, state) in enumerate(parts, 1):
        at = None if state == StepState.WAITING else letter.submitted_at
        yield SimpleNamespace(
            letter_id=letter.id, round=1, position=position, kind=kind, person_id=person_id, state=state, note="",
            official=SimpleNamespace(id=person_id),
            opened_at=at, acted_at=None if state == StepState.OPEN else at,
        )  # fmt: skip


def _settle(engine: Engine) -> None:
    """What months of normal use leave behind: an index that is built, and statistics."""
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("SET maintenance_work_mem = '1GB'"))
            connection.execute(text("CREATE INDEX ix_letter_index_words ON letter_index USING gin (words)"))
            connection.execute(text("VACUUM ANALYZE"))
