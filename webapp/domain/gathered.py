"""The ladder of letters that were told of together: what of them waits still, who opened it, and who else is told.

As ladder.py does it for one letter, with the same times: nobody is ever told of each of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from webapp.domain import alerts, audit, gatherings, ladder, mandates, outbox
from webapp.domain.alerts import Telling
from webapp.domain.notifications import Message
from webapp.domain.waits import RANK
from webapp.domain.work import Work
from webapp.models import (
    Alert,
    AlertState,
    Channel,
    GatheredStep,
    Gathering,
    Letter,
    Mandate,
    Person,
    Rung,
    Step,
    StepKind,
    StepState,
)  # fmt: skip


class Waiting(NamedTuple):
    """One of them that waits as it did when it was told of."""

    letter_id: int
    kind: StepKind
    drafter_id: int
    office_id: int


def waiting(work: Work, gathering: Gathering, mandate: Mandate | None = None) -> list[Waiting]:
    """The most urgent first. mandate: only those that its deputy may take over, as of one offered to him."""
    step, by = aliased(Step), mandate or gathering.mandate  # a mandate's own conditions speak of steps too
    query = (
        select(Letter.id, step.kind, Letter.drafter_id, Letter.office_id)
        .join(step, step.letter_id == Letter.id)
        .where(step.id.in_(_step_ids(gathering)), Letter.trainee_id.is_(None))
        .where(step.state == StepState.OPEN, step.opened_at <= gathering.asked_at)
        .order_by(RANK, Letter.id)
    )
    if by is None:
        query = query.where(step.person_id == gathering.person_id)
    elif mandates.is_in_force(by, work.now):
        query = query.where(step.mandate_id.is_(None), mandates.offered(by))
    else:
        return []
    return [Waiting(*row) for row in work.session.execute(query)]


def concerned(work: Work, telling: Telling, mandate: Mandate | None = None) -> list[Waiting]:
    """What this message still has to say: those that wait, as long as nothing of the gathering was opened."""
    gathering = work.session.get_one(Gathering, telling.gathering_id)
    return [] if is_opened(work, gathering) else waiting(work, gathering, mandate)


def is_opened(work: Work, gathering: Gathering) -> bool:
    """Whether whom it was told to opened the list or any of the letters, or acted on one without."""
    if gathering.opened_at is not None or _readings(work, gathering):
        return True
    acted = _steps(gathering).where(Step.acted_by_id == gathering.person_id, Step.acted_at >= gathering.asked_at)
    return work.session.execute(acted.limit(1)).first() is not None


def of_letter(work: Work, letter: Letter) -> list[ladder.Standing]:
    """How far the message of each of its steps has come, also of those that were told of together with others."""
    return [replace(one, is_group_opened=_with_others(work, one)) for one in ladder.standings(work, letter)]


def _with_others(work: Work, standing: ladder.Standing) -> bool:
    told = standing.push or standing.mail
    if told is None or told.gathering_id is None or standing.is_settled:
        return False
    return is_opened(work, work.session.get_one(Gathering, told.gathering_id))


def climb(work: Work, telling: Telling) -> datetime | None:
    """As ladder.climb: tell somebody else, once, if nothing of it was opened. Returns when to look again."""
    found = concerned(work, telling)
    if not found:
        return None
    gathering, lead = work.session.get_one(Gathering, telling.gathering_id), work.session.get_one(Letter, found[0][0])
    at = ladder.others_at(work, lead, telling.asked_at)
    if work.now < at:
        return at
    further = Telling(None, telling.asked_at, Rung.UNOPENED, gathering.id)
    for person, facts in _whom(work, gathering, found):
        if alerts.find(work, further, person.id, Channel.MAIL) is None:
            alerts.note(work, further, person.id, Channel.MAIL, AlertState.QUEUED)
            told = {"person_id": person.id, "owner_id": gathering.person_id, **facts, **further.facts}
            outbox.add_all(work, [("push", told), ("mail", told | {"message": Message.LETTERS_UNOPENED})])
    return None


def _whom(work: Work, gathering: Gathering, found: list[Waiting]) -> list[tuple[Person, dict[str, int]]]:
    """Who is told that they lie unopened, each once, with what makes him see to it: as ladder.whom for each letter."""
    told: list[tuple[Person, dict[str, int]]] = []
    offers = offered(work, gathering, found)
    for mandate, _ in offers:
        if not _readings(work, gathering, mandate.deputy_id):
            told.append((mandate.deputy, {"mandate_id": mandate.id}))
    left = without_deputy(found, offers)
    for letter_id in {(one.drafter_id, one.office_id): one.letter_id for one in left}.values():
        letter = work.session.get_one(Letter, letter_id)
        for person in ladder.stewards(work, letter, gathering.person):
            told.append((person, {} if person.id == letter.drafter_id else {"governs": 1}))
    return list({person.id: (person, facts) for person, facts in reversed(told)}.values())


def offered(work: Work, gathering: Gathering, found: list[Waiting]) -> list[tuple[Mandate, list[Waiting]]]:
    """By which mandates others may take which of these over."""
    officials = {gathering.person_id} if any(one.kind == StepKind.SIGNATURE for one in found) else set()
    covered = [(mandate, waiting(work, gathering, mandate)) for mandate in mandates.given_by(work, officials)]
    return [(mandate, some) for mandate, some in covered if some]


def without_deputy(found: list[Waiting], offers: list[tuple[Mandate, list[Waiting]]]) -> list[Waiting]:
    """Those of these that no deputy may take over: their stewards see to them. offers: of `offered`."""
    covered = {one.letter_id for _, some in offers for one in some}
    return [one for one in found if one.letter_id not in covered]


@dataclass(frozen=True)
class Standing:
    """How far one notice of many letters has come. asked_at None: it is not told yet."""

    person: Person
    size: int
    asked_at: datetime | None = None
    push: Alert | None = None
    mail: Alert | None = None
    opened_at: datetime | None = None  # the list, or the first of the letters
    read: int = 0  # letters
    done: int = 0
    returned: int = 0
    acted_at: datetime | None = None  # newest
    is_taken: bool = False  # a deputy has them, or they were withdrawn: nothing waits for the person
    others: tuple[Alert, ...] = ()  # who else was told, and is told by mail

    @property
    def is_settled(self) -> bool:
        """Whether nothing need be told any more."""
        return bool(self.opened_at or self.acted_at or self.is_taken)


def standings(work: Work, source: str) -> list[Standing]:
    """Of all notices that letters of this source led to, oldest first; and of those that are still to be told."""
    mine = (Gathering.source == source, Gathering.mandate_id.is_(None))
    made = list(work.session.scalars(select(Gathering).where(*mine).order_by(Gathering.id)))
    offered = list(work.session.scalars(select(Gathering.id).where(Gathering.source == source)))
    told = alerts.of_gatherings(work, offered)
    offers = [one for some in told.values() for one in some if one.rung == Rung.OFFERED]
    known = [_standing(work, one, [*told.get(one.id, []), *_beside(one, offers)]) for one in made]
    return known + _untold(work, source)


def _beside(gathering: Gathering, offers: list[Alert]) -> list[Alert]:
    """What deputies were told of the same letters in the same moment."""
    return [one for one in offers if abs(one.asked_at - gathering.asked_at) <= gatherings.SETTLE]


def _standing(work: Work, gathering: Gathering, told: list[Alert]) -> Standing:
    own = {one.channel: one for one in told if one.rung == Rung.OWN}
    read = _readings(work, gathering)
    state, acts = Step.state, func.max(Step.acted_at)
    query = _steps(gathering).with_only_columns(state, func.count(), acts).group_by(state)
    found = {row[0]: (row[1], row[2]) for row in work.session.execute(query)}
    acted = [found.get(one, (0, None)) for one in (StepState.DONE, StepState.RETURNED)]
    opened = [at for at in (gathering.opened_at, *read.values()) if at is not None]
    return Standing(
        gathering.person, sum(count for count, _ in found.values()), gathering.asked_at, own.get(Channel.PUSH),
        own.get(Channel.MAIL), min(opened, default=None), len(read), acted[0][0], acted[1][0],
        max((at for _, at in acted if at is not None), default=None), not waiting(work, gathering),
        tuple(one for one in told if one.channel == Channel.MAIL and one.rung != Rung.OWN),
    )  # fmt: skip


def _untold(work: Work, source: str) -> list[Standing]:
    mine = (GatheredStep.source == source, GatheredStep.gathering_id.is_(None), GatheredStep.mandate_id.is_(None))
    counted = (
        select(GatheredStep.person_id, func.count(GatheredStep.step_id.distinct()))
        .where(*mine)
        .group_by(GatheredStep.person_id)
    )
    rows = work.session.execute(counted.order_by(GatheredStep.person_id))
    return [Standing(work.session.get_one(Person, person_id), size) for person_id, size in rows]


def _readings(work: Work, gathering: Gathering, person_id: int | None = None) -> dict[int, datetime]:
    letters = _steps(gathering).with_only_columns(Step.letter_id)
    return audit.first_readings(work, letters, person_id or gathering.person_id, gathering.asked_at)


def _steps(gathering: Gathering) -> Select[tuple[int]]:
    # practice: nobody is told of it, so none of its steps is gathered
    return select(Step.id).where(Step.id.in_(_step_ids(gathering)))


def _step_ids(gathering: Gathering) -> Select[tuple[int]]:
    """Each counts once, also one that was opened, recalled and opened again before it was told of."""
    return select(GatheredStep.step_id).where(GatheredStep.gathering_id == gathering.id)
