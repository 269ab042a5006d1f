"""Commands for the operator: `flask migrate`, `demo`, `totp`, `audit-verify`, `authority`, `verifier` and so on."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from webapp import standalone
from webapp.commands import authority, unit
from webapp.demo import office
from webapp.domain import accounts, audit, people, second_factor
from webapp.migrations import upgrade
from webapp.models import Person, Role


def init_app(app: Flask) -> None:
    for command in (migrate, demo, totp, audit_verify, authority.group, create_admin, verifier):
        app.cli.add_command(command)


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest schema. Run again it changes nothing."""
    upgrade(current_app.extensions["engine"])


@click.command()
@with_appcontext
def demo() -> None:
    """Make the demo office once, and print who can log in. Development only."""
    _development_only()
    with unit() as work:
        office.ensure(work)
    click.echo(office.introduction())


@click.command()
@click.argument("who")
@with_appcontext
def totp(who: str) -> None:
    """Print the one-time code of this moment for a person (the part before the @ will do). Development only."""
    _development_only()
    with unit(writes=False) as work:
        query = select(Person).where(Person.email.startswith(f"{who.lower().split('@')[0]}@"))
        person = work.session.scalars(query).first()
        if person is None:
            raise click.ClickException(f"nobody is called {who}")
        code = second_factor.current_code(work, person)
        left = int(second_factor.seconds_left(work).total_seconds())
    click.echo(f"{code}  ({left} s left)")


@click.command("audit-verify")
@with_appcontext
def audit_verify() -> None:
    """Check the whole chain of the audit trail. Exit code 1 and the first broken number when it does not hold."""
    with unit(writes=False) as work:
        broken = audit.broken_at(work)
        newest = audit.latest(work, limit=1)
    if broken is not None:
        raise click.ClickException(f"the trail is broken at entry {broken}")
    click.echo(f"{newest[0].number if newest else 0} entries, whole; head {newest[0].sha256 if newest else '-'}")


@click.command("create-admin")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--office", "office_name", required=True, help="the topmost office, made when there is none")
@with_appcontext
def create_admin(email: str, name: str, office_name: str) -> None:
    """Start a new installation: the topmost office and its first administrator, who gets an invitation by mail."""
    with unit() as work:
        if people.offices(work):
            raise click.ClickException("there is an office already: its administrator invites people in the app")
        top = people.found_office(work, parent=None, code="PEMKAB", name=office_name)
        person = people.found(work, top, email=email, name=name, roles=[Role.ADMINISTRATOR])
        token = accounts.invitation_token(work, accounts.invite(work, person))
        click.echo(f"{work.config.public_url}/invitations/{token}")


@click.command("verifier")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def verifier(out: Path) -> None:
    """Write the single-file verifier of seals: it needs no server, and knows what was so at this moment."""
    with unit(writes=False) as work, current_app.test_request_context("/"):
        out.write_text(standalone.verifier(work))
    click.echo(f"{out}: {out.stat().st_size // 1000} kB; hand it out yourself, so that people know whose it is")


def _development_only() -> None:
    if not current_app.config["TEKEN"].development:
        raise click.ClickException("refused: this is not a development installation (TEKEN_ENV)")
