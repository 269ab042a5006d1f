"""Tokens of other systems. Each is one named service identity of one office: it hands in and reads, and nothing else.

A token is shown once and kept as its SHA-256, so a stolen database opens nothing. It ends by itself.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, update

from webapp.domain import audit, people, permissions
from webapp.domain.audit import Event
from webapp.domain.errors import N_, BadToken, Conflict, Invalid, NoScope, NotFound
from webapp.domain.work import Work
from webapp.models import ApiToken, Office, Role

PREFIX = "teken_"  # secret scanners find it in a repository by this
LONGEST = 366  # days
HINT = 4  # characters shown in the list
USED_EVERY = timedelta(minutes=5)


class Scope(StrEnum):
    """What a token may do. None of them approves, signs or governs: permissions.py knows no such relation."""

    SUBMIT = "letters:submit"
    READ = "letters:read"
    EVIDENCE = "letters:evidence"  # the signed file and the archive bundle


def create(work: Work, office: Office, *, name: str, scopes: list[Scope], days: int) -> tuple[ApiToken, str]:
    """Make a token for a system of this office. -> its row, and the text that nobody can show again. Raises Invalid."""
    permissions.require_role(work, Role.ADMINISTRATOR, office)
    if not name:
        raise Invalid(N_("Isi nama sistemnya."), field="name")
    if not scopes:
        raise Invalid(N_("Pilih paling sedikit satu cakupan."), field="scopes")
    if not 1 <= days <= LONGEST:
        raise Invalid(N_("Masa berlaku paling lama %(days)s hari."), field="days", days=LONGEST)
    text = PREFIX + secrets.token_urlsafe(32)
    address = f"token-{secrets.token_hex(6)}@api.invalid"  # RFC 6761: no mail ever goes there
    person = people.found(work, office, roles=[Role.DRAFTER], email=address, name=name, is_service=True)
    made = ApiToken(
        person=person, office=office, scopes=sorted(scopes), sha256=_sha256(text), hint=text[-HINT:],
        created_by_id=work.person.id, created_at=work.now, expires_at=work.now + timedelta(days=days),
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    audit.record(
        work, Event.TOKEN_CREATED, token_id=made.id, person_id=person.id, office_id=office.id, name=name,
        scopes=made.scopes, days=days,
    )  # fmt: skip
    return made, text


def governed(work: Work) -> list[ApiToken]:
    """The tokens of the offices that the actor administers, newest first."""
    ids = [office.id for office in people.governed(work)]
    query = select(ApiToken).where(ApiToken.office_id.in_(ids)).order_by(ApiToken.id.desc())
    return list(work.session.scalars(query).unique())


def get(work: Work, token_id: int) -> ApiToken:
    """A token of an office that the actor administers; any other is not found."""
    found = work.session.get(ApiToken, token_id)
    if found is None or not permissions.holds(work.person, Role.ADMINISTRATOR, found.office, inherited=True):
        raise NotFound
    return found


def revoke(work: Work, token: ApiToken) -> None:
    """End it now. Its letters and its name in the trail stay. Raises Conflict when it was revoked before."""
    permissions.require_role(work, Role.ADMINISTRATOR, token.office)
    if token.revoked_at is not None:
        raise Conflict(N_("Token ini sudah dicabut."))
    token.revoked_at = token.person.disabled_at = work.now
    audit.record(work, Event.TOKEN_REVOKED, token_id=token.id, person_id=token.person_id, name=token.person.name)


def authenticate(work: Work, text: str) -> ApiToken:
    """The token of a request. Raises BadToken: unknown, revoked, expired. Looked up by hash: timing tells nothing."""
    found = work.session.scalars(select(ApiToken).where(ApiToken.sha256 == _sha256(text))).unique().one_or_none()
    if found is None:
        raise BadToken
    if found.revoked_at is not None or found.person.disabled_at is not None:
        raise BadToken(N_("Token ini sudah dicabut."))
    if found.expires_at <= work.now:
        raise BadToken(N_("Token ini sudah kedaluwarsa."))
    return found


def require(token: ApiToken, scope: Scope) -> None:
    """Raise NoScope unless the token has it."""
    if scope not in token.scopes:
        raise NoScope(scope=str(scope))


def mark_used(work: Work, token: ApiToken) -> None:
    """Remember roughly when it was last used: an unused one should be revoked."""
    if token.used_at is None or work.now - token.used_at >= USED_EVERY:
        work.session.execute(update(ApiToken).where(ApiToken.id == token.id).values(used_at=work.now))


def is_live(work: Work, token: ApiToken) -> bool:
    return token.revoked_at is None and token.expires_at > work.now


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
