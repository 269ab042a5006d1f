"""Commands for the operator: `flask migrate`, `demo`, `totp`, `audit-verify`, `authority`, `verifier` and so on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from webapp import db, standalone
from webapp.demo import office
from webapp.domain import accounts, audit, authority, people, second_factor, service_keys
from webapp.domain.errors import DomainError
from webapp.domain.work import Work
from webapp.migrations import upgrade
from webapp.models import Person, Role


def work_in(session) -> Work:  # noqa: ANN001
    """The system's own Work, for a command."""
    return Work(session, None, datetime.now(UTC), current_app.config["TEKEN"])


def init_app(app: Flask) -> None:
    for command in (migrate, demo, totp, audit_verify, authority_group, create_admin, verifier):
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
    with db.unit(current_app.extensions["engine"]) as session:
        office.ensure(work_in(session))
    click.echo(office.introduction())


@click.command()
@click.argument("who")
@with_appcontext
def totp(who: str) -> None:
    """Print the one-time code of this moment for a person (the part before the @ will do). Development only."""
    _development_only()
    with db.unit(current_app.extensions["engine"], writes=False) as session:
        work = work_in(session)
        query = select(Person).where(Person.email.startswith(f"{who.lower().split('@')[0]}@"))
        person = session.scalars(query).first()
        if person is None:
            raise click.ClickException(f"nobody is called {who}")
        code = second_factor.current_code(work, person)
        left = int(second_factor.seconds_left(work).total_seconds())
    click.echo(f"{code}  ({left} s left)")


@click.command("audit-verify")
@with_appcontext
def audit_verify() -> None:
    """Check the whole chain of the audit trail. Exit code 1 and the first broken number when it does not hold."""
    with db.unit(current_app.extensions["engine"], writes=False) as session:
        broken = audit.broken_at(work_in(session))
        newest = audit.latest(work_in(session), limit=1)
    if broken is not None:
        raise click.ClickException(f"the trail is broken at entry {broken}")
    click.echo(f"{newest[0].number if newest else 0} entries, whole; head {newest[0].sha256 if newest else '-'}")


@click.group("authority")
def authority_group() -> None:
    """The embedded certificate authority."""


@authority_group.command("init")
@click.option("--root-out", type=click.Path(path_type=Path), required=True, help="where the encrypted root key goes")
@with_appcontext
def authority_init(root_out: Path) -> None:
    """Make root and issuing authority. Take the root key file and its passphrase off this machine at once."""
    try:
        root_out.touch(mode=0o600, exist_ok=False)  # before anything else: an old key is never overwritten
    except OSError as error:
        raise click.ClickException(f"{root_out}: {error.strerror}") from None
    with db.unit(current_app.extensions["engine"]) as session:
        made = authority.create(work_in(session))
        root_out.write_bytes(made.root_pem)
    click.echo(f"Root key:              {root_out} (encrypted; move it to a safe, off this machine)")
    click.echo(f"Passphrase:            {made.root_passphrase} (shown once; keep it apart from the file)")
    click.echo(f"Code for a registrar:  {made.registrar_code} (24 hours; to be typed in at Identitas > Kunci penerbit)")


@authority_group.command("rotate")
@click.option("--root-key", type=click.File("rb"), required=True, help="the encrypted root key file, for this moment")
@click.option("--passphrase", prompt=True, hide_input=True)
@with_appcontext
def authority_rotate(root_key, passphrase: str) -> None:  # noqa: ANN001
    """Make a new issuing authority under the same root. Old certificates stay verifiable."""
    with db.unit(current_app.extensions["engine"]) as session:
        try:
            code = authority.rotate(work_in(session), root_key.read(), passphrase)
        except DomainError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Code for a registrar:  {code} (24 hours; to be typed in at Identitas > Kunci penerbit)")


@authority_group.command("show")
@with_appcontext
def authority_show() -> None:
    """The newest authority, and until when its service keys are certified."""
    with db.unit(current_app.extensions["engine"], writes=False) as session:
        work = work_in(session)
        made = authority.find(work)
        if made is None:
            raise click.ClickException("there is no authority: flask authority init")
        click.echo(
            f"root SHA-256  {authority.fingerprint(made)}\nroot ends     {authority.root_ends_at(made):%Y-%m-%d}"
        )
        click.echo(f"list ends     {authority.revocation_list(work, made).next_at:%Y-%m-%d}")
        for purpose in service_keys.VALID:
            found = service_keys.find(work, purpose, made)
            click.echo(f"{purpose:13} {found.not_after.date() if found else 'missing: a registrar renews the list'}")


@click.command("create-admin")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--office", "office_name", required=True, help="the topmost office, made when there is none")
@with_appcontext
def create_admin(email: str, name: str, office_name: str) -> None:
    """Start a new installation: the topmost office and its first administrator, who gets an invitation by mail."""
    with db.unit(current_app.extensions["engine"]) as session:
        work = work_in(session)
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
    with db.unit(current_app.extensions["engine"], writes=False) as session, current_app.test_request_context("/"):
        out.write_text(standalone.verifier(work_in(session)))
    click.echo(f"{out}: {out.stat().st_size // 1000} kB; hand it out yourself, so that people know whose it is")


def _development_only() -> None:
    if not current_app.config["TEKEN"].development:
        raise click.ClickException("refused: this is not a development installation (TEKEN_ENV)")
