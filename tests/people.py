"""The people of all tests. Sari signs, Budi drafts, Dewi and Lina review, Rudi is of another office, Hadi signs there.

Rina is registrar, Admin administers, Agus audits. Joko was invited and has not come yet.
"""

from __future__ import annotations

from dataclasses import replace

import pyotp
from sqlalchemy import delete, select

from signing.keys import vault as key_vault
from webapp.demo import office as demo
from webapp.domain import accounts, people, second_factor, vault
from webapp.domain.work import Work
from webapp.models import Job, Office, Person, Role

PASSWORD = demo.PASSWORD
PEOPLE = {sketch.login: sketch for sketch in demo.PEOPLE}
_SECRETS: dict[bytes, bytes] = {}


def build(work: Work) -> None:
    """The demo office with its people, keys and certificates, without its letters."""
    demo.ensure(work, with_letters=False)
    top = work.session.scalars(select(Office).where(Office.code == "PEMKAB")).one()
    people.found(work, top, email="joko@solok.example", name="Joko Contoh", roles=[Role.SIGNER])
    work.session.execute(delete(Job))  # a test sees only what it caused itself


def find(work: Work, login: str) -> Person:
    return work.session.scalars(select(Person).where(Person.email == f"{login}@solok.example")).one()


def as_person(work: Work, person: Person) -> Work:
    return replace(work, actor=person)


def code_of(work: Work, person: Person) -> str:
    """The code that the person's phone shows at work.now."""
    return second_factor.current_code(work, person)


def secret_of(person: Person) -> bytes:
    """What the log-in derives from the password; slow by design, so kept between tests."""
    if person.vault_salt not in _SECRETS:
        _SECRETS[person.vault_salt] = key_vault.derive(PASSWORD, person.vault_salt)
    return _SECRETS[person.vault_salt]


def totp_of(work: Work, person: Person) -> pyotp.TOTP:
    """The person's authenticator app."""
    return pyotp.TOTP(vault.unseal(work.config, person.second_factor.secret_sealed, f"totp {person.id}").decode())


def log_in(work: Work, login: str, *, device: str = "test") -> accounts.Opened:
    """A confirmed log-in made through the domain."""
    opened = accounts.check_password(work, f"{login}@solok.example", PASSWORD, device=device, address="127.0.0.1")
    accounts.confirm(work, opened.login, code_of(work, opened.login.person))
    return opened
