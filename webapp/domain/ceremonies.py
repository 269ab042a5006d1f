"""What the root key is brought for: a new authority, a new issuing key, the root's own revocation list.

The root's private key is here for the length of one command and kept nowhere on this server.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import select

from signing import authority as ca
from signing.errors import NotTrusted
from webapp.domain import audit, authority
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid
from webapp.domain.work import Work
from webapp.models import Authority

ROOT_YEARS, ISSUING_YEARS = 20, 10
# The root key lies in a safe, so its list must hold until the next ceremony; rotations come earlier than that.
ROOT_LIST_VALID = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Ceremony:
    """What must leave the server at once: the root key goes to a safe, the code to the first registrar."""

    root_pem: bytes  # private key, encrypted with root_passphrase
    root_passphrase: str
    registrar_code: str


def create(work: Work) -> Ceremony:
    """Make a root and an issuing authority; neither private key is kept in the clear on the server."""
    root_key, root_der = ca.create_root(_named(work, work.config.authority_name), work.now, ROOT_YEARS)
    code = _generation(work, root_key, root_der)
    passphrase = secrets.token_urlsafe(24)
    pem = root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode()))
    return Ceremony(pem, passphrase, code)


def rotate(work: Work, root_pem: bytes, passphrase: str) -> str:
    """Make a new issuing authority under the same root, whose key is here for this moment only.

    Returns the code for the first registrar. Old certificates stay verifiable, and whoever holds the old issuing key
    goes on signing the old list. Raises Invalid for a wrong passphrase, Conflict for a key that is not this root's.
    """
    before, root_key = authority.current(work), _opened(root_pem, passphrase)
    with _own_key():
        return _generation(work, root_key, before.root_der)


def renew_root_list(work: Work, root_pem: bytes, passphrase: str, revoke: int | None = None) -> None:
    """Sign the root's list anew; with `revoke` an issuing authority, by its generation, is on it from now on.

    Raises Invalid, Conflict as `rotate`; Conflict for a generation that is not this root's or is listed already.
    """
    made, root_key = authority.current(work), _opened(root_pem, passphrase)
    listed = list(_listed(made.root_crl_der))
    if revoke is not None:
        gone = authority.find(work, revoke)
        if gone is None or gone.root_der != made.root_der:
            raise Conflict(N_("Otoritas penerbit itu tidak ada di bawah akar ini."))
        serial = ca.serial_of(gone.issuing_der)
        if serial in {entry.serial for entry in listed}:
            raise Conflict(N_("Otoritas penerbit itu sudah dicabut."))
        listed.append(ca.Revoked(serial, work.now, "cACompromise"))
        audit.record(work, Event.AUTHORITY_REVOKED, authority_id=gone.id)
    with _own_key():
        _sign_list(work, root_key, made.root_der, listed)


def _generation(work: Work, root_key: Any, root_der: bytes) -> str:
    config = work.config
    issuing_key, issuing_der = ca.create_issuing(
        root_key, root_der, _named(work, f"{config.authority_name} - Penerbit"), work.now, ISSUING_YEARS,
        crl_url=authority.root_list_url(config, root_der),
        access=ca.Access(issuer_url=f"{config.public_url}/authority/certificates/root"),
    )  # fmt: skip
    crl = ca.crl(issuing_key, issuing_der, [], work.now, work.now + authority.CRL_VALID)
    made = Authority(root_der=root_der, issuing_der=issuing_der, crl_der=crl, created_at=work.now)
    before = authority.find(work)
    work.session.add(made)
    work.session.flush()
    same = before is not None and before.root_der == root_der
    _sign_list(work, root_key, root_der, _listed(before.root_crl_der if same and before else None))
    code = authority.offer_code(work, made, issuing_key)
    audit.record(work, Event.AUTHORITY_CREATED, authority_id=made.id)
    return code


def _sign_list(work: Work, root_key: Any, root_der: bytes, revoked: Iterable[ca.Revoked]) -> None:
    """One list for all generations under a root: what is revoked stays on it."""
    until = min(work.now + ROOT_LIST_VALID, ca.ends_at(root_der))
    signed = ca.crl(root_key, root_der, revoked, work.now, until)
    for made in work.session.scalars(select(Authority).where(Authority.root_der == root_der)):
        made.root_crl_der = signed
    audit.record(work, Event.ROOT_LIST_SIGNED, root=authority.root_id(root_der), until=until)


def _listed(crl_der: bytes | None) -> Iterable[ca.Revoked]:
    for entry in x509.load_der_x509_crl(crl_der) if crl_der else ():
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        yield ca.Revoked(entry.serial_number, entry.revocation_date_utc, reason.value)


def _opened(root_pem: bytes, passphrase: str) -> Any:
    try:
        return load_pem_private_key(root_pem, passphrase.encode())
    except (ValueError, TypeError):
        raise Invalid(N_("Berkas kunci akar atau frasa sandinya salah."), field="passphrase") from None


@contextmanager
def _own_key() -> Iterator[None]:
    try:
        yield
    except NotTrusted:
        raise Conflict(N_("Kunci ini bukan kunci akar otoritas ini.")) from None


def _named(work: Work, name: str) -> ca.Subject:
    """An authority's name as ETSI EN 319 412-2, 4.2.3.1 has a legal person's: country, organisation, its identifier."""
    return ca.Subject(
        name, organization=work.config.instance_name, organization_identifier=work.config.organization_identifier
    )
