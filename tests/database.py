"""Databases for tests: a throw-away PostgreSQL, and fresh copies of a migrated database on either engine.

What lies in the tables belongs to the fixtures that use this.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import psycopg

from tests.restoring import Restorable

# No test needs to survive a power cut of the test server.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "jit=off")


def postgres_programs() -> Path | None:
    """The folder of the newest initdb (PostgreSQL 15 or later) on this machine, or None."""
    found = [p for p in Path("/usr/lib/postgresql").glob("*/bin/initdb") if p.parts[-3].isdigit()]
    newest = max(found, key=lambda p: int(p.parts[-3]), default=None)
    if newest is None and (path := shutil.which("initdb")):
        newest = Path(path)
    return newest.parent if newest else None


def _unprivileged() -> str | None:
    """Whom to run the server as: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def throwaway_postgres(*settings: str) -> Iterator[str]:
    """A private server on a Unix socket in a temporary folder; gives the address of its first database.

    settings: name=value, beside those of every test.
    """
    programs, user = postgres_programs(), _unprivileged()
    if programs is None:
        raise RuntimeError("PostgreSQL's server programs are not installed")
    home = Path(tempfile.mkdtemp(prefix="teken-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
    if user:
        shutil.chown(home, user)

    def run(program: str, *arguments: str) -> None:
        # Output to a file: a pipe would stay open in the server and never end.
        log = (home / "log").open("ab") if program == "initdb" else subprocess.DEVNULL
        subprocess.run(
            [programs / program, "-D", home / "data", *arguments],
            check=True,
            user=user,
            extra_groups=[] if user else None,
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )

    try:
        run("initdb", "--username=teken", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        options = " ".join(
            f"-c {o}" for o in (*_FAST, *settings, "listen_addresses=", f"unix_socket_directories={home}")
        )
        run("pg_ctl", "start", "--wait", "--timeout=60", "--log", str(home / "server.log"), "-o", options)
        try:
            yield f"postgresql://teken@/postgres?host={home}"
        finally:
            run("pg_ctl", "stop", "--wait", "--mode=immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


class Databases:
    """Copies of one prepared database. Preparing (migrating) costs seconds, copying milliseconds.

    `server` is the address of a PostgreSQL database, or None for SQLite files in `folder`. `name` keeps the
    processes of one test run apart. On PostgreSQL a copy is brought back after use and lent again, where we may.
    """

    def __init__(self, server: str | None, folder: Path, name: str, prepare: Callable[[str], None]) -> None:
        self.server, self.folder, self.name = server, folder, f"teken_{name}_{os.getpid()}"
        self._prepare, self._template, self._numbers = prepare, None, count(1)
        self._restorable: list[Restorable] = []

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a migrated, empty database of one's own."""
        self._template = self._template or self._make_template()
        with self._lent() if self._may_restore else self._database(self._template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table: what a migration starts from."""
        with self._database(None) as url:
            yield url

    @contextmanager
    def _lent(self) -> Iterator[str]:
        lent = self._restorable.pop() if self._restorable else Restorable(self._make(self._template))
        yield lent.address
        if lent.restore():
            self._restorable.append(lent)
        else:
            self._throw_away(lent)

    @cached_property
    def _may_restore(self) -> bool:
        return self.server is not None and self._run("SELECT current_setting('is_superuser')") == "on"

    @contextmanager
    def _database(self, template: str | None) -> Iterator[str]:
        url = self._make(template)
        try:
            yield url
        finally:
            self._drop(url)

    def _make(self, template: str | None) -> str:
        name = f"{self.name}_{next(self._numbers)}"
        if self.server:
            self._run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
            return self._address(name)
        path = self.folder / f"{name}.sqlite3"
        if template:
            shutil.copyfile(template, path)
        return f"sqlite:///{path}"

    def _drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        if self.server:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        for left in self.folder.glob(f"{name}*"):
            left.unlink(missing_ok=True)

    def _throw_away(self, one: Restorable) -> None:
        one.close()
        self._drop(one.address)

    def close(self) -> None:
        for one in self._restorable:
            self._throw_away(one)
        if self.server and self._template:
            self._run(f'DROP DATABASE IF EXISTS "{self._template}" WITH (FORCE)')

    def _make_template(self) -> str:
        name = f"{self.name}_template"
        if self.server:
            self._run(f'CREATE DATABASE "{name}"')
            self._prepare(self._address(name))
            return name
        path = self.folder / f"{name}.sqlite3"
        self._prepare(f"sqlite:///{path}")
        _settle(path)
        return str(path)

    def _address(self, name: str) -> str:
        before, _, options = str(self.server).partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")

    def _run(self, statement: str) -> object:
        """The first value, if the statement gives one."""
        with psycopg.connect(str(self.server).replace("+psycopg", ""), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchone()[0] if done.description else None


def _settle(path: Path) -> None:
    """Fold SQLite's write-ahead log into the file, so that copying the one file copies all."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
