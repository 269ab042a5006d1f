"""Who may do what. Denied unless a row below allows it; templates ask the same can()."""

from __future__ import annotations

from enum import StrEnum

from webapp.domain import mandates, workflow
from webapp.domain.errors import N_, Conflict, Forbidden
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Letter, Office, Part, Person, Role, State, Step, StepState


class Relation(StrEnum):
    """What a person is to a letter."""

    AUTHOR = "author"  # drafted it
    COLLEAGUE = "colleague"  # drafts for the same office
    REVIEWER = "reviewer"  # of its office, while no step of his own or of another waits for an initial
    BYSTANDER = "bystander"  # reviewer of its office while others are asked to initial: reads
    HOLDER = "holder"  # its open step waits for him
    CHAIN = "chain"  # had it before him as one of its steps
    INITIALLED = "initialled"  # initialled it last
    ADVISER = "adviser"  # asked for a second opinion
    ADMINISTRATOR = "administrator"  # of its office or one above: reads nothing
    SIGNER = "signer"  # is to sign it or has signed it; of several whose turn it is, in the end the last
    COSIGNER = "cosigner"  # may sign it now, though it is prepared for another
    SIGNATORY = "signatory"  # one of several who signed it, or in whose place a deputy did
    DEPUTY = "deputy"  # is offered it by a mandate in force: reads, and may take it over
    ACTING = "acting"  # signs it, or has signed it, by a mandate in force
    ACTED = "acted"  # decided on it by a mandate that is over: reads
    PRINCIPAL = "principal"  # in whose place a deputy has it
    AUDITOR = "auditor"  # of its office or one above
    SERVICE = "service"  # another system of its office, by a token


READERS = frozenset(Relation) - {Relation.ADMINISTRATOR}
DRAFTERS = frozenset({Relation.AUTHOR, Relation.COLLEAGUE})

RULES: dict[Action, frozenset[Relation]] = {
    Action.VIEW: READERS,
    Action.VIEW_TRAIL: READERS,
    Action.DOWNLOAD: READERS,
    Action.EDIT: DRAFTERS,
    Action.REVISE: DRAFTERS,
    Action.SUBMIT: DRAFTERS,
    Action.WITHDRAW: DRAFTERS,
    Action.INITIAL: frozenset({Relation.HOLDER}),
    Action.RECALL: frozenset({Relation.INITIALLED}),
    Action.REASSIGN: frozenset({Relation.ADMINISTRATOR}),
    Action.ASK: frozenset({Relation.HOLDER, Relation.SIGNER}),
    Action.COMMENT: frozenset({Relation.ADVISER}),
    Action.RETURN: frozenset({Relation.REVIEWER, Relation.SIGNER, Relation.COSIGNER, Relation.HOLDER}),
    Action.TAKE: frozenset({Relation.DEPUTY}),
    Action.GIVE_BACK: frozenset({Relation.ACTING, Relation.PRINCIPAL}),
    Action.REJECT: frozenset({Relation.SIGNER}),
    Action.SIGN: frozenset({Relation.SIGNER}),
    Action.TAKE_TURN: frozenset({Relation.COSIGNER}),
    Action.REVOKE: frozenset({Relation.SIGNER, Relation.SIGNATORY, Relation.PRINCIPAL}),
    Action.DISTRIBUTE: DRAFTERS,
    Action.REPLACE: frozenset({Relation.AUTHOR, Relation.COLLEAGUE, Relation.SIGNER, Relation.PRINCIPAL}),
}

LEFT = frozenset({Action.VIEW, Action.VIEW_TRAIL})  # of a letter that was disposed of: its record and its trail
DISPOSED = N_("Arsip surat ini telah dimusnahkan; yang tersisa adalah catatannya.")
# What a practice letter never knows: it reaches nobody but its trainee, and has no life after its signature.
NOT_IN_PRACTICE = frozenset(
    {Action.ASK, Action.COMMENT, Action.REASSIGN, Action.REVOKE, Action.REPLACE, Action.DISTRIBUTE}
)
ROLE_OF_PART = {Part.DRAFTER: Role.DRAFTER, Part.REVIEWER: Role.REVIEWER, Part.SIGNER: Role.SIGNER}

# Before it reaches him a letter is none of the signer's business; after a withdrawal neither.
SHOWN_TO_SIGNER = frozenset(State) - {State.DRAFT, State.WITHDRAWN, State.IN_REVIEW}
DECIDED = frozenset({State.REJECTED, State.SIGNED, State.REVOKED, State.REPLACED})
SHOWN_TO_CHAIN = frozenset(State) - {State.DRAFT, State.WITHDRAWN}
SECRET = frozenset({Confidentiality.SECRET, Confidentiality.TOP_SECRET})
ROLE_OF_STEP = {True: Role.SIGNER, False: Role.REVIEWER}  # by is_signature


def relations(work: Work, letter: Letter) -> frozenset[Relation]:
    """What the actor is to the letter. Secret letters are for those named on them only."""
    person = work.actor
    if person is None or person.disabled_at is not None:
        return frozenset()
    if person.is_service:
        return _of_service(person, letter) if not letter.is_practice else frozenset()
    if letter.is_practice:
        return frozenset(_in_practice(person, letter))
    found: set[Relation] = set()
    if letter.drafter_id == person.id and holds(person, Role.DRAFTER, letter.office):
        found.add(Relation.AUTHOR)
    if State(letter.state) in SHOWN_TO_SIGNER:
        found |= _as_signer(work, person, letter)
    # Who is to sign has no other step of the letter: what every approval asks costs no look at them.
    if State(letter.state) in SHOWN_TO_CHAIN and Relation.SIGNER not in found:
        found |= _in_chain(person, letter)
        if letter.signer_count > 1 and letter.state == State.SIGNED and _has_signed(work, person, letter):
            found.add(Relation.SIGNATORY)
    if holds(person, Role.ADMINISTRATOR, letter.office, inherited=True):
        found.add(Relation.ADMINISTRATOR)
    return frozenset(found if letter.confidentiality in SECRET else found | _by_office(person, letter))


def _as_signer(work: Work, person: Person, letter: Letter) -> set[Relation]:
    """Signs for himself by his role; for another by a mandate alone, whatever his roles are, and while it lasts."""
    is_able = holds(person, Role.SIGNER, letter.office, inherited=True)
    if letter.signer_id != person.id:
        found = {Relation.DEPUTY} if mandates.offering(person, letter, work.now) else set()
        is_principal = letter.mandate_id is not None and letter.mandate.principal_id == person.id
        return found | {Relation.PRINCIPAL} if is_principal and is_able else found
    if letter.mandate_id is None:
        return {Relation.SIGNER} if is_able else set()
    if mandates.is_in_force(letter.mandate, work.now):
        return {Relation.SIGNER, Relation.ACTING}
    return {Relation.ACTED} if letter.state in DECIDED else set()


def _in_practice(person: Person, letter: Letter) -> set[Relation]:
    """Of a practice letter only its trainee is anything, and only what it was made for, while he holds that role."""
    part = Part(letter.practice_as)
    if letter.trainee_id != person.id or (part in ROLE_OF_PART and not person.offices_as(ROLE_OF_PART[part])):
        return set()
    if part == Part.DRAFTER:
        return {Relation.AUTHOR}
    if part == Part.SIGNER:
        return {Relation.SIGNER}
    found = {Relation.CHAIN}
    if part == Part.REVIEWER and letter.state in workflow.WAITING:
        step = workflow.open_step(letter, person)
        if step is not None and not step.is_signature:
            found.add(Relation.HOLDER)
        if workflow.recallable_step(letter, person) is not None:
            found.add(Relation.INITIALLED)
    return found


def _in_chain(person: Person, letter: Letter) -> set[Relation]:
    """Only whom a step has reached, and who still holds the role for it; by a mandate, who signed for another."""
    seen = [step for step in letter.steps if step.was_seen]
    own = [step for step in seen if step.official.id == person.id]
    found = {Relation.ACTED} if any(_signed_for_another(step, person) for step in seen) else set()
    if not any(holds(person, ROLE_OF_STEP[step.is_signature], letter.office, inherited=True) for step in own):
        return found
    found.add(Relation.CHAIN)
    if letter.state in workflow.WAITING:
        step = workflow.open_step(letter, person)
        if step is not None and step in own:
            found.add(Relation.COSIGNER if step.is_signature else Relation.HOLDER)
        if workflow.recallable_step(letter, person) is not None:
            found.add(Relation.INITIALLED)
    return found


def _has_signed(work: Work, person: Person, letter: Letter) -> bool:
    """As an official who still may, himself or through a deputy; as a deputy while his mandate lasts."""
    is_official = any(step.official.id == person.id for step in letter.signing_steps)
    if is_official and holds(person, Role.SIGNER, letter.office, inherited=True):
        return True
    mine = (step.mandate for step in letter.signing_steps if _signed_for_another(step, person))
    return any(mandates.is_in_force(mandate, work.now) for mandate in mine)


def _signed_for_another(step: Step, person: Person) -> bool:
    return step.mandate_id is not None and step.person_id == person.id and step.state == StepState.DONE


def _by_office(person: Person, letter: Letter) -> set[Relation]:
    found: set[Relation] = set()
    if holds(person, Role.DRAFTER, letter.office):
        found.add(Relation.COLLEAGUE)
    if holds(person, Role.REVIEWER, letter.office) and letter.state != State.DRAFT:
        found.add(Relation.BYSTANDER if letter.state == State.IN_REVIEW else Relation.REVIEWER)
    if holds(person, Role.AUDITOR, letter.office, inherited=True):
        found.add(Relation.AUDITOR)
    if State(letter.state) in SHOWN_TO_CHAIN and letter.signer_id != person.id and _is_adviser(person, letter):
        found.add(Relation.ADVISER)
    return found


def _is_adviser(person: Person, letter: Letter) -> bool:
    """Asked, and still of the office."""
    is_colleague = letter.office_id in person.offices_as(*Role)
    return is_colleague and any(opinion.person_id == person.id for opinion in letter.opinions)


def _of_service(person: Person, letter: Letter) -> frozenset[Relation]:
    """Another system changes what it handed in and reads what its office submitted: never a reviewer or a signer,
    whatever roles its row came to hold.
    """
    if not holds(person, Role.DRAFTER, letter.office):
        return frozenset()
    if letter.drafter_id == person.id:
        return frozenset({Relation.AUTHOR})
    is_secret = letter.confidentiality in (Confidentiality.SECRET, Confidentiality.TOP_SECRET)
    return frozenset() if is_secret or letter.state == State.DRAFT else frozenset({Relation.SERVICE})


def holds(person: Person, role: Role, office: Office, *, inherited: bool = False) -> bool:
    """Whether the role is held in this office, or (inherited) in one above it."""
    offices = office.ancestor_ids if inherited else {office.id}
    return not offices.isdisjoint(person.offices_as(role))


def can(work: Work, action: Action, letter: Letter) -> bool:
    """Whether the actor may do this to the letter in the state it is in."""
    if letter.disposed_at is not None and action not in LEFT:
        return False
    return workflow.is_possible(letter.state, action) and _is_allowed(work, action, letter)


def require(work: Work, action: Action, letter: Letter) -> None:
    """Raise Forbidden when the actor never may; Conflict when the letter's state is in the way."""
    if not _is_allowed(work, action, letter):
        raise Forbidden
    if letter.disposed_at is not None and action not in LEFT:
        raise Conflict(DISPOSED)
    if action not in workflow.READING:
        workflow.next_state(letter.state, action)


def _is_allowed(work: Work, action: Action, letter: Letter) -> bool:
    if letter.is_practice and action in NOT_IN_PRACTICE:
        return False
    return not RULES[action].isdisjoint(relations(work, letter))


def has_role(work: Work, *roles: Role) -> bool:
    """Whether the actor holds one of the roles anywhere."""
    allowed = roles if work.actor is None or not work.actor.is_service else {Role.DRAFTER}.intersection(roles)
    return work.actor is not None and bool(work.actor.offices_as(*allowed))


def is_certifiable(work: Work, person: Person) -> bool:
    """Whether the person may be verified and get a key: a signer, or whom a mandate asks to be a deputy, whatever his
    roles are. It lets him sign nothing by itself."""
    is_signer = bool(person.offices_as(Role.SIGNER))
    return not person.is_service and (is_signer or mandates.is_asked(person, work.now))


def acts(work: Work) -> bool:
    """Whether the actor signs for somebody by a mandate in force."""
    return work.actor is not None and bool(mandates.in_force(work, work.actor))


def require_role(work: Work, role: Role, office: Office | None = None) -> None:
    """Raise Forbidden unless the actor holds the role over this office (in it or above), or anywhere without one."""
    if work.actor is None or work.actor.disabled_at is not None or work.actor.is_service:
        raise Forbidden  # whatever asks for a role like this governs: no other system does
    if not (holds(work.actor, role, office, inherited=True) if office else has_role(work, role)):
        raise Forbidden
