"""The practice authority: a root of its own that no verification here believes, and keys that are nobody's.

An official's own key never signs a practice letter: sole control would mean nothing if that key signed invented texts,
and a signature that verifies under the real root would be a real one, whatever the page says. So each practice
signature is made with a key that is made for it, named LATIHAN and forgotten; that the server could make such
signatures by itself is harmless, since they count for nothing.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from signing import authority as ca
from signing import seal
from signing.keys import LocalKey
from webapp.domain import audit, vault
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict
from webapp.domain.work import Work
from webapp.models import Person, PracticeAuthority

YEARS = 10
RENEW_BEFORE = timedelta(days=400)
VALID = timedelta(days=365)  # of a practice signature's certificate
CUSTODIAN = "practice"  # as signatures name who kept the key
_CONTEXT, _SCALAR = "practice authority", 32


def find(work: Work) -> PracticeAuthority | None:
    """The authority in force; a practice signature must end before it does."""
    query = select(PracticeAuthority).where(PracticeAuthority.not_after > work.now + VALID)
    return work.session.scalars(query.order_by(PracticeAuthority.id.desc()).limit(1)).first()


def ensure(work: Work) -> PracticeAuthority:
    """The authority in force, made where there is none: without a ceremony, since nothing rests on its keys."""
    found = find(work)
    if found is not None and found.not_after - work.now > RENEW_BEFORE:
        return found
    office = work.config.instance_name
    name = ca.Subject(f"Otoritas Latihan {office}"[:48] + " TIDAK BERLAKU", organization=office)
    root_key, root_der = ca.create_root(name, work.now, YEARS)
    until = ca.ends_at(root_der)
    seal_key = ec.generate_private_key(ec.SECP256R1())
    seal_der = ca.issue_service(
        root_key, root_der, _spki(seal_key), ca.Subject("Segel LATIHAN, TIDAK BERLAKU", organization=office),
        (work.now, until), purpose="seal", crl_url="",
    )  # fmt: skip
    scalars = b"".join(key.private_numbers().private_value.to_bytes(_SCALAR, "big") for key in (root_key, seal_key))
    made = PracticeAuthority(
        root_der=root_der, seal_der=seal_der, sealed=vault.seal(work.config, scalars, _CONTEXT), created_at=work.now,
        not_after=until,
    )  # fmt: skip
    work.session.add(made)
    audit.record(work, Event.PRACTICE_AUTHORITY_CREATED)
    return made


def signing_key(work: Work, person: Person) -> LocalKey:
    """A new key for one practice signature. Raises Conflict while there is no practice authority."""
    made = _required(work)
    private = ec.generate_private_key(ec.SECP256R1())
    name = ca.Subject(f"LATIHAN {person.full_name}", organization=work.config.instance_name, title="TIDAK BERLAKU")
    der = ca.issue(
        _keys(work, made)[0], made.root_der, _spki(private), name, work.now, work.now + VALID, crl_url=""
    )  # fmt: skip
    return LocalKey(private, der, (made.root_der,))


def seal_key(work: Work) -> LocalKey:
    """The one key of all practice seals: what readers without a network refuse by name."""
    made = _required(work)
    return LocalKey(_keys(work, made)[1], made.seal_der, (made.root_der,))


def seal_key_ids(work: Work) -> list[str]:
    """The names, in hex, by which seals and directories call the practice seal keys there ever were."""
    found = work.session.scalars(select(PracticeAuthority.seal_der).order_by(PracticeAuthority.id))
    return [seal.key_id(der).hex() for der in found]


def roots(work: Work) -> list[bytes]:
    """The roots (DER) there ever were: what a check of files recognises, and never believes."""
    return list(work.session.scalars(select(PracticeAuthority.root_der).order_by(PracticeAuthority.id)))


def _required(work: Work) -> PracticeAuthority:
    found = find(work)
    if found is None:
        raise Conflict(N_("Otoritas latihan belum ada. Mulai latihan lagi dari halaman Latihan."))
    return found


def _keys(work: Work, made: PracticeAuthority) -> tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]:
    """Of the root, and of the seals."""
    plain = vault.unseal(work.config, made.sealed, _CONTEXT)
    root, seals = (int.from_bytes(plain[start : start + _SCALAR], "big") for start in (0, _SCALAR))
    return ec.derive_private_key(root, ec.SECP256R1()), ec.derive_private_key(seals, ec.SECP256R1())


def _spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
