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
from itertools import count
from pathlib import Path

import psycopg

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
def throwaway_postgres() -> Iterator[str]:
    """A private server on a Unix socket in a temporary folder; gives the address of its first database."""
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
        options = " ".join(f"-c {o}" for o in (*_FAST, "listen_addresses=", f"unix_socket_directories={home}"))
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
    processes of one test run apart.
    """

    def __init__(self, server: str | None, folder: Path, name: str, prepare: Callable[[str], None]) -> None:
        self.server, self.folder, self.name = server, folder, f"teken_{name}_{os.getpid()}"
        self._prepare, self._template, self._numbers = prepare, None, count(1)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a migrated, empty database of one's own."""
        self._template = self._template or self._make_template()
        with self._database(self._template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without any table: what a migration starts from."""
        with self._database(None) as url:
            yield url

    @contextmanager
    def _database(self, template: str | None) -> Iterator[str]:
        name = f"{self.name}_{next(self._numbers)}"
        path = self.folder / f"{name}.sqlite3"
        if self.server:
            self._run(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        elif template:
            shutil.copyfile(template, path)
        try:
            yield self._address(name) if self.server else f"sqlite:///{path}"
        finally:
            if self.server:
                self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            for left in self.folder.glob(f"{path.name}*"):
                left.unlink(missing_ok=True)

    def close(self) -> None:
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

    def _run(self, statement: str) -> None:
        with psycopg.connect(str(self.server).replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement)


def _settle(path: Path) -> None:
    """Fold SQLite's write-ahead log into the file, so that copying the one file copies all."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
