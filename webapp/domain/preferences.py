"""How a person wants to be told: mail at once or gathered, and hours in which nothing rings. Security is no choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.errors import N_, Invalid
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Person, Preference, Rhythm, Urgency

# What may wait for a digest or the morning. Whatever is not named here never does: a new message about somebody's
# certificate, mandate or account must not become late by being forgotten.
CAN_WAIT = frozenset({
    Message.LETTER_WAITING, Message.LETTERS_WAITING, Message.LETTER_OFFERED, Message.LETTERS_OFFERED,
    Message.LETTER_UNOPENED, Message.LETTERS_UNOPENED, Message.LETTER_RETURNED, Message.LETTER_MOVED,
    Message.OPINION_ASKED, Message.OPINION_GIVEN, Message.LETTER_LAPSED, Message.LETTERS_TAKEN_OVER,
    Message.LETTER_REJECTED, Message.LETTER_WITHDRAWN, Message.LETTER_SIGNED,
})  # fmt: skip
TWICE = (7 * 60 + 30, 13 * 60)  # minutes of the day: before work, and after the noon rest
QUIET = (21 * 60, 5 * 60)  # what is offered to who wants quiet hours: until the first prayer
DAY = 24 * 60
SAME = N_("Jam tenang harus berakhir pada jam yang lain daripada mulainya.")


@dataclass(frozen=True)
class Wish:
    """What somebody chose, in minutes of the day of his own zone."""

    rhythm: Rhythm = Rhythm.IMMEDIATE
    quiet: tuple[int, int] | None = None  # from, until; over midnight where until is the lesser
    zone: str = "Asia/Jakarta"

    def is_quiet(self, at: datetime) -> bool:
        if self.quiet is None:
            return False
        begins, ends = self.quiet
        return (_minute(at, self.zone) - begins) % DAY < (ends - begins) % DAY

    def after_quiet(self, at: datetime) -> datetime:
        """The end of the quiet hours that `at` lies in, else `at` itself."""
        if self.quiet is None or not self.is_quiet(at):
            return at
        return _whole(at) + timedelta(minutes=(self.quiet[1] - _minute(at, self.zone)) % DAY)

    def due(self, at: datetime) -> datetime:
        """When a mail of this moment is sent, at the earliest."""
        if self.rhythm == Rhythm.IMMEDIATE:
            return self.after_quiet(at)
        now = _minute(at, self.zone)
        places = range(60, DAY + 1, 60) if self.rhythm == Rhythm.HOURLY else (*TWICE, TWICE[0] + DAY)
        following = next(place for place in places if place > now)
        return self.after_quiet(_whole(at) + timedelta(minutes=following - now))


def of(work: Work, person: Person) -> Wish:
    """What the person chose; mail at once and no quiet hours where he chose nothing."""
    found = work.session.get(Preference, person.id)
    if found is None:
        return Wish(zone=person.zone)
    quiet = None if found.quiet_from is None or found.quiet_until is None else (found.quiet_from, found.quiet_until)
    return Wish(Rhythm(found.rhythm), quiet, person.zone)


def keep(work: Work, rhythm: Rhythm, quiet: tuple[int, int] | None) -> None:
    """The actor's own choice. Raises Invalid where the quiet hours are no hours."""
    if quiet is not None and quiet[0] == quiet[1]:
        raise Invalid(SAME, field="quiet_until")
    begins, ends = quiet or (None, None)
    chosen = Preference(person_id=work.person.id, rhythm=rhythm, quiet_from=begins, quiet_until=ends)
    work.session.merge(chosen)


def can_wait(message: Message, urgency: Urgency | None = None) -> bool:
    """Whether this mail is told as the person wishes, and not at once whatever he wishes. urgency: of what it tells."""
    return message in CAN_WAIT and urgency != Urgency.IMMEDIATE


def _minute(at: datetime, zone: str) -> int:
    local = at.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


def _whole(at: datetime) -> datetime:
    """The beginning of the minute."""
    return at.replace(second=0, microsecond=0)
