"""A signing key wrapped once more, for a passkey whose PRF opens it without the password."""

from __future__ import annotations

from sqlalchemy import delete, select

from webapp.domain.work import Work
from webapp.models import Passkey, PasskeyWrapping, SigningKey


def put(work: Work, passkey: Passkey, key: SigningKey, wrapped: bytes) -> None:
    work.session.add(PasskeyWrapping(passkey_id=passkey.id, key_id=key.id, wrapped=wrapped, created_at=work.now))
    work.session.flush()


def find(work: Work, passkey: Passkey, key: SigningKey) -> bytes | None:
    wanted = (PasskeyWrapping.passkey_id == passkey.id, PasskeyWrapping.key_id == key.id)
    return work.session.scalars(select(PasskeyWrapping.wrapped).where(*wanted)).first()


def holders(work: Work, key: SigningKey | None) -> set[int]:
    """Ids of the passkeys that can open this key."""
    if key is None:
        return set()
    return set(work.session.scalars(select(PasskeyWrapping.passkey_id).where(PasskeyWrapping.key_id == key.id)))


def drop(work: Work, *, key: SigningKey | None = None, passkey: Passkey | None = None) -> None:
    """Forget all wrappings of a destroyed key, or of a removed passkey."""
    chosen = PasskeyWrapping.key_id == key.id if key else PasskeyWrapping.passkey_id == passkey.id
    work.session.execute(delete(PasskeyWrapping).where(chosen))
