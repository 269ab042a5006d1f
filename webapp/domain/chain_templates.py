"""Chains that an office keeps under a name: who initials, and who signs."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import select

from webapp.domain import audit, chains, people, permissions, signers
from webapp.domain.audit import Event
from webapp.domain.chains import Planned
from webapp.domain.errors import N_, Invalid, NotFound
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import ChainTemplate, Letter, Role, StepKind

LONGEST_NAME = 80  # characters


def of(work: Work, letter: Letter) -> list[ChainTemplate]:
    """Those that the letter's office has kept for letters of its type, then those for all, by name."""
    fitting = ChainTemplate.office_id == letter.office_id, ChainTemplate.kind.in_(("", letter.kind))
    order = ChainTemplate.kind.desc(), ChainTemplate.name
    return list(work.session.scalars(select(ChainTemplate).where(*fitting).order_by(*order)))


def save(work: Work, letter: Letter, name: str, *, of_type: bool = False) -> ChainTemplate:
    """Keep the letter's chain under a name, in the place of one that had it before; `of_type`: for its type only."""
    permissions.require(work, Action.EDIT, letter)
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name or not (letter.reviews or letter.signer_count > 1):
        raise Invalid(N_("Beri nama pada alur yang berisi pemaraf atau beberapa penandatangan."), field="name")
    named = ChainTemplate.office_id == letter.office_id, ChainTemplate.name == name
    found = work.session.scalars(select(ChainTemplate).where(*named)).one_or_none()
    kept = found or ChainTemplate(office_id=letter.office_id, name=name)
    kept.kind = letter.kind if of_type else ""
    kept.steps = [asdict(one) for one in (*chains.plan(letter), *signers.plan(letter))]
    kept.saved_by_id, kept.saved_at = work.person.id, work.now
    work.session.add(kept)
    work.session.flush()
    audit.record(work, Event.CHAIN_SAVED, office_id=letter.office_id, template=kept.id)
    return kept


def use(work: Work, letter: Letter, template_id: int) -> int:
    """Make the letter's chain what was kept. -> how many people of it can have no part in this letter any more.

    A chain without signers, as they were kept once, or whose signers have all gone, leaves the letter its own.
    """
    kept = _get(work, letter, template_id)
    signing = _still(kept.signing, {person.id for person in people.signers_for(work, letter.office)})
    chains.arrange(work, letter, [])  # whoever initials now may be a signer there
    if signing and signing != signers.plan(letter):
        signers.arrange(work, letter, signing)
    taken = {letter.drafter_id, *(one.id for one in letter.signers)}
    able = {person.id for person in people.reviewers_for(work, letter.office)} - taken
    reviewing = _still(kept.reviewing, able)
    chains.arrange(work, letter, reviewing)
    return len(kept.steps) - len(signing) - len(reviewing)


def forget(work: Work, letter: Letter, template_id: int) -> None:
    """Take a kept chain off the office's list; letters that used it keep theirs."""
    permissions.require_role(work, Role.DRAFTER, letter.office)
    kept = _get(work, letter, template_id)
    work.session.delete(kept)
    audit.record(work, Event.CHAIN_FORGOTTEN, office_id=letter.office_id, template=kept.id)


def _still(kept: list[dict], able: set[int]) -> list[Planned]:
    """Those who can. Who came together with somebody that is left out does not join the step before."""
    found: list[Planned] = []
    begins = True
    for one in kept:
        begins = begins or not one["together"]
        if one["person_id"] in able:
            found.append(Planned(one["person_id"], StepKind(one["kind"]), together=not begins))
            begins = False
    return found


def _get(work: Work, letter: Letter, template_id: int) -> ChainTemplate:
    """Of the letter's office only. Raises NotFound."""
    found = work.session.get(ChainTemplate, template_id)
    if found is None or found.office_id != letter.office_id:
        raise NotFound
    return found
