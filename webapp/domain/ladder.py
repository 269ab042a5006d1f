"""The ladder of a letter that waits: push at once, mail where it is not opened, then a deputy or the drafter.

Each rung is a job that looks again before it tells anybody, so nothing is told of a letter that moved on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.domain import alerts, audit, mandates, outbox, people, permissions
from webapp.domain.alerts import Telling
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.models import Alert, AlertState, Channel, Letter, Mandate, Person, Role, Rung, Step, StepState, Urgency

# How long a push may stay unopened before the mail follows.
MAIL_AFTER = {
    Urgency.NORMAL: timedelta(minutes=30), Urgency.PROMPT: timedelta(minutes=10),
    Urgency.IMMEDIATE: timedelta(minutes=2),
}  # fmt: skip
# And the letter, before somebody else is told: minutes of open offices; what is most urgent does not wait for morning.
OTHERS_AFTER = {Urgency.NORMAL: 8 * 60, Urgency.PROMPT: 2 * 60}
AT_ONCE = timedelta(minutes=30)
# How long the mail waits to hear what became of a push that another worker is sending.
GLANCE = timedelta(seconds=15)


def concerns(work: Work, telling: Telling, letter: Letter, person: Person) -> bool:
    """Whether this message still has something to say to the person: the step waits as it did, and is unopened."""
    step = work.session.get(Step, telling.step_id)
    if step is None or not _waits(step, telling):
        return False
    if telling.rung == Rung.OWN:
        return step.person_id == person.id and not _opened(work, letter, telling, person)
    if telling.rung == Rung.OFFERED:
        is_offered = mandates.offering(person, letter, work.now) is not None
        return is_offered and not _opened(work, letter, telling, person)
    return step.mandate_id is None and not _opened(work, letter, telling, step.person)


def mail_at(work: Work, telling: Telling, letter: Letter, person: Person) -> datetime:
    """Not before this: at once where no device was reached, else after a time in which the letter may be opened."""
    patience = telling.asked_at + MAIL_AFTER[Urgency(letter.urgency)]
    push = alerts.find(work, telling, person.id, Channel.PUSH)
    if push is None:
        return min(patience, max(telling.asked_at, work.now) + GLANCE)
    return patience if push.state == AlertState.SENT else telling.asked_at


def others_at(work: Work, letter: Letter, asked_at: datetime) -> datetime:
    """When somebody else is told of a letter that nobody opened, in the hours of its office."""
    minutes = OTHERS_AFTER.get(Urgency(letter.urgency))
    if minutes is None:
        return asked_at + AT_ONCE
    return work.config.office_hours.after(asked_at.astimezone(ZoneInfo(letter.office.zone)), minutes)


def climb(work: Work, telling: Telling) -> datetime | None:
    """Tell somebody else, once, if the letter still lies unopened. Returns when to look again, None where that is over.

    May run twice: who is in the alerts is not told again.
    """
    step = work.session.get(Step, telling.step_id)
    letter = work.session.get_one(Letter, step.letter_id) if step is not None else None
    if step is None or letter is None or letter.is_practice or not concerns(work, telling, letter, step.person):
        return None
    at = others_at(work, letter, telling.asked_at)
    if work.now < at:
        return at
    further = Telling(telling.step_id, telling.asked_at, Rung.UNOPENED)
    for person, mandate in whom(work, letter, step):
        if alerts.find(work, further, person.id, Channel.MAIL) is None:
            alerts.note(work, further, person.id, Channel.MAIL, AlertState.QUEUED)
            outbox.add_all(work, _messages(letter, step, further, person, mandate))
    return None


def whom(work: Work, letter: Letter, step: Step) -> list[tuple[Person, Mandate | None]]:
    """Who is told that the letter lies unopened with the step's person.

    The deputies who may take it over; those who opened it know. Where there is none, its stewards.
    """
    deputies = mandates.deputies_for(work, letter, {step.person_id}) if step.is_signature else []
    if deputies:
        since = step.opened_at or letter.created_at
        seen = audit.first_read(work, letter.id, (one.deputy_id for one in deputies), since)
        return [(one.deputy, one) for one in deputies if one.deputy_id not in seen]
    return [(one, None) for one in stewards(work, letter, step.person)]


def stewards(work: Work, letter: Letter, person: Person) -> list[Person]:
    """Who sees to a letter that this person leaves unopened, where no deputy may take it.

    The letter's drafter: he works in the office's registry (tata usaha), reads the letter anyway, and can ring up, or
    withdraw it. Only where he is gone, or is another system, the administrators of the nearest office that has any:
    they read no letter, but they give an initial to somebody else or record a deputy by decree. A reviewer or
    secretary whom the letter does not name would learn of it without need.
    """
    if letter.drafter.disabled_at is None and not letter.drafter.is_service and letter.drafter_id != person.id:
        return [letter.drafter]
    office, above = letter.office, people.overseers_of(work, letter.office, Role.ADMINISTRATOR)
    while office is not None:
        nearest = [one for one in above if permissions.holds(one, Role.ADMINISTRATOR, office) and one is not person]
        if nearest:
            return nearest
        office = office.parent
    return []


def _messages(
    letter: Letter, step: Step, telling: Telling, person: Person, mandate: Mandate | None
) -> list[tuple[str, dict[str, int | str]]]:
    facts = {"person_id": person.id, "letter_id": letter.id, "owner_id": step.person_id, **telling.facts}
    if mandate is not None:
        facts["mandate_id"] = mandate.id
    elif person.id != letter.drafter_id:
        facts["governs"] = 1
    return [("push", facts), ("mail", facts | {"message": Message.LETTER_UNOPENED})]


def page_of(facts: dict, letter_id: int | None) -> str:
    """Where somebody else looks after an unopened letter: an administrator reads none by his role."""
    return "/unfinished" if "governs" in facts else f"/letters/{letter_id}"


def _waits(step: Step, telling: Telling) -> bool:
    """As when it was told of: one that was closed and opened again is told of anew."""
    return step.state == StepState.OPEN and (step.opened_at is None or step.opened_at <= telling.asked_at)


def _opened(work: Work, letter: Letter, telling: Telling, person: Person) -> bool:
    return bool(audit.first_read(work, letter.id, [person.id], telling.asked_at))


@dataclass(frozen=True)
class Standing:
    """How far the message of one step has come. None: not yet, or not needed."""

    step: Step
    push: Alert | None
    mail: Alert | None
    opened_at: datetime | None
    others: tuple[Alert, ...]  # who else was told, and is told by mail
    is_group_opened: bool = False  # he was told of it with others, and opened one of those

    @property
    def is_settled(self) -> bool:
        """Whether nothing need be told any more: opened, acted on, or taken over by the person himself."""
        return bool(self.opened_at or self.step.acted_at or self.step.mandate_id or self.is_group_opened)


def standings(work: Work, letter: Letter) -> list[Standing]:
    """Of the steps that are asked for now, or were last; nothing of practice, nor of what was never told of."""
    current = [] if letter.is_practice else _current(letter)
    told = alerts.of_steps(work, [step.id for step in current]) if current else {}
    if not told:
        return []
    since = min(one.asked_at for some in told.values() for one in some)
    read = audit.first_read(work, letter.id, [step.person_id for step in current], since)
    return [_standing(step, told.get(step.id, []), read.get(step.person_id)) for step in current]


def _current(letter: Letter) -> list[Step]:
    """The steps of one position: those that are open, else those that somebody acted on last."""
    live = [step for step in letter.chain if step.state in (StepState.OPEN, StepState.DONE, StepState.RETURNED)]
    place = next((step.position for step in live if step.state == StepState.OPEN), live[-1].position if live else None)
    return [step for step in live if step.position == place]


def _standing(step: Step, mine: list[Alert], opened_at: datetime | None) -> Standing:
    newest = {one.channel: one for one in mine if one.person_id == step.person_id and one.rung != Rung.UNOPENED}
    others = tuple(
        one for one in mine if one.channel == Channel.MAIL and one.rung != Rung.OWN and one not in newest.values()
    )
    return Standing(step, newest.get(Channel.PUSH), newest.get(Channel.MAIL), opened_at, others)
