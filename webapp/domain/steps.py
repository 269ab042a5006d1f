"""The steps of a letter's way through its office: opened, closed, and begun anew. Who may act is asked elsewhere.

A step that is not done blocks the next: only `advance` opens one, in the transaction that closed the one before, and
every change raises the letter's revision. So neither raced taps nor a stale page can skip a step.
"""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

import signing
from webapp.domain import bsre, gatherings, looks, mandates, marks, people, workflow
from webapp.domain.errors import N_, Invalid
from webapp.domain.gatherings import Group
from webapp.domain.work import Work
from webapp.models import Act, Letter, Person, State, Step, StepKind, StepState

STEPS = Step.__table__
_CLOSE = update(STEPS).where(
    STEPS.c.letter_id == bindparam("of"), STEPS.c.kind == StepKind.SIGNATURE, STEPS.c.state == StepState.OPEN,
    STEPS.c.person_id == bindparam("by"),
)  # fmt: skip
ACT = ("opened_at", "acted_at", "acted_by_id", "version_id", "digest", "note")


def lock(work: Work, letter: Letter) -> None:
    """Read the letter and its steps anew, with the row locked until the commit: who taps at the same moment waits and
    then finds what the first one made of it, in place of an error page."""
    work.session.flush()
    work.session.refresh(letter, with_for_update={"of": Letter})
    work.session.expire(letter, ["steps", "opinions"])
    now = select(Step).where(Step.letter_id == letter.id).execution_options(populate_existing=True)
    work.session.scalars(now).all()


def touch(work: Work, letter: Letter) -> None:
    """Raise the letter's revision, also where nothing but its steps changes."""
    letter.updated_at = work.now
    flag_modified(letter, "updated_at")


def begin(letter: Letter) -> None:
    """A new letter has one step, the signature."""
    letter.steps.append(_step(letter, 1, 1, StepKind.SIGNATURE, letter.signer))


def groups_of(some: list[Step]) -> list[list[tuple[Person, StepKind]]]:
    """Steps as `arrange` takes them: those of one position together."""
    positions = dict.fromkeys(step.position for step in some)
    return [[(s.person, StepKind(s.kind)) for s in some if s.position == position] for position in positions]


def arrange(work: Work, letter: Letter, groups: list[list[tuple[Person, StepKind]]]) -> None:
    """Make these the steps of a letter, the signatures last: people of one group are asked at the same time."""
    number = letter.chain[-1].round
    for step in letter.chain:
        letter.steps.remove(step)
    work.session.flush()
    for position, group in enumerate(groups, 1):
        letter.steps.extend(_step(letter, number, position, kind, person) for person, kind in group)
    touch(work, letter)


def follow_signer(letter: Letter) -> None:
    # One that a deputy had before there was Step.mandate stays as history.
    live = (step for step in letter.signing_steps if step.state != StepState.SKIPPED)
    next(live).person = letter.signer


def advance(work: Work, letter: Letter, *, group: Group | None = None) -> None:
    """Open what comes next, unless something is open still; whom it waits for is told, of a group once. Sets the
    letter's state."""
    waiting = [step for step in letter.chain if step.state == StepState.WAITING]
    if waiting and not any(step.state == StepState.OPEN for step in letter.chain):
        opened = [step for step in waiting if step.position == waiting[0].position]
        letter.state = State.SUBMITTED if opened[0].is_signature else State.IN_REVIEW
        for step in opened:
            step.state, step.opened_at = StepState.OPEN, work.now
        touch(work, letter)
        work.session.flush()
        for step in opened:
            gatherings.ask(work, letter, step, _code_for(letter, step), group)
        officials = {step.person_id for step in opened if step.is_signature}
        for mandate in mandates.deputies_for(work, letter, officials):
            gatherings.offer(work, letter, mandate, group)


def require_able(work: Work, letter: Letter) -> None:
    """A step that nobody may do would hold the letter for ever. Of a practice letter the trainee does every step."""
    if letter.is_practice:
        return
    signers = {one.id for one in letter.signers}
    able = {person.id for person in people.reviewers_for(work, letter.office)} - signers
    for step in letter.reviews:
        if step.person_id not in able:
            name = step.person.full_name
            raise Invalid(N_("%(name)s tidak lagi dapat memberi paraf. Atur lagi alurnya."), name=name)
    for person in letter.signers:
        if person.id not in {one.id for one in people.signers_for(work, letter.office)}:
            name = person.full_name
            raise Invalid(N_("%(name)s bukan penandatangan untuk perangkat daerah ini. Atur lagi alurnya."), name=name)
    bsre.require_alone(work, letter.signers)


def skip_open(letter: Letter) -> None:
    """The letter has ended: nobody has it before him any more."""
    for step in letter.chain:
        if step.state == StepState.OPEN:
            step.state = StepState.SKIPPED


def close(work: Work, letter: Letter, step: Step, state: StepState, note: str = "") -> None:
    """Write down who acted on what. Nothing is opened by it."""
    step.state, step.acted_at, step.acted_by_id, step.note = state, work.now, work.person.id, note
    step.version_id, step.digest = letter.version.id, marks.digest(letter)
    looks.record(work, letter, Act.INITIALLED if state == StepState.DONE else Act.RETURNED)
    touch(work, letter)


def open_again(work: Work, letter: Letter, step: Step) -> list[Step]:
    """Take back what was done; what it had opened waits again. Returns the steps that were closed by it."""
    later = [one for one in letter.chain if one.position > step.position and one.state == StepState.OPEN]
    for one in later:
        one.state, one.opened_at = StepState.WAITING, None
    step.state, step.acted_at, step.acted_by_id = StepState.OPEN, None, None
    step.version_id, step.digest, step.note = None, None, ""
    letter.state = workflow.next_state(letter.state, workflow.Action.RECALL)
    touch(work, letter)
    return later


def hand_over(work: Work, letter: Letter, step: Step, person: Person, reason: str) -> Step:
    """Another person in the place of this one, whose row stays as history."""
    made = _step(letter, step.round, step.position, step.kind, person)
    made.state, made.opened_at = step.state, work.now if step.state == StepState.OPEN else None
    step.state, step.acted_at, step.acted_by_id, step.note = StepState.SKIPPED, work.now, work.person.id, reason
    letter.steps.append(made)
    touch(work, letter)
    work.session.flush()
    work.session.expire(letter, ["steps"])
    return made


def end_round(work: Work, letter: Letter, *, back_to: Step | None = None) -> None:
    """Keep the round as history and begin another. All steps wait again; with `back_to` those before it stay done."""
    live = [step for step in letter.chain if step.state != StepState.SKIPPED]
    kept = {step.id: {name: getattr(step, name) for name in ACT} for step in live if _stays(step, back_to)}
    for step in live:
        if step.state in (StepState.OPEN, StepState.WAITING):
            step.state = StepState.SKIPPED
    work.session.flush()  # the old round is over before the new one begins
    number = letter.chain[-1].round + 1
    for step in live:
        made = _step(letter, number, step.position, step.kind, step.official)
        if step.id in kept:
            made.state = StepState.DONE
            for name, value in kept[step.id].items():
                setattr(made, name, value)
        letter.steps.append(made)
    touch(work, letter)
    work.session.flush()


def give_turn(letter: Letter, step: Step, waiting: signing.Prepared) -> None:
    """Make it this step's turn, with the file that was prepared for it; of several the first one's file is kept."""
    version = letter.version
    if letter.signer_count > 1 and version.unsigned is None:
        version.unsigned = {"sha256": version.prepared_sha256, "holes": version.prepared_holes}
    version.prepared_sha256, version.prepared_holes = waiting.sha256, waiting.holes
    letter.signer, letter.mandate = step.person, step.mandate


def concerned(letter: Letter) -> list[Person]:
    """Everyone who has acted on the letter or has it before him now, in the order of the steps; each once."""
    found: dict[int, Person] = {}
    for step in letter.steps:
        if step.state == StepState.OPEN or (step.acted_at is not None and step.state != StepState.SKIPPED):
            found[step.person_id] = step.person
    return list(found.values())


def close_signature(work: Work, letter: Letter, *, version_id: int, digest: str) -> None:
    """The signature is made: its step is done. One statement, since every tap waits for it."""
    done = {
        "state": StepState.DONE, "acted_at": work.now, "acted_by_id": letter.signer_id, "version_id": version_id,
        "digest": digest,
    }  # fmt: skip
    work.execute(_CLOSE, done | {"of": letter.id, "by": letter.signer_id})
    for step in letter.__dict__.get("steps", ()):  # only where they were read already
        if step.is_signature and step.state == StepState.OPEN and step.person_id == letter.signer_id:
            for name, value in done.items():
                set_committed_value(step, name, value)


def _code_for(letter: Letter, step: Step) -> str:
    """None for who may sign too, while the file is prepared for another: his will be another file."""
    return "" if step.is_signature and step.person_id != letter.signer_id else marks.control_code(letter)


def _stays(step: Step, back_to: Step | None) -> bool:
    is_before = back_to is not None and step.id != back_to.id and step.position <= back_to.position
    return is_before and step.state == StepState.DONE


def _step(letter: Letter, number: int, position: int, kind: StepKind, person: Person) -> Step:
    return Step(letter_id=letter.id, round=number, position=position, kind=kind, person=person, state=StepState.WAITING)
