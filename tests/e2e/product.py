"""The real product, started as the Procfile starts it: a fresh data folder, the demo office, gunicorn, the worker."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select

from tests import people
from tests.factories import Factory, forget_code
from tests.jobs.push_service import PushService
from webapp import db
from webapp.config import Config
from webapp.domain import letters, marks
from webapp.domain.audit import Event
from webapp.domain.errors import Forbidden
from webapp.domain.work import Work
from webapp.domain.workflow import WAITING
from webapp.models import AuditEntry, Letter

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
MAX_UPLOAD_MB = 26  # a long scan is sent in pieces; more than that is still sent quickly


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Product:
    """`work()` reaches into its database, to prepare what a test is not about; the rest happens in the browser."""

    def __init__(self, data: Path) -> None:
        self.data, self.push, self.port = data, PushService(), free_port()
        self.url = f"http://localhost:{self.port}"
        self.env = {
            "TEKEN_ENV": "development", "SECRET_KEY": _key(), "SERVER_KEY": _key(), "PUBLIC_URL": self.url,
            "MAIL_URL": f"file:{data / 'mail'}", "DATA_DIR": str(data), "PUSH_HOSTS": self.push.netloc,
            "PORT": str(self.port), "BIND": "127.0.0.1", "MAX_UPLOAD_MB": str(MAX_UPLOAD_MB),
        }  # fmt: skip
        self.config = Config.from_env(self.env)
        self.log = data / "product.log"
        self.processes: list[subprocess.Popen] = []
        self.engine = None

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        for command in ("migrate", "demo"):
            flask = [sys.executable, "-m", "flask", "--app", "webapp.app", command]
            done = subprocess.run(flask, cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, f"flask {command}: {done.stderr}"
        lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
        with self.log.open("ab") as log:
            for name in ("web", "worker"):
                kind = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True}
                # Should this process be killed, the product does not outlive it.
                command = ["setpriv", "--pdeathsig", "TERM", "/bin/sh", "-c", lines[name]]
                self.processes.append(subprocess.Popen(command, cwd=ROOT, env=self._environment(), **kind))
        self.engine = db.make_engine(self.config.database_url)
        self._wait_until_it_answers()

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        if self.engine is not None:
            self.engine.dispose()
        self.push.close()
        shutil.rmtree(self.data, ignore_errors=True)

    @contextmanager
    def work(self, login: str | None = None) -> Iterator[Work]:
        """A transaction beside the running product; with a login, that person's."""
        with db.unit(self.engine) as session:
            work = Work(session, None, datetime.now(UTC).replace(microsecond=0), self.config)
            yield people.as_person(work, people.find(work, login)) if login else work

    def code_of(self, login: str) -> str:
        """What the person's authenticator shows now. It counts once more, so that no test waits for the next one."""
        with self.work() as work:
            person = people.find(work, login)
            forget_code(work, person)
            return people.code_of(work, person)

    def do(self, task: Callable[[Work], T]) -> T:
        """Run the task in a transaction and a thread of its own: Playwright's event loop runs in this one, and signing
        starts one too."""

        def run() -> T:
            with self.work() as work:
                return task(work)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run).result()

    def letter(self, state: str = "submitted", **facts: object) -> int:
        """A letter in this state, Budi's for Sari unless told otherwise."""
        return self.do(lambda work: Factory(work).in_state(state, **facts).id)

    def clear_desks(self) -> None:
        """Withdraw what waits for anybody. Files share a product, in an order that nobody knows: what one of them left
        must not push the next one's letter off the first page of a list."""

        def withdraw(work: Work) -> None:
            for letter in work.session.scalars(select(Letter).where(Letter.state.in_(WAITING))).all():
                with suppress(Forbidden):  # a system's, or of a drafter who left: those are few
                    letters.withdraw(people.as_person(work, letter.drafter), letter)

        self.do(withdraw)

    def control_code(self, letter_id: int) -> str:
        with self.work() as work:
            return marks.control_code(work.session.get_one(Letter, letter_id))

    def verification_url(self, letter_id: int) -> str:
        with self.work() as work:
            return marks.address_to_show(self.config, work.session.get_one(Letter, letter_id))

    def times_signed(self, letter_id: int) -> int:
        """By the audit trail, which keeps every signature ever made."""
        with self.work() as work:
            signed = (AuditEntry.letter_id == letter_id, AuditEntry.event == Event.LETTER_SIGNED)
            return work.session.scalar(select(func.count()).select_from(AuditEntry).where(*signed)) or 0

    def troubles(self, since: int) -> tuple[str, int]:
        """What the log has of unforeseen errors since a place in it, and where it ends now."""
        text = self.log.read_bytes()
        new = text[since:].decode(errors="replace")
        return (new if "Traceback" in new else ""), len(text)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        return kept | self.env | {"PATH": path, "PYTHONUNBUFFERED": "1"}

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + 180
        while time.monotonic() < end:
            with suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=5).close()
                return
            assert all(p.poll() is None for p in self.processes), self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(f"no answer: {self.log.read_text()}")


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
