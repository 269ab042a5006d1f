"""Roots of other authorities (BSrE's, for instance) for the public check of files. Administrators add and remove them.

They judge strangers' files alone: our own letters are judged by the roots of our own authority, as before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from signing import trust
from signing.errors import NotTrusted
from webapp.domain import audit, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Invalid, NotFound
from webapp.domain.work import Work
from webapp.models import Office, Role, TrustAnchor

MAX_BYTES = 500_000
_MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Shown:
    """An anchor with what its certificate says."""

    anchor: TrustAnchor
    said: trust.Anchor


def listed(work: Work) -> list[Shown]:
    """All anchors, by the name of their list."""
    found = work.session.scalars(select(TrustAnchor).order_by(TrustAnchor.name, TrustAnchor.id))
    return [Shown(anchor, trust.described(anchor.certificate_der)) for anchor in found]


def add(work: Work, *, name: str, data: bytes, is_certified: bool) -> int:
    """Trust the certificates of a file (PEM bundle or DER) from now on. -> how many were new.

    Raises Invalid at `file`: unreadable, no authority among them, all known already.
    """
    _require(work)
    found = _authorities(data)
    known = set(work.session.scalars(select(TrustAnchor.sha256)))
    fresh = [der for der in found if hashlib.sha256(der).hexdigest() not in known]
    if not fresh:
        raise Invalid(N_("Semua sertifikat dalam berkas ini sudah ada dalam daftar."), field="file")
    for der in fresh:
        _add(work, name, der, is_certified)
    return len(fresh)


def get(work: Work, anchor_id: int) -> TrustAnchor:
    _require(work)
    found = work.session.get(TrustAnchor, anchor_id)
    if found is None:
        raise NotFound
    return found


def remove(work: Work, anchor: TrustAnchor) -> None:
    """Trust it no more, from the next check on."""
    _require(work)
    audit.record(work, Event.ANCHOR_REMOVED, name=anchor.name, sha256=anchor.sha256)
    work.session.delete(anchor)


def _authorities(data: bytes) -> tuple[bytes, ...]:
    try:
        found = trust.certificates(data) if len(data) <= MAX_BYTES else ()
    except NotTrusted:
        found = ()
    if not 0 < len(found) <= _MOST_AT_ONCE:
        raise Invalid(N_("Berkas ini bukan sertifikat PEM atau DER yang dapat dibaca."), field="file")
    if not all(trust.described(der).is_authority for der in found):
        sentence = N_("Ada sertifikat yang bukan milik otoritas (CA). Tidak ada yang ditambahkan.")
        raise Invalid(sentence, field="file")
    return found


def _require(work: Work) -> None:
    """Only who administers the whole of it: the list counts for every visitor, not for one office."""
    for office in work.session.scalars(select(Office).where(Office.parent_id.is_(None))):
        permissions.require_role(work, Role.ADMINISTRATOR, office)


def _add(work: Work, name: str, der: bytes, is_certified: bool) -> None:
    made = TrustAnchor(
        name=name, sha256=hashlib.sha256(der).hexdigest(), certificate_der=der, is_certified=is_certified,
        added_by_id=work.person.id, added_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    audit.record(work, Event.ANCHOR_ADDED, name=name, sha256=made.sha256, is_certified=is_certified)
