"""Told again in an hour: asked for on the notification itself, where no page and no log-in is at hand."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from webapp.domain import marks, outbox, vault, workflow
from webapp.domain.errors import NotFound
from webapp.domain.work import Work
from webapp.models import Gathering, Letter, Person

DELAY = timedelta(hours=1)
LIFE = timedelta(days=2)
GROUP = "g"  # begins the token of several letters, and what the server's word stands for: none serves as the other


def token(work: Work, person: Person, letter: Letter) -> str:
    """What stands in the message: whom to tell of which letter, since when, and the server's word for it."""
    return _token(work, person.id, letter.id, int(work.now.timestamp()))


def group_token(work: Work, gathering: Gathering) -> str:
    """The same for letters that were told of together."""
    return GROUP + _token(work, gathering.person_id, gathering.id, int(work.now.timestamp()), of=GROUP)


def remind(work: Work, typed: str) -> None:
    """Queue the same notice; where the letter waits no more by then, nothing comes. Raises NotFound."""
    of, typed = (GROUP, typed.removeprefix(GROUP)) if typed.startswith(GROUP) else ("", typed)
    numbers = typed.split("-")[:3]
    if len(numbers) != 3 or not all(one.isascii() and one.isdecimal() and len(one) < 12 for one in numbers):
        raise NotFound
    person_id, told_id, made = map(int, numbers)
    is_ours = secrets.compare_digest(_token(work, person_id, told_id, made, of=of).encode(), typed.encode())
    if not is_ours or datetime.fromtimestamp(made, UTC) + LIFE < work.now:
        raise NotFound
    about = {"gathering_id": told_id} if of else _letter(work, person_id, told_id)
    outbox.add(work, "push", at=work.now + DELAY, person_id=person_id, **about)


def _letter(work: Work, person_id: int, letter_id: int) -> dict[str, int | str]:
    letter, person = work.session.get_one(Letter, letter_id), work.session.get_one(Person, person_id)
    code = marks.control_code(letter) if workflow.open_step(letter, person) else ""
    return {"letter_id": letter_id, "control_code": code}


def _token(work: Work, person_id: int, told_id: int, made: int, *, of: str = "") -> str:
    told = f"{person_id}-{told_id}-{made}"
    return f"{told}-{vault.token(work.config, 'reminder', of + told)}"
