"""What became of the messages that told of a step: taken by a push service or a mail server, or not, and why.

Written by the jobs that send them, so no approval pays for it. Who is told, and when, is ladder.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from webapp.domain.work import Work
from webapp.models import Alert, AlertState, Channel, Rung

NO_DEVICE, GONE, DOWN = "no_device", "gone", "down"  # causes of FAILED


@dataclass(frozen=True)
class Telling:
    """One occasion on which somebody is told of a step; push and mail of it belong together."""

    step_id: int
    asked_at: datetime
    rung: Rung = Rung.OWN

    @property
    def facts(self) -> dict[str, int | str]:
        """For the arguments of a job."""
        return {"step_id": self.step_id, "asked_at": self.asked_at.isoformat(), "rung": str(self.rung)}

    @classmethod
    def of(cls, facts: dict) -> Telling | None:
        """As `facts` has it; None for what tells of no step."""
        if "rung" not in facts:
            return None
        return cls(facts["step_id"], datetime.fromisoformat(facts["asked_at"]), Rung(facts["rung"]))


def find(work: Work, telling: Telling, person_id: int, channel: Channel) -> Alert | None:
    query = select(Alert).where(
        Alert.step_id == telling.step_id, Alert.asked_at == telling.asked_at, Alert.rung == telling.rung,
        Alert.person_id == person_id, Alert.channel == channel,
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
            step_id=telling.step_id, asked_at=telling.asked_at, rung=telling.rung, person_id=person_id,
            channel=channel, state=state, cause=cause, at=work.now,
        )  # fmt: skip
        work.session.add(found)
    elif found.state != AlertState.SENT:
        found.state, found.cause, found.at = state, cause, work.now
    work.session.flush()


def of_steps(work: Work, step_ids: Iterable[int]) -> list[Alert]:
    """All that was told of these steps, oldest first."""
    return list(work.session.scalars(select(Alert).where(Alert.step_id.in_(list(step_ids))).order_by(Alert.id)))
