"""`flask authority`: the ceremonies with the root key, and the keys that the server uses by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from webapp.commands import unit
from webapp.domain import accounts, authority, ceremonies, service_keys

CLAIM = "Code for a registrar:  {} (24 hours; to be typed in at Identitas > Kunci penerbit)"
root_key_option = click.option(
    "--root-key", type=click.File("rb"), required=True, help="the encrypted root key file, for this moment"
)
passphrase_option = click.option("--passphrase", prompt=True, hide_input=True)


@click.group("authority")
def group() -> None:
    """The embedded certificate authority."""


@group.command()
@click.option("--root-out", type=click.Path(path_type=Path), required=True, help="where the encrypted root key goes")
@with_appcontext
def init(root_out: Path) -> None:
    """Make root and issuing authority. Take the root key file and its passphrase off this machine at once."""
    try:
        root_out.touch(mode=0o600, exist_ok=False)  # before anything else: an old key is never overwritten
    except OSError as error:
        raise click.ClickException(f"{root_out}: {error.strerror}") from None
    with unit() as work:
        made = ceremonies.create(work)
        root_out.write_bytes(made.root_pem)
    click.echo(f"Root key:              {root_out} (encrypted; move it to a safe, off this machine)")
    click.echo(f"Passphrase:            {made.root_passphrase} (shown once; keep it apart from the file)")
    click.echo(CLAIM.format(made.registrar_code))


@group.command()
@root_key_option
@passphrase_option
@with_appcontext
def rotate(root_key: BinaryIO, passphrase: str) -> None:
    """Make a new issuing authority under the same root. Old certificates stay verifiable."""
    with unit() as work:
        code = ceremonies.rotate(work, root_key.read(), passphrase)
    click.echo(CLAIM.format(code))


@group.command("root-list")
@root_key_option
@passphrase_option
@click.option("--revoke", type=int, help="the generation of an issuing authority whose key is lost or stolen")
@with_appcontext
def root_list(root_key: BinaryIO, passphrase: str, revoke: int | None) -> None:
    """Sign the root's own revocation list anew, before it ends, or to revoke an issuing authority."""
    with unit() as work:
        ceremonies.renew_root_list(work, root_key.read(), passphrase, revoke)
        until = authority.root_list_ends_at(authority.current(work))
    click.echo(f"root's list ends {until:%Y-%m-%d}")


@group.command()
@with_appcontext
def show() -> None:
    """The newest authority: what ends when."""
    with unit(writes=False) as work:
        made = authority.find(work)
        if made is None:
            raise click.ClickException("there is no authority: flask authority init")
        listed_until = authority.root_list_ends_at(made)
        click.echo(f"generation       {made.id}")
        click.echo(f"root SHA-256     {authority.fingerprint(made)}")
        click.echo(f"root ends        {authority.root_ends_at(made):%Y-%m-%d}")
        click.echo(f"root's list ends {listed_until:%Y-%m-%d}" if listed_until else "root's list      missing")
        click.echo(f"list ends        {authority.revocation_list(work, made).next_at:%Y-%m-%d}")
        for purpose in service_keys.VALID:
            found = service_keys.find(work, purpose, made)
            click.echo(f"{purpose:16} {found.not_after.date() if found else 'missing: a registrar renews the list'}")


@group.group("service-keys", invoke_without_command=True)
@click.pass_context
@with_appcontext
def services(context: click.Context) -> None:
    """List the keys that the server uses by itself; `rotate` makes one anew."""
    if context.invoked_subcommand is not None:
        return
    with unit(writes=False) as work:
        for key in service_keys.all_of(work):
            click.echo(
                f"{key.purpose:10} generation {key.authority_id}  {key.serial:40}  {key.not_before:%Y-%m-%d} to "
                f"{key.not_after:%Y-%m-%d}  {service_keys.standing(work, key)}"
            )


@services.command("rotate")
@click.argument("purpose", type=click.Choice(list(service_keys.VALID)))
@click.option("--registrar", required=True, help="the e-mail address of a registrar who holds the issuing key")
@click.option("--password", prompt="The registrar's password", hide_input=True)
@click.option("--code", prompt="The registrar's one-time code")
@click.option("--compromised", is_flag=True, help="somebody else may have the old key: revoke its certificate too")
@with_appcontext
def rotate_service(purpose: str, registrar: str, password: str, code: str, compromised: bool) -> None:
    """Certify a new key for PURPOSE and erase the old one. The registrar types password and code here."""
    with unit() as work:
        person, secret = accounts.derive_in_person(work, registrar, password, code)
        by_registrar = replace(work, actor=person)
        made = authority.rotate_service(by_registrar, purpose, secret, is_compromised=compromised)
    click.echo(f"{purpose}: {made.serial}, until {made.not_after:%Y-%m-%d}")
