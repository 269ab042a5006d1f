"""Told again in an hour: asked for on the notification itself, where no page and no log-in is at hand."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from webapp.domain import marks, outbox, vault, workflow
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import Letter, Person

DELAY = timedelta(hours=1)
LIFE = timedelta(days=2)


def token(work: Work, person: Person, letter: Letter) -> str:
    """What stands in the message: whom to tell of which letter, since when, and the server's word for it."""
    return _token(work, person.id, letter.id, int(work.now.timestamp()))


def remind(work: Work, typed: str) -> None:
    """Queue the same notice; where the letter waits no more by then, nothing comes. Raises NotFound."""
    numbers = typed.split("-")[:3]
    if len(numbers) != 3 or not all(one.isascii() and one.isdecimal() and len(one) < 12 for one in numbers):
        raise NotFound
    person_id, letter_id, made = map(int, numbers)
    is_ours = secrets.compare_digest(_token(work, person_id, letter_id, made).encode(), typed.encode())
    if not is_ours or datetime.fromtimestamp(made, UTC) + LIFE < work.now:
        raise NotFound
    letter, person = work.session.get_one(Letter, letter_id), work.session.get_one(Person, person_id)
    code = marks.control_code(letter) if workflow.open_step(letter, person) else ""
    told = {"person_id": person_id, "letter_id": letter_id, "control_code": code}
    outbox.add(work, "push", at=work.now + DELAY, **told)


def _token(work: Work, person_id: int, letter_id: int, made: int) -> str:
    told = f"{person_id}-{letter_id}-{made}"
    return f"{told}-{vault.token(work.config, 'reminder', told)}"
