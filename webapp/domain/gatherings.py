"""Many letters that come to one person together are told of as one: collected first, then one notice. Of its way up
the ladder see gathered.py.

What opens a step writes down that it did, and a job that looks whether more is coming. So nobody waits for a lock here,
whoever is killed leaves it to the next job, and each step is told of once: the job takes what no other has taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update

from webapp.domain import ladder, mandates, notifications, outbox
from webapp.domain.alerts import Telling
from webapp.domain.notifications import Message
from webapp.domain.waits import RANK
from webapp.domain.work import Work
from webapp.models import GatheredStep, Gathering, Letter, Mandate, MergeRow, Rung, Step, StepKind, StepState, Urgency

SETTLE = timedelta(seconds=10)  # nothing more came for so long: it is all there
LONGEST = timedelta(minutes=2)  # so long the first of them waits for the last; the most urgent not even that
# More than that within a minute is a flood, whoever sends it: another system, or somebody with a long list.
FLOOD, WITHIN = 10, timedelta(minutes=1)
URGENCIES = (Urgency.IMMEDIATE, Urgency.PROMPT, Urgency.NORMAL)  # by RANK
_ADD = insert(GatheredStep.__table__)


@dataclass(frozen=True)
class Group:
    """What letters come out of together. is_held: who hands it in says by `complete` when all of it is there."""

    source: str
    is_held: bool = False


@dataclass(frozen=True)
class Key:
    """Whose, and out of what."""

    person_id: int
    source: str
    mandate_id: int | None = None

    @property
    def facts(self) -> dict[str, int | str]:
        by = {} if self.mandate_id is None else {"mandate_id": self.mandate_id}
        return {"person_id": self.person_id, "source": self.source, **by}


def of_merge(merge_id: int, *, is_held: bool = False) -> Group:
    return Group(f"merge-{merge_id}", is_held)


def merge_in(source: str) -> int | None:
    """The merge that letters came out of; None for any other source."""
    kind, _, number = source.partition("-")
    return int(number) if kind == "merge" else None


def group_of(work: Work, letter: Letter, batch_id: int | None = None) -> Group | None:
    """What a letter goes on with from one step to the next: those of its table, else those approved at once with it."""
    query = select(MergeRow.merge_id).where(MergeRow.letter_id == letter.id)
    merge_id = work.session.scalars(query).first()
    if merge_id is not None:
        return of_merge(merge_id)
    return Group(f"batch-{batch_id}") if batch_id is not None else None


def ask(work: Work, letter: Letter, step: Step, control_code: str, group: Group | None = None) -> None:
    """Tell whom a step is open: of this letter at once, or of all that come with it. Of practice nobody is told."""
    if letter.is_practice:
        return
    group = group or _flood(work, step)
    if group is None:
        notifications.letter_waiting(work, letter, step, control_code)
    else:
        _add(work, step, Key(step.person_id, group.source), is_held=group.is_held)


def offer(work: Work, letter: Letter, mandate: Mandate, group: Group | None = None) -> None:
    """The same for the deputy, who may take the official's letters over."""
    step = mandates.place(mandate, letter)
    if step is None or letter.is_practice:
        return
    group = group or _flood(work, step)
    if group is None:
        notifications.letter_offered(work, letter, mandate)
    else:
        _add(work, step, Key(mandate.deputy_id, group.source, mandate.id), is_held=group.is_held)


def complete(work: Work, group: Group) -> None:
    """All that was held is there: whom it is for are told now."""
    query = select(GatheredStep.person_id, GatheredStep.mandate_id).distinct()
    untold = query.where(GatheredStep.source == group.source, GatheredStep.gathering_id.is_(None))
    whose = sorted(work.session.execute(untold).all(), key=lambda one: (one.person_id, one.mandate_id or 0))
    keys = [Key(one.person_id, group.source, one.mandate_id) for one in whose]
    outbox.add_all(work, [("gathering", key.facts | {"is_complete": 1}) for key in keys])


def ripe_at(work: Work, key: Key, *, is_complete: bool = False) -> datetime | None:
    """When what was not told yet is told; None where there is nothing.

    Once nothing more comes, and not before the last notice of the same had its time to be opened: letters that follow
    one another slowly out of one table ring no oftener than their mail would come.
    """
    first, last = func.min(GatheredStep.added_at), func.max(GatheredStep.added_at)
    query = select(first, last, func.min(RANK)).join(Step, Step.id == GatheredStep.step_id)
    query = query.join(Letter, Letter.id == Step.letter_id).where(*_untold(key))  # of practice nothing is gathered
    since, until, rank = work.session.execute(query).one()
    if since is None:
        return None
    longest = SETTLE if URGENCIES[rank] == Urgency.IMMEDIATE else LONGEST
    at = work.now if is_complete else min(until + SETTLE, since + longest)
    before = work.session.scalar(select(func.max(Gathering.asked_at)).where(*_same(key)))
    return at if before is None else max(at, before + ladder.MAIL_AFTER[URGENCIES[rank]])


def tell(work: Work, key: Key) -> None:
    """One notice of all that was not told yet, and the ladder after it. Two at once tell once."""
    ids = select(GatheredStep.id).where(*_untold(key)).order_by(GatheredStep.id).with_for_update()
    untold = list(work.session.scalars(ids))
    if not untold:
        return
    made = Gathering(person_id=key.person_id, mandate_id=key.mandate_id, source=key.source, asked_at=work.now)
    work.session.add(made)
    work.session.flush()
    work.session.execute(update(GatheredStep).where(GatheredStep.id.in_(untold)).values(gathering_id=made.id))
    told = {"person_id": key.person_id, **Telling(None, work.now, rung_of(made), made.id).facts}
    if made.mandate_id is None:
        jobs = [("push", told), ("mail", told | {"message": Message.LETTERS_WAITING}), ("ladder", told)]
    else:
        told |= {"mandate_id": made.mandate_id}
        jobs = [("push", told), ("mail", told | {"message": Message.LETTERS_OFFERED})]
    outbox.add_all(work, jobs)


def rung_of(gathering: Gathering) -> Rung:
    return Rung.OWN if gathering.mandate_id is None else Rung.OFFERED


def unopened(work: Work, source: str | None = None) -> bool:
    """Whether the actor was told of letters to sign that `note_opened` would note; reads only."""
    return work.session.scalars(select(Gathering.id).where(*_unopened(work, source)).limit(1)).first() is not None


def note_opened(work: Work, source: str | None = None) -> None:
    """The actor looks at the list in which they are approved: of one source, or of all."""
    work.session.execute(update(Gathering).where(*_unopened(work, source)).values(opened_at=work.now))


def _add(work: Work, step: Step, key: Key, *, is_held: bool) -> None:
    work.session.flush()
    row = {"person_id": key.person_id, "mandate_id": key.mandate_id, "source": key.source}
    work.execute(_ADD, row | {"step_id": step.id, "added_at": work.now})
    if not is_held:
        outbox.add(work, "gathering", at=work.now + SETTLE, **key.facts)


def _flood(work: Work, step: Step) -> Group | None:
    """Whether more comes to the person than he can be told of one by one."""
    query = select(Step.id).join(Letter, Letter.id == Step.letter_id).where(
        Step.person_id == step.person_id, Step.state == StepState.OPEN, Step.opened_at > work.now - WITHIN,
        Step.id != step.id, Letter.trainee_id.is_(None),
    )  # fmt: skip
    return Group("flood") if len(work.session.scalars(query.limit(FLOOD)).all()) == FLOOD else None


def _untold(key: Key) -> tuple:
    mine = (GatheredStep.person_id == key.person_id, GatheredStep.source == key.source)
    return (*mine, GatheredStep.mandate_id == key.mandate_id, GatheredStep.gathering_id.is_(None))


def _same(key: Key) -> tuple:
    mine = (Gathering.person_id == key.person_id, Gathering.source == key.source)
    return (*mine, Gathering.mandate_id == key.mandate_id)


def _unopened(work: Work, source: str | None) -> tuple:
    signed = select(GatheredStep.gathering_id).join(Step, Step.id == GatheredStep.step_id)
    to_sign = signed.where(GatheredStep.person_id == work.person.id, Step.kind == StepKind.SIGNATURE)
    mine = (Gathering.person_id == work.person.id, Gathering.mandate_id.is_(None), Gathering.opened_at.is_(None))
    return (*mine, Gathering.id.in_(to_sign), *([Gathering.source == source] if source else []))
