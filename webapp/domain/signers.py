"""Planning who signs a letter: one official, or several one after another or in any order."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.domain import audit, bsre, chains, indexing, marks, people, permissions, steps
from webapp.domain.audit import Event
from webapp.domain.chains import Planned
from webapp.domain.errors import N_, Forbidden, Invalid
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, Person, StepKind

MOST = 6  # of one letter: their marks must find room on its pages


def plan(letter: Letter) -> list[Planned]:
    """The signers of the round in force, in their order."""
    found, before = [], 0
    for step in letter.signing_steps:
        found.append(Planned(step.person_id, StepKind.SIGNATURE, step.position == before))
        before = step.position
    return found


def candidates(work: Work, letter: Letter) -> list[Person]:
    """Who may be added: signers for the letter's office that have no part in it yet."""
    taken = {step.person_id for step in letter.chain}
    return [person for person in people.signers_for(work, letter.office) if person.id not in taken]


def add(work: Work, letter: Letter, person_id: int, *, together: bool = False) -> None:
    """One more signer, after the others or at the same time as the last of them."""
    arrange(work, letter, [*plan(letter), Planned(person_id, StepKind.SIGNATURE, together)])


def change(work: Work, letter: Letter, what: str, person_id: int) -> None:
    """As chains.change."""
    arrange(work, letter, chains.changed(plan(letter), what, person_id))


def arrange(work: Work, letter: Letter, planned: Sequence[Planned]) -> None:
    """Make these the signers, in this order. Marks keep their places, the file is drawn anew. Raises Invalid."""
    permissions.require(work, Action.EDIT, letter)
    if letter.is_practice:  # nobody else is drawn into practice
        raise Forbidden
    ids = [one.person_id for one in planned]
    if not 1 <= len(ids) <= MOST or len(ids) != len(set(ids)):
        raise Invalid(N_("Setiap penandatangan hanya sekali, paling sedikit satu dan paling banyak enam orang."))
    able = {person.id: person for person in people.signers_for(work, letter.office)}
    if not set(ids) <= set(able) - {step.person_id for step in letter.reviews}:
        raise Invalid(N_("Orang ini tidak dapat menandatangani surat ini."), field="person_id")
    bsre.require_alone(work, [able[one] for one in ids])
    before = marks.places(letter)
    groups: list[list[tuple[Person, StepKind]]] = []
    for one in planned:
        if not one.together or not groups:
            groups.append([])
        groups[-1].append((able[one.person_id], StepKind.SIGNATURE))
    letter.signer, letter.signer_count = groups[0][0][0], len(ids)
    steps.arrange(work, letter, [*steps.groups_of(letter.reviews), *groups])
    marks.follow(letter, before)
    indexing.put_again(work, letter)
    audit.record(work, Event.CHAIN_SET, letter, signers=[[person.id for person, _ in group] for group in groups])
