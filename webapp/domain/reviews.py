"""What reviewers do with a letter on its way: initial, take that back, ask a colleague; and handing a step over."""

from __future__ import annotations

import secrets

from webapp.domain import (
    audit,
    deadlines,
    gatherings,
    handovers,
    indexing,
    letters,
    looks,
    marks,
    notifications,
    people,
    permissions,
    steps,
    workflow,
)
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Invalid, NotFound
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Act, Letter, Opinion, Person, Step, StepState
from webapp.models.mandate import Outcome

MOST_TEXT = 1000  # characters of a note or question
REVISED = N_("Surat ini telah diubah sejak Anda membacanya, jadi belum diparaf. Baca versi terbaru, lalu paraf lagi.")


def initial(work: Work, letter: Letter, *, digest: str, note: str = "") -> None:
    """The actor's paraf on exactly what was shown (digest: marks.digest); the next step opens. It is no signature.

    Who comes a second time finds it done. Raises Conflict when the letter was changed or moved on meanwhile.
    """
    steps.lock(work, letter)
    if _has_initialled(letter, work.person, digest):
        return
    permissions.require(work, Action.INITIAL, letter)
    deadlines.require_open(work, letter)
    if not secrets.compare_digest(digest.encode(), marks.digest(letter).encode()):
        raise Conflict(REVISED)
    step = workflow.open_step(letter, work.person)
    assert step is not None
    steps.close(work, letter, step, StepState.DONE, _short(note))
    audit.record(work, Event.LETTER_INITIALLED, letter, step=step.id, kind=step.kind, approval=digest)
    steps.advance(work, letter, group=gatherings.group_of(work, letter))


def recall(work: Work, letter: Letter) -> None:
    """Take the own paraf back, until the next has acted; whoever it had reached by it is told."""
    steps.lock(work, letter)
    permissions.require(work, Action.RECALL, letter)
    step = workflow.recallable_step(letter, work.person)
    assert step is not None
    closed = steps.open_again(work, letter, step)
    handovers.give_back(work, letter, Outcome.RECALLED)
    audit.record(work, Event.INITIAL_RECALLED, letter, step=step.id)
    for one in closed:
        notifications.tell(work, one.person, Message.LETTER_MOVED, letter)


def reassign(work: Work, letter: Letter, step_id: int, person_id: int, reason: str) -> None:
    """Give a step that is not done to another reviewer, with the reason. Not to oneself: two people see to it."""
    steps.lock(work, letter)
    permissions.require(work, Action.REASSIGN, letter)
    step = next((one for one in letter.reviews if one.id == step_id), None)
    if step is None or step.state not in (StepState.OPEN, StepState.WAITING):
        raise Conflict
    person = next((one for one in replacements(work, letter) if one.id == person_id), None)
    if person is None:
        raise Invalid(N_("Pilih pemaraf yang belum ada dalam alur surat ini."), field="person_id")
    was_open = step.state == StepState.OPEN
    made = steps.hand_over(work, letter, step, person, letters.stated(reason))
    indexing.put_again(work, letter)
    audit.record(work, Event.STEP_REASSIGNED, letter, step=step.id, to_step=made.id, person_id=person.id)
    if was_open:
        gatherings.ask(work, letter, made, marks.control_code(letter))
    for told in (step.person, letter.drafter):
        notifications.tell(work, told, Message.LETTER_MOVED, letter)


def replacements(work: Work, letter: Letter) -> list[Person]:
    """Who may be given a step: reviewers that have no part in the letter yet, and not the actor."""
    live = {step.person_id for step in letter.chain if step.state != StepState.SKIPPED}
    taken = live | {letter.drafter_id, letter.signer_id, work.person.id}
    return [person for person in people.reviewers_for(work, letter.office) if person.id not in taken]


def ask(work: Work, letter: Letter, person_id: int, question: str) -> None:
    """Ask a colleague for a second opinion; the step stays where it is, and nothing waits for the answer."""
    steps.lock(work, letter)
    permissions.require(work, Action.ASK, letter)
    person = next((one for one in advisers(work, letter) if one.id == person_id), None)
    if person is None:
        raise Invalid(N_("Pilih rekan seperangkat daerah yang belum dimintai pendapat."), field="person_id")
    asked = Opinion(
        letter_id=letter.id, version_id=letter.version.id, asked_by=work.person, person=person,
        question=_short(question), asked_at=work.now, note="",
    )  # fmt: skip
    letter.opinions.append(asked)
    work.session.flush()
    indexing.put_again(work, letter)
    audit.record(work, Event.OPINION_ASKED, letter, person_id=person.id)
    notifications.tell(work, person, Message.OPINION_ASKED, letter, opinion_id=asked.id)


def advisers(work: Work, letter: Letter) -> list[Person]:
    """Whom the actor may ask. Nobody about a secret letter: that would widen the circle of those who read it."""
    if letter.confidentiality in permissions.SECRET:
        return []
    asked = {opinion.person_id for opinion in letter.opinions if opinion.version_id == letter.version.id}
    excluded = asked | {work.person.id, letter.signer_id}
    return [person for person in people.colleagues(work, letter.office) if person.id not in excluded]


def find_question(work: Work, letter: Letter) -> Opinion | None:
    """What the actor was asked about this version and has not answered yet."""
    mine = (one for one in letter.opinions if one.person is work.actor and one.version_id == letter.version.id)
    return next((one for one in mine if one.answered_at is None), None)


def comment(work: Work, letter: Letter, note: str) -> None:
    """The one note that was asked for."""
    steps.lock(work, letter)
    permissions.require(work, Action.COMMENT, letter)
    asked = find_question(work, letter)
    if asked is None:
        raise Conflict(N_("Pendapat Anda tentang surat ini sudah dicatat."))
    asked.note, asked.answered_at = letters.stated(note)[:MOST_TEXT], work.now
    looks.record(work, letter, Act.OPINED)
    audit.record(work, Event.OPINION_GIVEN, letter, opinion=asked.id)
    notifications.tell(work, asked.asked_by, Message.OPINION_GIVEN, letter, opinion_id=asked.id)


def get_to_reassign(work: Work, letter_id: int) -> Letter:
    """A letter whose steps the actor administers, also one that he may not read. Raises NotFound."""
    found = work.session.get(Letter, letter_id)
    if found is None or not permissions.can(work, Action.REASSIGN, found):
        raise NotFound
    return found


def _has_initialled(letter: Letter, person: Person, digest: str) -> bool:
    def is_same(step: Step) -> bool:
        return step.state == StepState.DONE and step.acted_by_id == person.id and step.digest == digest

    is_asked_again = workflow.open_step(letter, person) is not None
    return not is_asked_again and any(is_same(step) for step in letter.reviews)


def _short(text: str) -> str:
    return text.strip()[:MOST_TEXT]
