"""Fifty officials tap at the same moment: the whole HTTP approval on gunicorn, on SQLite and on PostgreSQL.

Durable as in production (synchronous=FULL; PostgreSQL with fsync). Each official has a one-time code of his own, so
each round is another fifty.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pyotp
from flask import Flask

from signing import authority as ca
from signing.keys import vault as key_vault
from tests import database, people
from tests.bench.report import line
from tests.conftest import make_config
from tests.factories import Factory
from webapp import db
from webapp.app import create_app
from webapp.config import Config
from webapp.domain import accounts, authority, second_factor
from webapp.domain import people as commands
from webapp.domain.work import Work
from webapp.migrations import upgrade
from webapp.models import Certificate, IdentityVerification, Office, Person, Role, SigningKey

OFFICIALS, ROUNDS = 50, 4
SECONDS = 2  # people who approve "at once" do so within a few of them; the same instant is the worst that can be
DURABLE = ("fsync=on", "synchronous_commit=on", "max_connections=200", "jit=off")
TICKS = os.sysconf("SC_CLK_TCK")
SECRET = bytes(32)  # what every official's password derives here: Argon2id is not what is measured


@dataclass
class Official:
    """One phone: logged in, with the letter open and the code typed."""

    person_id: int
    letter_id: int
    cookies: str
    totp: pyotp.TOTP
    body: str = ""


def founded(work: Work, count: int) -> list[Person]:
    """Officials with keys and certificates, straight into the tables: the ceremony is not what is measured."""
    people.build(work)
    rina, top = people.find(work, "rina"), work.session.query(Office).filter_by(code="SETDA").one()
    made = authority.current(work)
    issuing = authority.open_issuing(people.as_person(work, rina), made, people.secret_of(rina))
    found = []
    for number in range(count):
        person = commands.found(
            work, top, email=f"pejabat{number}@solok.example", name=f"Pejabat {number}", position="Kepala Bagian",
            roles=[Role.SIGNER],
        )  # fmt: skip
        person.vault_salt = os.urandom(16)
        second_factor.begin(work, person)
        person.second_factor.confirmed_at = work.now
        check = IdentityVerification(
            person=person, registrar=rina, documents="-", method="tatap_muka", verified_at=work.now
        )
        work.session.add(check)
        work.session.flush()
        wrapped, spki = key_vault.generate(SECRET, work.config.server_key)
        until = work.now + timedelta(days=700)
        der = ca.issue(
            issuing, made.issuing_der, spki, ca.Subject(person.name), work.now, until, crl_url="http://localhost/crl"
        )
        key = SigningKey(person=person, verification_id=check.id, spki=spki, wrapped=wrapped, created_at=work.now)
        work.session.add(key)
        work.session.flush()
        work.session.add(
            Certificate(
                key=key, authority=made, registrar_id=rina.id, serial=f"{ca.serial_of(der):x}", der=der,
                not_before=work.now, not_after=until,
            )
        )  # fmt: skip
        found.append(person)
    work.session.flush()
    return found


def logged_in(app: Flask, work: Work, person: Person) -> str:
    """The cookies of a confirmed log-in."""
    login = accounts._open(work, person, "-", device="bench", address="127.0.0.1")
    login.login.confirmed_at = work.now
    sealed = accounts.vault.encrypt(login.login.seal_key, SECRET, accounts._context(person))
    signed = app.session_interface.get_signing_serializer(app).dumps({"_user_id": login.token, "_permanent": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}; {app.config['UNLOCK_COOKIE']}={sealed.hex()}"


def officials(app: Flask, config: Config, count: int) -> list[Official]:
    with db.unit(app.extensions["engine"]) as session:
        work = Work(session, None, datetime.now(UTC), config)
        make, made = Factory(work), []
        for person in founded(work, count):
            letter = make.submitted(signer=person.email.partition("@")[0])
            made.append(
                Official(person.id, letter.id, logged_in(app, work, person), people.totp_of(work, person))
            )  # fmt: skip
    return made


@contextmanager
def served(config: Config, env: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen]]:
    """gunicorn as the Procfile starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("gunicorn")), "--preload", "--worker-class", "gthread", "--workers", "2",
        "--threads", "4", "--bind", f"127.0.0.1:{port}", "--keep-alive", "15", "--no-control-socket", "--log-level",
        "warning", "webapp.serve:app()",
    ]  # fmt: skip
    with subprocess.Popen(command, env=env, cwd=Path(__file__).parents[2]) as process:
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port, process
        finally:
            process.terminate()


def opened(port: int, official: Official) -> None:
    """The letter is read, the code typed; what is left is the tap."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(
        "GET", f"/letters/{official.letter_id}", headers={"Cookie": official.cookies, "Host": "localhost"}
    )
    answer = connection.getresponse()
    html = answer.read().decode()
    assert answer.status == 200, answer.status
    cookie = answer.getheader("Set-Cookie")
    if cookie:
        name = cookie.partition("=")[0]
        kept = [part for part in official.cookies.split("; ") if not part.startswith(f"{name}=")]
        official.cookies = "; ".join([*kept, cookie.partition(";")[0]])
    field = {name: re.search(rf'name="{name}"[^>]*value="([^"]+)"', html)[1] for name in ("csrf_token", "digest")}
    official.body = urlencode(field | {"code": official.totp.now()})
    connection.close()


def tapped(port: int, official: Official, start: threading.Barrier, delay: float, spent: list[float]) -> None:
    headers = {"Cookie": official.cookies, "Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    start.wait()
    time.sleep(delay)
    begun = time.perf_counter()
    connection.request("POST", f"/letters/{official.letter_id}/signature", official.body, headers)
    answer = connection.getresponse()
    answer.read()
    spent.append((time.perf_counter() - begun) * 1000)
    assert answer.status == 303, answer.status
    connection.close()


def cpu_of(process: subprocess.Popen) -> float:
    """Seconds of processor time of the server's workers, the master left out."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in children]
    return sum(int(field[11]) + int(field[12]) for field in fields) / TICKS


def at_once(name: str, url: str, folder: Path) -> None:
    config = replace(make_config(url, folder), public_url="http://localhost")
    app = create_app(config)
    upgrade(app.extensions["engine"])
    made = officials(app, config, OFFICIALS * (2 * ROUNDS + 1))
    app.extensions["engine"].dispose()
    env = dict(os.environ) | {
        "TEKEN_ENV": "development", "SECRET_KEY": "dGVzdC1zZWNyZXQta2V5LXRlc3Qtc2VjcmV0LWtleS0h",
        "SERVER_KEY": "dGVzdC1zZXJ2ZXIta2V5LXRlc3Qtc2VydmVyLWtleS0h", "PUBLIC_URL": "http://localhost",
        "MAIL_URL": f"file:{folder / 'mail'}", "DATABASE_URL": url, "DATA_DIR": str(folder),
    }  # fmt: skip
    groups = [made[start : start + OFFICIALS] for start in range(0, len(made), OFFICIALS)]
    with served(config, env) as (port, process):
        tap_all(port, process, groups.pop(), 0)  # warms the workers up
        for seconds, words in ((0, "in the same instant"), (SECONDS, f"within {SECONDS} s")):
            told = [tap_all(port, process, groups.pop(), seconds) for _ in range(ROUNDS)]
            spent = sorted(time for times, _ in told for time in times)
            line(
                "approvals", f"{name}, {OFFICIALS} officials {words}", taps=len(spent),
                cpu_ms_each=[round(cpu, 1) for _, cpu in told], p50_ms=round(statistics.median(spent), 1),
                p99_ms=round(spent[int(len(spent) * 0.99)], 1), slowest_ms=round(spent[-1], 1),
            )  # fmt: skip


def tap_all(port: int, process: subprocess.Popen, group: list[Official], seconds: float) -> tuple[list[float], float]:
    """Each taps once, spread over so many seconds. -> ms of each answer, ms of the workers' processor time a tap"""
    for official in group:
        opened(port, official)
    before, times = cpu_of(process), []
    start = threading.Barrier(len(group))
    delays = [seconds * place / len(group) for place in range(len(group))]
    threads = [
        threading.Thread(target=tapped, args=(port, official, start, delay, times))
        for official, delay in zip(group, delays, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == len(group)
    return times, (cpu_of(process) - before) * 1000 / len(group)


def main() -> None:
    key_vault.MEMORY_KIB, key_vault.ITERATIONS = 64, 1  # for the making of the officials only
    with tempfile.TemporaryDirectory() as folder:
        at_once("sqlite", "", Path(folder))
    if database.postgres_programs():
        database._FAST = DURABLE
        with database.throwaway_postgres() as url, tempfile.TemporaryDirectory() as folder:
            at_once("postgresql", url, Path(folder))


if __name__ == "__main__":
    main()
