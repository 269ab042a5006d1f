"""One official, a thousand letters: how many a second, durable in 25s, and whether memory stays flat.

From the opened key on, as a batch does it: the code is typed once and is not what is measured.
"""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import select

import signing
from signing import codes
from signing.keys import vault as key_vault
from tests import database
from tests.bench.approvals import DURABLE, SECRET, founded
from tests.bench.report import line
from tests.bench.sign import AT, official
from tests.conftest import make_config
from tests.factories import Factory
from webapp import db
from webapp.app import create_app
from webapp.config import Config
from webapp.demo.office import LETTERS
from webapp.domain import approvals, marks, signatures
from webapp.domain.work import Work
from webapp.migrations import upgrade
from webapp.models import Letter, Person, Step

BATCH, TOGETHER, MANY = 1000, 25, 10_000


def copied(work: Work, letter: Letter, number: int) -> Letter:
    """Another letter with the same file: making a thousand different ones would take minutes and change nothing."""
    columns = [column.name for column in Letter.__table__.columns if column.name not in ("id", "code", "number")]
    made = Letter(code=codes.new_code(), number=f"{number}", **{name: getattr(letter, name) for name in columns})
    version = letter.version
    names = [column.name for column in version.__table__.columns if column.name not in ("id", "letter_id")]
    made.versions = [type(version)(**{name: getattr(version, name) for name in names})]
    made.steps = [Step(position=1, kind=step.kind, person_id=step.person_id, state=step.state, opened_at=step.opened_at)
                  for step in letter.steps]  # fmt: skip
    work.session.add(made)
    return made


def waiting(app: Flask, config: Config) -> tuple[int, list[int]]:
    """(the official's id, ids of the letters)"""
    with db.unit(app.extensions["engine"]) as session:
        work = Work(session, None, datetime.now(UTC), config)
        (person,) = founded(work, 1)
        first = Factory(work).submitted(signer=person.email.partition("@")[0])
        letters = [copied(work, first, number) for number in range(BATCH)]
        session.flush()
        return person.id, [letter.id for letter in letters]


def sign_some(app: Flask, config: Config, person_id: int, letter_ids: list[int]) -> None:
    """As views/signatures.py does after the code: read, sign with no transaction open, write it down, all at once."""
    with db.open_session(app.extensions["engine"], writes=False) as session:
        work = Work(session, session.get_one(Person, person_id), datetime.now(UTC), config)
        found = session.scalars(select(Letter).where(Letter.id.in_(letter_ids))).unique().all()
        begun = [approvals.begin(work, letter, digest=marks.digest(letter), secret=SECRET) for letter in found]
        made = [(approval, signatures.make(work, approval)) for approval in begun]
        session.commit()
        session.bind.info["writes"] = True
        for approval, signed in made:
            signatures.complete(work, approval, signed)
        session.commit()


def batch(name: str, url: str, folder: Path) -> None:
    config = replace(make_config(url, folder), public_url="http://localhost")
    app = create_app(config)
    upgrade(app.extensions["engine"])
    person_id, ids = waiting(app, config)
    sign_some(app, config, person_id, [ids.pop()])
    wall, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(ids), TOGETHER):
        sign_some(app, config, person_id, ids[start : start + TOGETHER])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    line(
        "batch", name, letters=len(ids), letters_per_second=round(len(ids) / wall, 1),
        cpu_ms_each=round(cpu * 1000 / len(ids), 2),
    )  # fmt: skip
    app.extensions["engine"].dispose()


def memory() -> None:
    """Peak resident memory after the first thousand signatures and after MANY."""
    key, pdf = official(), (LETTERS / "undangan.pdf").read_bytes()
    stamp = signing.Stamp("HTTPS://TEKEN.EXAMPLE/V/8F3K2M9Q7XTD", ("Sari Contoh",), "Periksa.", sealed=True)
    place = signing.Placement(1, 60, 60, 220, 92)
    prepared = signing.prepare(pdf, stamp, place, field="Teken", name="Sari", reason="-", location="-")
    claim = signing.Claim("1", "Undangan", "Sari Contoh", "Camat", "Setda", AT.date(), 1, bytes(32))
    early = 0
    for number in range(MANY):
        assert signing.sign(prepared, key, AT, claim=claim).sha256
        early = early if number != MANY // 10 else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    late = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line("batch", "memory", signatures=MANY, peak_kib_at_a_tenth=early, peak_kib=late, ratio=round(late / early, 3))


def main() -> None:
    key_vault.MEMORY_KIB, key_vault.ITERATIONS = 64, 1  # for the making of the official only
    memory()
    with tempfile.TemporaryDirectory() as folder:
        batch("sqlite", "", Path(folder))
    if database.postgres_programs():
        database._FAST = DURABLE
        with database.throwaway_postgres() as url, tempfile.TemporaryDirectory() as folder:
            batch("postgresql", url, Path(folder))


if __name__ == "__main__":
    main()
