"""What anyone needs to check the seal in a QR code without asking about the letter: whose keys make seals, and which
letters no longer count. Both lists are signed with the status key; the formats are in signing/README.md.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from signing import jws, seal
from webapp.domain import practice_keys, service_keys
from webapp.domain.work import Work
from webapp.models import Authority, Certificate, Letter, ServiceKey, State, Suspension

VALID = timedelta(days=1)  # after that a reader says that the list is old


def directory(work: Work, key_id: str | None = None) -> str:
    """All keys that make or made seals, with the authorities above them; with `key_id` (hex) that key alone.

    `practice` names the keys whose seals stand on practice letters: a reader refuses those by name.

    Raises Conflict while no status key is certified.
    """
    authorities = list(work.session.scalars(select(Authority).order_by(Authority.id)))
    places = {made.id: place for place, made in enumerate(authorities)}
    keys = [_entry(der, places[made], rest) for der, made, rest in _known(work)]
    return _signed(
        work, "directory",
        authorities=[{"root": _text(a.root_der), "issuing": _text(a.issuing_der)} for a in authorities],
        keys=[key for key in keys if key_id in (None, key["id"])], practice=practice_keys.seal_key_ids(work),
    )  # fmt: skip


def status(work: Work) -> str:
    """The letters that were signed and no longer count. Raises as directory.

    They are named by a hash of their code: whoever has the list cannot open a letter with it. Sorted by that hash, so
    that the order tells nothing either.
    """
    query = select(Letter.code, Letter.state, Letter.updated_at).where(
        Letter.state.in_([State.REVOKED, State.REPLACED])
    )
    letters = [
        {"id": letter_id(code), "standing": str(state), "at": _time(at)}
        for code, state, at in work.session.execute(query)
    ]
    return _signed(work, "status", letters=sorted(letters, key=lambda letter: letter["id"]))


def roots(work: Work) -> list[str]:
    """SHA-256 of the root certificates, in hex: what pages pin."""
    found = work.session.scalars(select(Authority.root_der).order_by(Authority.id))
    return list(dict.fromkeys(hashlib.sha256(der).hexdigest() for der in found))


def letter_id(code: str) -> str:
    """A letter's name in the status list."""
    return hashlib.sha256(b"teken status 1 " + code.encode()).digest()[:16].hex()


def _known(work: Work) -> list[tuple[bytes, int, dict[str, Any]]]:
    """(certificate, authority's id, what ended it) of officials, and of the office's own seal keys."""
    holds: dict[int, list[list[str | None]]] = defaultdict(list)
    for hold in work.session.scalars(select(Suspension).order_by(Suspension.id)):
        holds[hold.certificate_id].append([_time(hold.began_at), _time(hold.ended_at)])
    found = work.session.scalars(
        select(Certificate).where(Certificate.authority_id.is_not(None)).order_by(Certificate.id)
    )
    known = []
    for certificate in found.unique():
        if certificate.suspended_at:
            holds[certificate.id].append([_time(certificate.suspended_at), None])
        ended = {"holds": holds[certificate.id]} if certificate.id in holds else {}
        if certificate.revoked_at:
            ended |= {"revoked_at": _time(certificate.revoked_at), "reason": certificate.revocation_reason}
        known.append((certificate.der, certificate.authority_id, ended))
    services = work.session.scalars(select(ServiceKey).where(ServiceKey.purpose == "seal").order_by(ServiceKey.id))
    for key in services.unique():
        ended = {"revoked_at": _time(key.revoked_at), "reason": "keyCompromise"} if key.revoked_at else {}
        known.append((key.certificate_der, key.authority_id, ended))
    return known


def _entry(der: bytes, authority: int, ended: dict[str, Any]) -> dict[str, Any]:
    return {"id": seal.key_id(der).hex(), "certificate": _text(der), "authority": authority, **ended}


def _signed(work: Work, kind: str, **content: Any) -> str:
    head = {"version": 1, "host": work.config.host, "office": work.config.instance_name}
    times = {"issued_at": _time(work.now), "next_at": _time(work.now + VALID)}
    return jws.sign(head | times | content, f"teken-{kind}+json", service_keys.open_key(work, "status"))


def _text(der: bytes) -> str:
    return b64encode(der).decode("ascii")


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
