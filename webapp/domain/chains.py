"""Planning a letter's way before it is submitted: who initials it, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.domain import audit, indexing, people, permissions, steps
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Forbidden, Invalid, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, Person, StepKind

MOST = 20  # reviewers of one letter
REVIEWS = (StepKind.HIERARCHY, StepKind.COORDINATION, StepKind.VERIFICATION)


@dataclass(frozen=True)
class Planned:
    """One reviewer. `together`: asked at the same time as the one before."""

    person_id: int
    kind: StepKind
    together: bool = False


def plan(letter: Letter) -> list[Planned]:
    """The reviewers of the round in force, in their order."""
    found, before = [], 0
    for step in letter.reviews:
        found.append(Planned(step.person_id, StepKind(step.kind), step.position == before))
        before = step.position
    return found


def candidates(work: Work, letter: Letter) -> list[Person]:
    """Who may be added: not the drafter (nobody checks himself), not the signer, nobody twice."""
    taken = {step.person_id for step in letter.chain} | {letter.drafter_id}
    return [person for person in people.reviewers_for(work, letter.office) if person.id not in taken]


def arrange(work: Work, letter: Letter, planned: Sequence[Planned]) -> None:
    """Make these the reviewers, in this order, before the signer. Raises Invalid."""
    permissions.require(work, Action.EDIT, letter)
    if letter.is_practice:  # nobody else is drawn into practice
        raise Forbidden
    able = {person.id: person for person in people.reviewers_for(work, letter.office)}
    ids = [one.person_id for one in planned]
    if len(ids) != len(set(ids)) or len(ids) > MOST:
        raise Invalid(N_("Setiap pemaraf hanya sekali dalam alur, paling banyak dua puluh orang."), field="person_id")
    if not set(ids) <= set(able) - {letter.drafter_id, *(one.id for one in letter.signers)}:
        raise Invalid(N_("Orang ini tidak dapat memberi paraf pada surat ini."), field="person_id")
    if not {one.kind for one in planned} <= set(REVIEWS):
        raise Invalid(field="kind")
    groups: list[list[tuple[Person, StepKind]]] = []
    for one in planned:
        if not one.together or not groups:
            groups.append([])
        groups[-1].append((able[one.person_id], one.kind))
    steps.arrange(work, letter, [*groups, *steps.groups_of(letter.signing_steps)])
    indexing.put_again(work, letter)
    audit.record(work, Event.CHAIN_SET, letter, people=[[person.id for person, _ in group] for group in groups])


def add(work: Work, letter: Letter, one: Planned) -> None:
    arrange(work, letter, [*plan(letter), one])


def change(work: Work, letter: Letter, what: str, person_id: int) -> None:
    """`what`: up, down, remove, or together (with the one before, or again after it). Raises NotFound."""
    arrange(work, letter, changed(plan(letter), what, person_id))


def changed(planned: list[Planned], what: str, person_id: int) -> list[Planned]:
    """The plan with this one person moved as `change` says. Raises NotFound."""
    at = next((index for index, one in enumerate(planned) if one.person_id == person_id), None)
    if at is None:
        raise NotFound
    other = {"up": at - 1, "down": at + 1}.get(what, at)
    if what == "remove":
        gone = planned.pop(at)
        if at < len(planned) and not gone.together:  # who came together with this one does not join the step before
            planned[at] = replace(planned[at], together=False)
    elif what == "together":
        planned[at] = replace(planned[at], together=not planned[at].together and at > 0)
    elif 0 <= other < len(planned):
        # The places keep whether they are parallel; the people change places.
        here, there = planned[at], planned[other]
        planned[at] = replace(there, together=here.together)
        planned[other] = replace(here, together=there.together)
    return planned
