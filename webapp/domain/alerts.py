"""What became of the messages that told of a step, or of many: taken by a push service or a mail server, or why not.

Written by the jobs that send them, so no approval pays for it. Who is told, and when, is ladder.py and gathered.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.domain.work import Work
from webapp.models import Alert, AlertState, Channel, GatheredStep, Rung

NO_DEVICE, GONE, DOWN = "no_device", "gone", "down"  # causes of FAILED


@dataclass(frozen=True)
class Telling:
    """One occasion on which somebody is told of a step, or of a gathering; push and mail of it belong together."""

    step_id: int | None
    asked_at: datetime
    rung: Rung = Rung.OWN
    gathering_id: int | None = None

    @property
    def facts(self) -> dict[str, int | str]:
        """For the arguments of a job."""
        of = {"step_id": self.step_id} if self.step_id is not None else {"gathering_id": self.gathering_id or 0}
        return {**of, "asked_at": self.asked_at.isoformat(), "rung": str(self.rung)}

    @classmethod
    def of(cls, facts: dict) -> Telling | None:
        """As `facts` has it; None for what tells of no step."""
        if "rung" not in facts:
            return None
        at, rung = datetime.fromisoformat(facts["asked_at"]), Rung(facts["rung"])
        return cls(facts.get("step_id"), at, rung, facts.get("gathering_id"))


def find(work: Work, telling: Telling, person_id: int, channel: Channel) -> Alert | None:
    query = select(Alert).where(
        Alert.step_id == telling.step_id, Alert.gathering_id == telling.gathering_id,
        Alert.asked_at == telling.asked_at, Alert.rung == telling.rung, Alert.person_id == person_id,
        Alert.channel == channel,
    )  # fmt: skip
    return work.session.scalars(query).one_or_none()


def note(
    work: Work, telling: Telling | None, person_id: int, channel: Channel, state: AlertState, *, cause: str = ""
) -> None:  # fmt: skip
    """Keep the newest outcome. What was sent once stays sent: a repeat that fails takes nothing away."""
    if telling is None:
        return
    found = find(work, telling, person_id, channel)
    if found is None:
        found = Alert(
            step_id=telling.step_id, gathering_id=telling.gathering_id, asked_at=telling.asked_at, rung=telling.rung,
            person_id=person_id, channel=channel, state=state, cause=cause, at=work.now,
        )  # fmt: skip
        work.session.add(found)
    elif found.state != AlertState.SENT:
        found.state, found.cause, found.at = state, cause, work.now
    work.session.flush()


def of_steps(work: Work, step_ids: Iterable[int]) -> dict[int, list[Alert]]:
    """{step: all that was told of it, alone or together with others, oldest first}; steps of which nothing was told
    are not in it."""
    ids, found = list(step_ids), defaultdict(list)
    alone = select(Alert.step_id, Alert).where(Alert.step_id.in_(ids))
    together = (
        select(GatheredStep.step_id, Alert)
        .join(Alert, Alert.gathering_id == GatheredStep.gathering_id)
        .where(GatheredStep.step_id.in_(ids))
        .distinct()
    )
    for query in (together, alone):
        for step_id, alert in work.session.execute(query.order_by(Alert.id)):
            found[step_id].append(alert)
    return {step_id: sorted(told, key=lambda one: one.id) for step_id, told in found.items()}


def of_gatherings(work: Work, gathering_ids: Iterable[int]) -> dict[int, list[Alert]]:
    """{gathering: all that was told of it, oldest first}."""
    found: dict[int, list[Alert]] = defaultdict(list)
    query = select(Alert).where(Alert.gathering_id.in_(list(gathering_ids))).order_by(Alert.id)
    for alert in work.session.scalars(query):
        found[alert.gathering_id or 0].append(alert)
    return found
