"""The embedded certificate authority. Its issuing key is wrapped for registrars only: the server alone cannot issue.

Without this, whoever stole the database and the configuration could mint a certificate in any official's name.
"""

from __future__ import annotations

import hashlib
import secrets
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from sqlalchemy import delete, func, or_, select

from signing import authority as ca
from signing.errors import KeyUnavailable
from signing.keys import vault as key_vault
from webapp.config import Config
from webapp.domain import audit, permissions, service_keys
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, Locked, NotFound
from webapp.domain.work import Work
from webapp.models import Authority, AuthorityShare, Certificate, Person, Role, ServiceKey

CRL_VALID = timedelta(days=30)
OFFER_VALID = timedelta(hours=24)


@dataclass(frozen=True)
class RevocationList:
    """The published list. `missing`: certificates revoked since, which the public page knows already."""

    issued_at: datetime
    next_at: datetime
    missing: int


def find(work: Work, generation: int | None = None) -> Authority | None:
    """The authority of this generation, the newest by default."""
    if generation is not None:
        return work.session.get(Authority, generation)
    return work.session.scalars(select(Authority).order_by(Authority.id.desc()).limit(1)).first()


def current(work: Work) -> Authority:
    """The newest authority. Raises Conflict where `flask authority init` was never run."""
    found = find(work)
    if found is None:
        raise Conflict(N_("Otoritas sertifikat belum dibuat."))
    return found


def offer(work: Work, secret: bytes) -> str:
    """A registrar who holds the issuing key lets another take it; returns the one-time code to hand over in person."""
    permissions.require_role(work, Role.REGISTRAR)
    made = current(work)
    code = offer_code(work, made, open_issuing(work, made, secret))
    audit.record(work, Event.AUTHORITY_SHARED, authority_id=made.id)
    return code


def claim(work: Work, code: str, secret: bytes) -> None:
    """Take the issuing key with the one-time code, and wrap it for this registrar."""
    permissions.require_role(work, Role.REGISTRAR)
    made = current(work)
    if holds_share(work, work.person):
        raise Conflict(N_("Anda sudah memegang kunci penerbit."))
    waiting = select(AuthorityShare).where(AuthorityShare.authority_id == made.id, AuthorityShare.person_id.is_(None))
    for share in work.session.scalars(waiting):
        if share.expires_at and share.expires_at < work.now:
            continue
        try:
            code_secret = key_vault.derive(_plain(code), share.code_salt)
            share.wrapped = key_vault.rewrap(share.wrapped, code_secret, secret, work.config.server_key)
        except KeyUnavailable:
            continue
        share.person_id, share.code_salt, share.expires_at = work.person.id, None, None
        work.session.flush()
        service_keys.ensure(work, made, open_issuing(work, made, secret))
        audit.record(work, Event.AUTHORITY_SHARED, authority_id=made.id, person_id=work.person.id)
        return
    raise Invalid(N_("Kode penyerahan kunci penerbit salah atau sudah kedaluwarsa."), field="code")


def holds_share(work: Work, person: Person, made: Authority | None = None) -> bool:
    return _share(work, person, made) is not None


def holders(work: Work, made: Authority) -> list[Person]:
    """The registrars for whom the issuing key is wrapped."""
    query = select(Person).join(AuthorityShare, AuthorityShare.person_id == Person.id)
    return list(work.session.scalars(query.where(AuthorityShare.authority_id == made.id).order_by(Person.name)))


def offers(work: Work, made: Authority) -> list[AuthorityShare]:
    """Codes that are handed out and not claimed yet, the one that ends first in front."""
    query = select(AuthorityShare).where(
        AuthorityShare.authority_id == made.id, AuthorityShare.person_id.is_(None), AuthorityShare.expires_at > work.now
    )
    return list(work.session.scalars(query.order_by(AuthorityShare.expires_at)))


def drop_share(work: Work, person: Person) -> None:
    """After a forgotten password the share is gone by design: the registrar claims a new one with a code."""
    work.session.execute(delete(AuthorityShare).where(AuthorityShare.person_id == person.id))


def fingerprint(made: Authority) -> str:
    """SHA-256 of the root certificate, as certificate viewers write it: AB:CD:..."""
    return hashlib.sha256(made.root_der).digest().hex(":").upper()


def root_pem(made: Authority) -> str:
    return ssl.DER_cert_to_PEM_cert(made.root_der)


def root_ends_at(made: Authority) -> datetime:
    return x509.load_der_x509_certificate(made.root_der).not_valid_after_utc


def revocation_list(work: Work, made: Authority) -> RevocationList:
    read = x509.load_der_x509_crl(made.crl_der)
    query = select(func.count(Certificate.id)).where(*_listed(made))
    missing = (work.session.scalar(query) or 0) + len(service_keys.revoked(work, made)) - len(read)
    return RevocationList(read.last_update_utc, read.next_update_utc or read.last_update_utc, max(0, missing))


def renew(work: Work, secret: bytes) -> None:
    """Sign the revocation list anew, before it ends or after an official's own revocation."""
    permissions.require_role(work, Role.REGISTRAR)
    open_issuing(work, current(work), secret)
    for made in work.session.scalars(select(Authority)):  # the lists of older generations too, where the key is held
        publish(work, made, secret)


def rewrap(work: Work, person: Person, old: bytes, new: bytes) -> None:
    """Follow a change of the registrar's password."""
    for share in work.session.scalars(select(AuthorityShare).where(AuthorityShare.person_id == person.id)):
        share.wrapped = key_vault.rewrap(share.wrapped, old, new, work.config.server_key)


def open_issuing(work: Work, made: Authority, secret: bytes):  # noqa: ANN201
    """The issuing private key, for the length of one command. Raises Conflict where the actor holds no share."""
    share = _share(work, work.person, made)
    if share is None:
        raise Conflict(N_("Anda belum memegang kunci penerbit sertifikat."))
    try:
        return key_vault.unwrap(share.wrapped, secret, work.config.server_key)
    except KeyUnavailable:
        raise Locked from None


def renew_crl(work: Work, made: Authority, issuing_key: object) -> None:
    """Sign a new revocation list, and service keys that end soon, whenever the issuing key is open anyway."""
    service_keys.ensure(work, made, issuing_key)
    revoked = [
        ca.Revoked(int(c.serial, 16), c.revoked_at, c.revocation_reason or "unspecified")
        if c.revoked_at
        else ca.Revoked(int(c.serial, 16), c.suspended_at, "certificateHold")
        for c in work.session.scalars(select(Certificate).where(*_listed(made)))
    ]
    revoked += service_keys.revoked(work, made)
    made.crl_der = ca.crl(issuing_key, made.issuing_der, revoked, work.now, work.now + CRL_VALID)


def publish(work: Work, made: Authority | None, secret: bytes | None) -> None:
    """Sign the revocation list anew where the actor can; OCSP and the public page know a revocation in any case.

    A provider's certificate has no authority of ours: it is in the provider's own list.
    """
    if made is not None and secret is not None and holds_share(work, work.person, made):
        renew_crl(work, made, open_issuing(work, made, secret))


def crl_der(work: Work, made: Authority | None = None) -> bytes:
    """The published revocation list of a generation, the newest by default."""
    return (made or current(work)).crl_der


def root_list_ends_at(made: Authority) -> datetime | None:
    """Until when the root's own list holds; None where it never signed one (`flask authority root-list`)."""
    return x509.load_der_x509_crl(made.root_crl_der).next_update_utc if made.root_crl_der else None


def rotate_service(work: Work, purpose: str, secret: bytes, *, is_compromised: bool = False) -> ServiceKey:
    """A new key of the newest authority for this purpose; the old one's private half is erased.

    What the old one signed stays good, unless it is compromised: then its certificate is revoked, and letters whose
    only time-stamp is by it lose what that proved. Raises Forbidden, Conflict (holds no share), Locked.
    """
    permissions.require_role(work, Role.REGISTRAR)
    made = current(work)
    issuing_key = open_issuing(work, made, secret)
    rotated = service_keys.rotate(work, made, issuing_key, purpose, is_compromised=is_compromised)
    renew_crl(work, made, issuing_key)
    return rotated


def root_id(root_der: bytes) -> str:
    """A root's name in addresses, the same for all its generations and for ever: 16 hex digits of its SHA-256."""
    return hashlib.sha256(root_der).hexdigest()[:16]


def root_list_url(config: Config, root_der: bytes) -> str:
    return f"{config.public_url}/authority/crl/root/{root_id(root_der)}"


def root_list(work: Work, wanted: str) -> bytes:
    """The list that the root of this id signed. Raises NotFound."""
    for made in work.session.scalars(select(Authority).order_by(Authority.id.desc())):
        if made.root_crl_der is not None and root_id(made.root_der) == wanted:
            return made.root_crl_der
    raise NotFound


def _listed(made: Authority) -> tuple:
    gone = or_(Certificate.revoked_at.is_not(None), Certificate.suspended_at.is_not(None))
    return Certificate.authority_id == made.id, gone


def _share(work: Work, person: Person, made: Authority | None = None) -> AuthorityShare | None:
    made = made or current(work)
    query = select(AuthorityShare).where(AuthorityShare.authority_id == made.id, AuthorityShare.person_id == person.id)
    return work.session.scalars(query).first()


def offer_code(work: Work, made: Authority, issuing_key: object) -> str:
    """Wrap the issuing key for a fresh one-time code, which is the only way to it; returns the code."""
    code, salt = "-".join(secrets.token_hex(2) for _ in range(5)), secrets.token_bytes(16)
    wrapped = key_vault.wrap(issuing_key, key_vault.derive(_plain(code), salt), work.config.server_key)
    work.session.add(
        AuthorityShare(
            authority_id=made.id, code_salt=salt, wrapped=wrapped, created_at=work.now,
            expires_at=work.now + OFFER_VALID,
        )
    )  # fmt: skip
    return code


def _plain(code: str) -> str:
    return "".join(c for c in code.lower() if c.isalnum())
