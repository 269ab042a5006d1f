"""Letters that a message tells of together: how many wait still, for what, and where they are worked off."""

from __future__ import annotations

from dataclasses import dataclass, replace

from webapp.domain import batches, gathered, gatherings
from webapp.domain.alerts import Telling
from webapp.domain.gathered import Waiting
from webapp.domain.work import Work
from webapp.models import Gathering, Letter, Mandate, Merge, Person, Rung, StepKind, Urgency

WAITING = "/letters?box=waiting"


@dataclass(frozen=True)
class Group:
    """Never empty."""

    gathering: Gathering
    rung: Rung
    lead: Letter  # the most urgent
    letters: list[Waiting]
    path: str
    may_batch: bool = False  # the person approves them at once
    mandate_id: int | None = None  # by which he may take them over

    @property
    def count(self) -> int:
        return len(self.letters)

    @property
    def urgency(self) -> Urgency:
        return Urgency(self.lead.urgency)

    @property
    def is_one_table(self) -> bool:
        return gatherings.merge_in(self.gathering.source) is not None

    @property
    def asked(self) -> str:
        """To sign, to initial, or both."""
        to_sign = {one.kind == StepKind.SIGNATURE for one in self.letters}
        return "both" if len(to_sign) > 1 else "sign" if to_sign == {True} else "initial"


def find(work: Work, person: Person, facts: dict) -> Group | None:
    """What a job's arguments say; None where it tells of no group, or nothing of it needs to be told any more."""
    if not facts.get("gathering_id"):
        return None
    gathering, telling = work.session.get_one(Gathering, facts["gathering_id"]), Telling.of(facts)
    rung = telling.rung if telling is not None else gatherings.rung_of(gathering)
    mandate = work.session.get(Mandate, facts["mandate_id"]) if "mandate_id" in facts else None
    if telling is None:  # reminded, as he asked
        letters = gathered.waiting(work, gathering)
    else:
        letters = gathered.concerned(work, telling, mandate if rung == Rung.UNOPENED else None)
    if rung == Rung.UNOPENED and mandate is None:
        left = gathered.without_deputy(letters, gathered.offered(work, gathering, letters))
        letters = [one for one in left if _sees_to(person, one, facts)]
    if not letters:
        return None
    lead = work.session.get_one(Letter, letters[0].letter_id)
    made = Group(gathering, rung, lead, letters, "", mandate_id=facts.get("mandate_id"))
    if rung == Rung.UNOPENED:
        return replace(made, path=_of_others(work, made, person, facts))
    may_batch = rung == Rung.OWN and made.asked == "sign" and batches.is_offered(replace(work, actor=person))
    return replace(made, path=_own(made, may_batch=may_batch), may_batch=may_batch)


def _sees_to(person: Person, letter: Waiting, facts: dict) -> bool:
    return "governs" in facts or letter.drafter_id == person.id


def _own(group: Group, *, may_batch: bool) -> str:
    if group.count == 1:
        return f"/letters/{group.lead.id}"
    if not may_batch:
        return WAITING
    merge_id = gatherings.merge_in(group.gathering.source)
    return f"/batches/new?group={merge_id}" if merge_id is not None else "/batches/new"


def _of_others(work: Work, group: Group, person: Person, facts: dict) -> str:
    """Where somebody else looks after them: an administrator reads none by his role."""
    if "governs" in facts:
        return "/unfinished"
    if group.count == 1:
        return f"/letters/{group.lead.id}"
    merge = work.session.get(Merge, gatherings.merge_in(group.gathering.source) or 0)
    if merge is not None and merge.person_id == person.id:
        return f"/merges/{merge.id}"
    return WAITING if "mandate_id" in facts else "/letters"
