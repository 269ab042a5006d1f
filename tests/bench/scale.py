"""What finding costs in a large archive: inbox, list, search by each filter, register and adoption board, p50 and p95.

Synthetic letters straight in the tables (1 000 000, or as many as the first argument says), of fifty offices in ten
years; the words of a letter follow Zipf's law, as those of a language do. On SQLite, and on PostgreSQL where its
server programs are: `bin/bench scale [LETTERS] [sqlite|postgresql]`. With the address of a database that was filled so
(`archive.fill`) and has the schema of now, that one is measured: `bin/bench scale LETTERS ADDRESS`.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, text
from sqlalchemy.engine import Engine

from tests.bench import archive
from tests.bench.report import line
from tests.conftest import make_config
from tests.database import postgres_programs, throwaway_postgres
from webapp import db
from webapp.domain import adoption, searches, unfinished, waits
from webapp.domain.searches import Filters, Slice
from webapp.domain.work import Work
from webapp.migrations import upgrade
from webapp.models import OfficeMonth, Person, State

TIMES = 60
MEMORY = "shared_buffers=2GB"  # PostgreSQL's manual: a quarter of the machine's; its own 128 MB are for any machine
LIMIT = 100  # ms: what each must stay below
TODAY = date(2026, 11, 26)


def cases(letters_there: int, chance: random.Random) -> dict[str, Callable[[], Filters]]:
    """What is asked, with other words and days each time."""

    def day() -> date:
        return TODAY - timedelta(days=chance.randrange(3000))

    def month() -> Filters:
        since = day()
        return Filters(since=since, until=since + timedelta(days=30))

    def common() -> str:
        return archive.word(chance.randrange(5, 60))

    return {
        "list": Filters,
        "state signed": lambda: Filters(states=(State.SIGNED, State.REVOKED, State.REPLACED)),
        "state rejected": lambda: Filters(states=(State.REJECTED,)),
        "state withdrawn": lambda: Filters(states=(State.DRAFT, State.WITHDRAWN)),
        "month": month,
        "number": lambda: Filters(number=f"000.1.5/{chance.randrange(1, letters_there)}/UM-{day():%Y}"),
        "running number": lambda: Filters(number=str(chance.randrange(1, letters_there))),
        "subject": lambda: Filters(subject=f"{common()} {common()}"),
        "person": lambda: Filters(person=f"Pejabat {chance.randrange(archive.PEOPLE)}"),
        "common word": lambda: Filters(text=common()),
        "two common words": lambda: Filters(text=f"{common()} {common()}"),
        "rare word": lambda: Filters(text=archive.word(chance.randrange(5_000, archive.VOCABULARY))),
        "word never written": lambda: Filters(text="takadadimana"),
        "word in a month": lambda: Filters(text=common(), since=(since := day()), until=since + timedelta(days=30)),
        "word and rare state": lambda: Filters(text=common(), states=(State.WITHDRAWN,)),
        "person and state": lambda: Filters(
            person=f"Pejabat {chance.randrange(archive.PEOPLE)}", states=(State.RETURNED,)
        ),
    }  # fmt: skip


def milliseconds(engine: Engine, config, login: int, ask: Callable[[Work], object]) -> list[tuple[float, float]]:
    """By the clock and of this process's processor, of each call, in a session of its own, as a request has it.

    The first three fill caches and do not count.
    """
    spent = []
    for _ in range(TIMES + 3):
        with db.open_session(engine, writes=False) as session:
            work = Work(session, session.get_one(Person, login), datetime.now(UTC), config)
            started, used = time.perf_counter(), time.process_time()
            ask(work)
            spent.append(((time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000))
    return spent[3:]


def report(case: str, who: str, spent: list[tuple[float, float]], **facts: object) -> None:
    """On SQLite the processor's time is all there is to it: it tells a slow query from a busy machine."""
    clock, cpu = ([pair[place] for pair in spent] for place in (0, 1))
    p95, p95_cpu = (statistics.quantiles(times, n=20)[18] for times in (clock, cpu))
    figures = {"p50_ms": statistics.median(clock), "p95_ms": p95, "p95_cpu_ms": p95_cpu}
    rounded = {name: round(value, 2) for name, value in figures.items()}
    line("scale", case, who=who, **rounded, is_within=p95 < LIMIT, **facts)


def measure(engine: Engine, config, count: int) -> None:
    facts = {"database": engine.dialect.name, "letters": count}
    gc.collect()
    gc.freeze()  # as webapp/serve.py does: no collection looks through all of the libraries
    for who, login in archive.READERS.items():
        chance = random.Random(7)

        def second_page(work: Work) -> object:
            page = searches.find(work, Filters(), Slice(after=searches.Mark(TODAY - timedelta(days=2500), 10)))
            return page.letters

        def register(work: Work, chance: random.Random = chance) -> object:
            year = chance.randrange(2017, 2027)
            period = {"since": date(year, 1, 1), "until": date(year, 12, 31)}
            return searches.find(work, Filters(office_id=archive.OFFICE, **period), Slice(50))

        def ask(case: str, one: Callable[[Work], object], who: str = who, login: int = login) -> None:
            report(case, who, milliseconds(engine, config, login, one), **facts)

        ask("inbox", lambda work: waits.page(work, work.person, size=50))
        ask("deep page", second_page)
        ask("register", register)
        if who.startswith("auditor"):
            ask("stuck page", unfinished.find)
            ask("stuck only", lambda work: unfinished.find(work, stuck_only=True))
            ask("unstamped", unfinished.unstamped)
        for case, made in cases(count, chance).items():
            ask(case, lambda work, made=made: searches.find(work, made()))


def measure_board(engine: Engine, config, count: int) -> None:
    """The adoption board: counting a month, which a night does; a page of one that is kept, and of one that is not."""
    who, facts = "auditor of all", {"database": engine.dialect.name, "letters": count}
    chance, months = random.Random(7), [date(year, month, 1) for year in range(2018, 2026) for month in range(1, 13)]

    def ask(case: str, one: Callable[[Work], object]) -> None:
        report(case, who, milliseconds(engine, config, archive.READERS[who], one), **facts)

    def board(work: Work) -> object:
        return adoption.board(work, chance.choice(months))

    ask("count a month (by night)", lambda work: adoption.count(work, chance.choice(months)))
    ask("board before its first night", board)
    with db.unit(engine) as session:
        work = Work(session, None, datetime.now(UTC), config)
        for month in months:
            adoption.keep(work, adoption.count(work, month))
    ask("board", board)
    ask("report", lambda work: adoption.report(work, chance.choice(months)))
    with db.unit(engine) as session:
        session.execute(delete(OfficeMonth))  # so that it can be measured again


def run(url: str, count: int, folder: Path, *, is_filled: bool = False) -> None:
    config = make_config(url, folder)
    engine = db.make_engine(config.database_url)
    if not is_filled:
        upgrade(engine)
        started = time.perf_counter()
        archive.fill(engine, count)
        line("scale", "fill", database=engine.dialect.name, letters=count, seconds=round(time.perf_counter() - started),
             gigabytes=size(engine))  # fmt: skip
    measure_board(engine, config, count)
    measure(engine, config, count)
    engine.dispose()


def size(engine: Engine) -> float:
    if engine.dialect.name == "sqlite":
        return round(Path(str(engine.url.database)).stat().st_size / 1e9, 2)
    with engine.connect() as connection:
        return round(connection.scalar(text("SELECT pg_database_size(current_database())")) / 1e9, 2)


def main() -> None:
    count = int(next((argument for argument in sys.argv[1:] if argument.isdigit()), 1_000_000))
    filled = [argument for argument in sys.argv[1:] if "://" in argument]
    wanted = [name for name in ("sqlite", "postgresql") if name in sys.argv[1:]] or ["sqlite", "postgresql"]
    for url in filled:
        with tempfile.TemporaryDirectory() as folder:
            run(url, count, Path(folder), is_filled=True)
    for name in () if filled else wanted:
        if name == "postgresql" and postgres_programs() is None:
            line("scale", "skipped", database=name, why="its server programs are not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            address = f"sqlite:///{folder}/scale.sqlite3"
            with nullcontext(address) if name == "sqlite" else throwaway_postgres(MEMORY) as url:
                run(url, count, Path(folder))


if __name__ == "__main__":
    main()
