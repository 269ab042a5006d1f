"""Keys that the server uses by itself, certified while a registrar has the issuing key open.

They are sealed under the server's key only, so whoever steals database and configuration has them: such a thief can
answer OCSP and give time-stamps, and can never sign a letter, since their certificates lack contentCommitment.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from sqlalchemy import select

from signing import authority as ca
from signing.keys import LocalKey
from webapp.config import Config
from webapp.domain import audit, vault
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict
from webapp.domain.work import Work
from webapp.models import Authority, ServiceKey

# How long each is certified. A time-stamp should outlive the letters' certificates, so that key lives longest.
VALID = {
    "ocsp": timedelta(days=365), "timestamp": timedelta(days=5 * 365), "status": timedelta(days=2 * 365),
    "seal": timedelta(days=2 * 365),
}  # fmt: skip
RENEW_BEFORE = timedelta(days=90)
NAMES = {
    "ocsp": "Penjawab OCSP", "timestamp": "Layanan Stempel Waktu", "status": "Daftar Status", "seal": "Segel",
}  # fmt: skip


def find(work: Work, purpose: str, made: Authority | None = None) -> ServiceKey | None:
    """The newest key in force for a purpose, of one generation of the authority or of any."""
    query = select(ServiceKey).where(
        ServiceKey.purpose == purpose, ServiceKey.not_before <= work.now, ServiceKey.not_after > work.now,
        ServiceKey.retired_at.is_(None),
    )  # fmt: skip
    if made is not None:
        query = query.where(ServiceKey.authority_id == made.id)
    return work.session.scalars(query.order_by(ServiceKey.id.desc()).limit(1)).first()


def find_key(work: Work, purpose: str) -> LocalKey | None:
    """The key, or None where no registrar has certified one yet."""
    found = find(work, purpose)
    return _opened(work, found) if found else None


def open_key(work: Work, purpose: str, made: Authority | None = None) -> LocalKey:
    """The key, ready to sign; chain_der is issuing, then root. Raises Conflict when none is in force."""
    found = find(work, purpose, made)
    if found is None:
        raise Conflict(N_("Kunci layanan belum disertifikasi. Minta petugas verifikasi memperbaruinya."))
    return _opened(work, found)


def _opened(work: Work, found: ServiceKey) -> LocalKey:
    plain = vault.unseal(work.config, found.sealed, _context(found.purpose))
    chain = (found.authority.issuing_der, found.authority.root_der)
    return LocalKey(load_der_private_key(plain, password=None), found.certificate_der, chain)


def ensure(work: Work, made: Authority, issuing_key: ec.EllipticCurvePrivateKey) -> int:
    """Certify each service key that is missing or ends within RENEW_BEFORE. Returns how many were made."""
    lacking = [p for p in VALID if _ends_soon(work, find(work, p, made))]
    for purpose in lacking:
        _make(work, made, issuing_key, purpose)
    return len(lacking)


def rotate(
    work: Work, made: Authority, issuing_key: ec.EllipticCurvePrivateKey, purpose: str, *, is_compromised: bool
) -> ServiceKey:
    """Certify a new key for the purpose; those before it are erased, and revoked too where they are compromised.

    Of this generation only: an older one's OCSP answers need the key that its own issuing key certified.
    """
    query = select(ServiceKey).where(ServiceKey.purpose == purpose, ServiceKey.authority_id == made.id)
    for old in work.session.scalars(query):
        if is_compromised and old.revoked_at is None:
            old.revoked_at = work.now
        old.sealed, old.retired_at = b"", old.retired_at or work.now
    work.session.flush()
    audit.record(work, Event.SERVICE_KEY_ROTATED, purpose=purpose, compromised=is_compromised)
    return _make(work, made, issuing_key, purpose)


def revoked(work: Work, made: Authority) -> list[ca.Revoked]:
    """The service certificates of a generation for its revocation list."""
    query = select(ServiceKey).where(ServiceKey.authority_id == made.id, ServiceKey.revoked_at.is_not(None))
    return [ca.Revoked(int(k.serial, 16), k.revoked_at, "keyCompromise") for k in work.session.scalars(query)]


def all_of(work: Work) -> list[ServiceKey]:
    """Every service key that ever was, by purpose, the newest first."""
    return list(work.session.scalars(select(ServiceKey).order_by(ServiceKey.purpose, ServiceKey.id.desc())))


def standing(work: Work, key: ServiceKey) -> str:
    """One word for the operator: revoked, retired, ended, or in force."""
    if key.revoked_at is not None:
        return "revoked"
    if key.retired_at is not None:
        return "retired"
    return "in force" if key.not_before <= work.now < key.not_after else "ended"


def access(config: Config, made: Authority) -> ca.Access:
    """What every certificate says of where to ask about it: of its own generation, also after a rotation."""
    base = f"{config.public_url}/authority"
    return ca.Access(f"{base}/ocsp", f"{base}/certificates/issuing/{made.id}")


def crl_url(config: Config, made: Authority) -> str:
    return f"{config.public_url}/authority/crl/{made.id}"


def _make(work: Work, made: Authority, issuing_key: ec.EllipticCurvePrivateKey, purpose: str) -> ServiceKey:
    private = ec.generate_private_key(ec.SECP256R1())
    spki = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    until = min(work.now + VALID[purpose], ca.ends_at(made.issuing_der))
    der = ca.issue_service(
        issuing_key, made.issuing_der, spki, _subject(work, purpose),
        (work.now, until), purpose=purpose, crl_url=crl_url(work.config, made),
        access=access(work.config, made),
    )  # fmt: skip
    plain = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    serial = f"{ca.serial_of(der):x}"
    certified = ServiceKey(
        authority_id=made.id, purpose=purpose, serial=serial, certificate_der=der, not_before=work.now,
        not_after=until, sealed=vault.seal(work.config, plain, _context(purpose)),
    )  # fmt: skip
    work.session.add(certified)
    work.session.flush()
    audit.record(work, Event.SERVICE_KEY_CERTIFIED, purpose=purpose, serial=serial)
    return certified


def _subject(work: Work, purpose: str) -> ca.Subject:
    return ca.Subject(
        NAMES[purpose], organization=work.config.instance_name,
        organization_identifier=work.config.organization_identifier,
    )  # fmt: skip


def _ends_soon(work: Work, found: ServiceKey | None) -> bool:
    return found is None or found.not_after - work.now < RENEW_BEFORE


def _context(purpose: str) -> str:
    return f"service key {purpose}"
