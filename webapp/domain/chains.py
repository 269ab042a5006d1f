"""Planning a letter's way before it is submitted, and the chains that an office keeps under a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from sqlalchemy import select

from webapp.domain import audit, indexing, people, permissions, steps
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Forbidden, Invalid, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import ChainTemplate, Letter, Person, Role, StepKind

MOST = 20  # reviewers of one letter
LONGEST_NAME = 80  # characters
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
        del planned[at]
    elif what == "together":
        planned[at] = replace(planned[at], together=not planned[at].together and at > 0)
    elif 0 <= other < len(planned):
        # The places keep whether they are parallel; the people change places.
        here, there = planned[at], planned[other]
        planned[at] = replace(there, together=here.together)
        planned[other] = replace(here, together=there.together)
    return planned


def templates(work: Work, letter: Letter) -> list[ChainTemplate]:
    """The chains that the letter's office has kept, by name."""
    query = select(ChainTemplate).where(ChainTemplate.office_id == letter.office_id)
    return list(work.session.scalars(query.order_by(ChainTemplate.name)))


def save(work: Work, letter: Letter, name: str) -> ChainTemplate:
    """Keep the letter's chain under a name, in the place of one that had it before."""
    permissions.require(work, Action.EDIT, letter)
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name or not letter.reviews:
        raise Invalid(N_("Beri nama pada alur yang sudah berisi pemaraf."), field="name")
    found = next((one for one in templates(work, letter) if one.name == name), None)
    kept = found or ChainTemplate(office_id=letter.office_id, name=name)
    kept.steps = [asdict(one) for one in plan(letter)]
    kept.saved_by_id, kept.saved_at = work.person.id, work.now
    work.session.add(kept)
    work.session.flush()
    audit.record(work, Event.CHAIN_SAVED, office_id=letter.office_id, template=kept.id)
    return kept


def use(work: Work, letter: Letter, template_id: int) -> int:
    """Make the letter's chain what was kept. Returns how many people of it cannot review this letter any more."""
    kept = _get(work, letter, template_id).steps
    signing = {letter.drafter_id, *(one.id for one in letter.signers)}
    able = {person.id for person in people.reviewers_for(work, letter.office)} - signing
    planned = [Planned(one["person_id"], StepKind(one["kind"]), one["together"]) for one in kept]
    still = [one for one in planned if one.person_id in able]
    arrange(work, letter, still)
    return len(planned) - len(still)


def forget(work: Work, letter: Letter, template_id: int) -> None:
    """Take a kept chain off the office's list; letters that used it keep theirs."""
    permissions.require_role(work, Role.DRAFTER, letter.office)
    kept = _get(work, letter, template_id)
    work.session.delete(kept)
    audit.record(work, Event.CHAIN_FORGOTTEN, office_id=letter.office_id, template=kept.id)


def _get(work: Work, letter: Letter, template_id: int) -> ChainTemplate:
    """Of the letter's office only. Raises NotFound."""
    found = work.session.get(ChainTemplate, template_id)
    if found is None or found.office_id != letter.office_id:
        raise NotFound
    return found
