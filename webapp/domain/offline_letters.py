"""Pending letters on a person's device, to be read without a network: which may be there, and under which keys.

The device keeps ciphertext only. Its keys come from the log-in and the server's key and are stored nowhere: a log-in
that ended gets them never again. Letters that are not open to all (terbatas and above) are never kept like this.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime, timedelta

from webapp.domain import audit, letters, marks, permissions, reviews, vault, waits
from webapp.domain.audit import Event
from webapp.domain.errors import Forbidden, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Letter, LoginSession

LIFE = timedelta(days=7)  # without any contact; then the device destroys letters and their key by itself
MOST = 50  # letters on one device
PURPOSES = ("letters", "decisions")  # two keys: what was typed outlives the letters, until it could be sent
DECISIONS = {
    Action.SIGN: "sign", Action.INITIAL: "initial", Action.COMMENT: "note", Action.RETURN: "return",
    Action.REJECT: "reject", Action.ASK: "ask",
}  # fmt: skip
PENDING = (Action.SIGN, Action.INITIAL, Action.COMMENT)


def keys(work: Work, login: LoginSession) -> dict[str, str]:
    """The log-in's keys in base64, each 32 bytes, by their purpose."""
    made = {name: vault.session_key(work.config, login.seal_key, f"offline {name}") for name in PURPOSES}
    return {name: b64encode(key).decode() for name, key in made.items()}


def name(work: Work, login: LoginSession) -> str:
    """By which a device knows whether its keys are this log-in's; it tells nothing."""
    return vault.token(work.config, "offline device", login.token_sha256)[:16]


def until(work: Work, login: LoginSession) -> datetime:
    """When letters on the device end, unless it was in contact again before."""
    return min(work.now + LIFE, login.created_at + timedelta(days=work.config.session_days))


def may_keep(work: Work, letter: Letter) -> bool:
    """Whether the letter waits for the actor and may lie on his device."""
    if letter.is_practice or letter.confidentiality != Confidentiality.NORMAL:
        return False
    return any(_can(work, action, letter) for action in PENDING)


def decisions(work: Work, letter: Letter) -> list[str]:
    """What the actor may decide about it, by the names that offline_decisions knows."""
    return [name for action, name in DECISIONS.items() if _can(work, action, letter)]


def get(work: Work, letter_id: int) -> Letter:
    """A letter to take along. Raises NotFound; Forbidden where it may not lie on a device."""
    letter = letters.get(work, letter_id)
    if not may_keep(work, letter):
        raise Forbidden
    return letter


def record_keeping(work: Work, letter: Letter, login: LoginSession) -> None:
    """Who has a letter on which device is an event, as downloading it is."""
    audit.record(work, Event.LETTER_KEPT, letter, version=letter.version_number, login_id=login.id)


def digests(work: Work, kept: list[int], *, with_waiting: bool) -> dict[int, str]:
    """Of those kept the ones that may stay, and with_waiting what else waits: letter id to approval digest."""
    found = [letter for number in kept[:MOST] if (letter := _find(work, number)) is not None]
    if with_waiting:
        found += waits.page(work, work.person, size=MOST).letters
    return {letter.id: marks.digest(letter) for letter in found if may_keep(work, letter)}


def _can(work: Work, action: Action, letter: Letter) -> bool:
    """As permissions say; an opinion that was given is not asked for any more."""
    if not permissions.can(work, action, letter):
        return False
    return action != Action.COMMENT or reviews.find_question(work, letter) is not None


def _find(work: Work, letter_id: int) -> Letter | None:
    try:
        return letters.get(work, letter_id)
    except NotFound:
        return None
