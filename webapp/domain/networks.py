"""Whether a letter was signed in an office or away: yes, no or not known; never the address itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, update

from webapp.domain.work import Work
from webapp.models import Signature
from webapp.office_hours import is_within

_SIGNATURES = Signature.__table__
_NOTE = (
    update(_SIGNATURES)
    .where(
        _SIGNATURES.c.letter_id.in_(bindparam("letters", expanding=True)),
        _SIGNATURES.c.person_id == bindparam("person"),
        _SIGNATURES.c.signed_at == bindparam("at"),
    )
    .values(is_away=bindparam("away"))
)


def note(work: Work, letter_ids: Sequence[int], address: str) -> None:
    """Of what the actor has signed just now, in its transaction. Nothing is noted where no network is configured."""
    if work.config.office_networks and letter_ids:
        away = not is_within(address, work.config.office_networks)
        told = {"letters": list(letter_ids), "person": work.person.id, "at": work.now, "away": away}
        work.execute(_NOTE, told)
