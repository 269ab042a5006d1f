"""Idempotency-Key: a request of another system takes effect once, however often it is sent.

The key is claimed and answered in the transaction of the effect: neither exists without the other, and a request that
failed may be sent again. Two at once: the second waits at the unique key, then finds the first one's answer.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.domain.errors import N_, Invalid
from webapp.domain.work import Work
from webapp.models import IdempotencyKey

KEPT = timedelta(days=30)
_ADD = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_KEYS = IdempotencyKey.__table__


class KeyReused(Invalid):
    message = N_("Idempotency-Key ini sudah dipakai untuk permintaan dengan isi lain.")


def find(work: Work, key: str, request_sha256: str) -> IdempotencyKey | None:
    """The answer that the actor's same request got. Raises KeyReused when the key stands for another one."""
    mine = (IdempotencyKey.person_id == work.person.id, IdempotencyKey.key == key)
    found = work.session.scalars(select(IdempotencyKey).where(*mine)).one_or_none()
    if found is not None and found.request_sha256 != request_sha256:
        raise KeyReused
    return found


def claim(work: Work, key: str, request_sha256: str) -> bool:
    """Take the key for this transaction. False: another request was first; `find` has its answer."""
    adding = _ADD[work.session.get_bind().dialect.name](_KEYS).on_conflict_do_nothing()
    values = {
        "person_id": work.person.id, "key": key, "request_sha256": request_sha256, "created_at": work.now,
        "status": 0, "answer": "", "location": "",
    }  # fmt: skip
    return work.execute(adding.returning(_KEYS.c.id), values).first() is not None


def keep(work: Work, key: str, *, status: int, answer: str, location: str) -> None:
    """What the claimed request was answered."""
    mine = (_KEYS.c.person_id == work.person.id, _KEYS.c.key == key)
    work.execute(update(_KEYS).where(*mine).values(status=status, answer=answer, location=location))


def forget_old(work: Work) -> None:
    work.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < work.now - KEPT))
