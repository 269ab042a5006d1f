"""Letters from the first upload to the last state, except the signing itself (approvals, signatures)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from signing import codes
from webapp.domain import (
    audit,
    deadlines,
    deliveries,
    handovers,
    indexing,
    letter_types,
    log,
    marks,
    notifications,
    numbers,
    outbox,
    people,
    permissions,
    steps,
    turns,
    versions,
    webhooks,
    workflow,
    writings,
)
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Conflict, Forbidden, Invalid, NotFound
from webapp.domain.gatherings import Group
from webapp.domain.intake import Intake
from webapp.domain.notifications import Message
from webapp.domain.work import Work
from webapp.domain.workflow import Action
from webapp.models import Letter, NumberPattern, Office, Person, Role, State, Step, StepState
from webapp.models.mandate import Outcome

FACTS = ("number", "subject", "classification", "urgency", "confidentiality", "addressee", "dated_on", "due_on")
SHORTEST_REASON = 5  # characters
REASON_NEEDED = N_("Tuliskan alasannya, agar penerima tahu apa yang harus dilakukan.")
# Of the people named on a letter only their names are shown: their roles are read where somebody asks.
_NAMED = [lazyload(Letter.drafter, Person.memberships), lazyload(Letter.signer, Person.memberships)]


def get(work: Work, letter_id: int) -> Letter:
    """A letter that the actor may see. Anybody else's is not found."""
    found = work.session.get(Letter, letter_id, options=_NAMED)
    if found is None or not permissions.can(work, Action.VIEW, found):
        raise NotFound
    return found


def create(
    work: Work, office: Office, signer: Person, intake: Intake, facts: dict, *, pattern: NumberPattern | None = None
) -> Letter:
    """A new draft from an examined upload, durable before the row that names it. With a pattern the office's next
    number is taken for it in place of the one in `facts`."""
    if work.actor is None or not permissions.holds(work.actor, Role.DRAFTER, office):
        raise Forbidden
    letter = Letter(
        code=codes.new_code(), office=office, drafter=work.person, signer=signer, state=State.DRAFT,
        created_at=work.now, updated_at=work.now, **{name: facts.get(name) for name in FACTS}, version_number=1,
        kind=letter_types.known(facts.get("kind", "")),
    )  # fmt: skip
    _require_signer(work, letter, signer)
    letter.versions.append(versions.make(work, letter, intake))
    steps.begin(letter)
    work.session.add(letter)
    work.session.flush()
    numbers.enter(work, letter) if pattern is None else numbers.take(work, letter, pattern)
    indexing.put(work, letter, intake.text)
    audit.record(
        work, Event.LETTER_CREATED, letter, office_id=office.id, signer_id=signer.id, **versions.digests(intake)
    )
    return letter


def update(work: Work, letter: Letter, signer: Person, facts: dict) -> None:
    """Change the facts of a letter in the drafter's hands. Another signer means another mark: it is placed again."""
    permissions.require(work, Action.EDIT, letter)
    if letter.is_practice:  # its trainee is everybody on it
        signer = letter.signer
    _require_signer(work, letter, signer)
    if signer.id != letter.signer_id:
        if any(step.person_id == signer.id for step in letter.chain):
            raise Invalid(N_("Pejabat ini sudah ada dalam alur surat ini."), field="signer_id")
        letter.signer = signer
        marks.forget(letter.version)
        steps.follow_signer(letter)
    for name in FACTS:
        setattr(letter, name, facts.get(name))
    letter.kind = letter_types.known(facts.get("kind", letter.kind))
    numbers.enter(work, letter)
    letter.updated_at, letter.reminded_days = work.now, None
    indexing.put_again(work, letter)
    audit.record(work, Event.LETTER_UPDATED, letter, signer_id=signer.id)


def revise(work: Work, letter: Letter, intake: Intake) -> None:
    """Another file for the letter; the old version is kept."""
    permissions.require(work, Action.REVISE, letter)
    letter.state = workflow.next_state(letter.state, Action.REVISE)
    letter.version_number += 1
    letter.versions.append(versions.make(work, letter, intake))
    letter.updated_at = work.now
    indexing.put(work, letter, intake.text)
    audit.record(work, Event.LETTER_REVISED, letter, version=letter.version_number, **versions.digests(intake))


def rewrite(work: Work, letter: Letter, intake: Intake) -> None:
    """What was written here, set anew. Of a draft that never left the drafter's hands the file takes the old one's
    place, so that each correction of a word makes no version; any other letter is revised."""
    if letter.state != State.DRAFT or letter.submitted_at is not None or letter.version_number > 1:
        revise(work, letter, intake)
        return
    permissions.require(work, Action.EDIT, letter)
    marks.forget(letter.version)
    for name, value in versions.contents(work, letter, intake).items():
        setattr(letter.version, name, value)
    letter.updated_at = work.now
    indexing.put(work, letter, intake.text)
    audit.record(work, Event.LETTER_REVISED, letter, version=letter.version_number, **versions.digests(intake))


def place_mark(work: Work, letter: Letter, mark: marks.PlacedMark) -> None:
    """Keep the prepared file: what the drafter previews now is what the official reads and the server signs."""
    permissions.require(work, Action.EDIT, letter)
    marks.keep(work, letter, mark)
    letter.updated_at = work.now
    audit.record(work, Event.MARK_PLACED, letter, sha256=letter.version.prepared_sha256, covers=mark.covers)


def submit(
    work: Work, letter: Letter, *, seen: str | None = None, revision: int | None = None, group: Group | None = None
) -> None:
    """Hand a finished draft to its first step. seen: marks.digest of the preview, revision: the letter's there;
    Conflict when file, facts or chain changed meanwhile. Of a group its people are told once."""
    permissions.require(work, Action.SUBMIT, letter)
    if not letter.number:
        raise Invalid(N_("Beri dahulu nomor suratnya."))
    writings.require_current(work.config, letter)
    if letter.version.prepared_sha256 is None:
        raise Invalid(N_("Letakkan dahulu tanda tangan pada halaman surat."))
    if (seen is not None and seen != marks.digest(letter)) or revision not in (None, letter.revision):
        raise Conflict
    if letter.is_practice:
        _require_signer(work, letter, letter.signer)
    steps.require_able(work, letter)
    deadlines.require_open(work, letter)
    letter.state = workflow.next_state(letter.state, Action.SUBMIT)
    letter.submitted_at = letter.updated_at = work.now
    letter.reason = ""
    work.session.flush()
    audit.record(work, Event.LETTER_SUBMITTED, letter, sha256=letter.version.prepared_sha256)
    outbox.add(work, "pages", letter_id=letter.id)
    steps.advance(work, letter, group=group)
    webhooks.announce(work, letter, Event.LETTER_SUBMITTED)


def withdraw(work: Work, letter: Letter) -> None:
    """Take a submitted letter back before it is signed."""
    steps.lock(work, letter)
    permissions.require(work, Action.WITHDRAW, letter)
    letter.state = workflow.next_state(letter.state, Action.WITHDRAW)
    letter.updated_at = work.now
    told = steps.concerned(letter)
    steps.end_round(work, letter)
    handovers.give_back(work, letter, Outcome.RECALLED)
    turns.begin_anew(work, letter)
    audit.record(work, Event.LETTER_WITHDRAWN, letter)
    webhooks.announce(work, letter, Event.LETTER_WITHDRAWN)
    _tell(work, letter, told, Message.LETTER_WITHDRAWN)


def earlier_steps(work: Work, letter: Letter) -> list[Step]:
    """Which steps the actor may return it to, not to the drafter: those done before his own, until one has signed."""
    if letter.version.turn > 1:
        return []
    own = _own_step(work, letter)
    return [step for step in letter.reviews if step.state == StepState.DONE and step.position < own.position]


def _own_step(work: Work, letter: Letter) -> Step:
    return workflow.open_step(letter, work.person) or workflow.first_open(letter)


def send_back(work: Work, letter: Letter, reason: str, *, to: int | None = None) -> None:
    """Return a letter to its drafter for repair, or to the earlier step with this id; everyone who acted learns it.

    Once somebody has signed, to the drafter only: what was signed goes back whole, and begins anew without signatures.
    """
    steps.lock(work, letter)
    permissions.require(work, Action.RETURN, letter)
    reason = stated(reason)
    own = _own_step(work, letter)
    target = next((step for step in earlier_steps(work, letter) if step.id == to), None)
    if to is not None and target is None:
        raise Invalid(N_("Pilih langkah sebelumnya yang sudah selesai."), field="to")
    told = steps.concerned(letter)
    steps.close(work, letter, own, StepState.RETURNED, reason)
    if target is None:
        letter.state, letter.reason = workflow.next_state(letter.state, Action.RETURN), reason
        notifications.tell(work, letter.drafter, Message.LETTER_RETURNED, letter)
    steps.end_round(work, letter, back_to=target)
    handovers.give_back(work, letter, Outcome.RETURNED)
    turns.begin_anew(work, letter)
    audit.record(work, Event.LETTER_RETURNED, letter, to=target.person_id if target else letter.drafter_id)
    addressee = target.person if target else letter.drafter
    _tell(work, letter, [one for one in [*told, letter.drafter] if one is not addressee], Message.LETTER_MOVED)
    if target is not None:
        steps.advance(work, letter)
    else:
        webhooks.announce(work, letter, Event.LETTER_RETURNED)


def reject(work: Work, letter: Letter, reason: str) -> None:
    """Refuse a letter for good, with the reason."""
    permissions.require(work, Action.REJECT, letter)
    numbers.release(work, letter, reason.strip())
    told = [*steps.concerned(letter), letter.drafter]
    _decide(work, letter, Action.REJECT, reason, Event.LETTER_REJECTED)
    steps.close(work, letter, workflow.open_step(letter, work.person), StepState.RETURNED, letter.reason)
    steps.skip_open(letter)
    handovers.close(work, letter, Outcome.REJECTED)
    _tell(work, letter, told, Message.LETTER_REJECTED)


def revoke(work: Work, letter: Letter, reason: str) -> None:
    """Withdraw a signed letter from force (cabut): its public page says so from now on."""
    _decide(work, letter, Action.REVOKE, reason, Event.LETTER_REVOKED)
    _tell(work, letter, letter.parties, Message.LETTER_REVOKED)
    log.append(work, log.REVOCATION, letter)


def replace(work: Work, letter: Letter, successor_number: str, reason: str) -> None:
    """Say that another signed letter of the same office takes this one's place."""
    permissions.require(work, Action.REPLACE, letter)
    query = select(Letter).where(
        Letter.number == successor_number.strip(), Letter.office_id == letter.office_id,
        Letter.state == State.SIGNED, Letter.id != letter.id, Letter.trainee_id.is_(None),
    )  # fmt: skip
    successor = work.session.scalars(query.order_by(Letter.id.desc())).first()
    if successor is None or not permissions.can(work, Action.VIEW, successor):
        raise Invalid(N_("Surat pengganti bernomor itu belum ada atau belum ditandatangani."), field="number")
    letter.replaced_by_id = successor.id
    letter.replaced_by = successor
    _decide(work, letter, Action.REPLACE, reason, Event.LETTER_REPLACED)
    _tell(work, letter, letter.parties, Message.LETTER_REVOKED)
    log.append(work, log.REPLACEMENT, letter)


def _decide(work: Work, letter: Letter, action: Action, reason: str, event: Event) -> None:
    """A decision with a reason. Who was sent a letter that ends by it is told."""
    permissions.require(work, action, letter)
    letter.reason = stated(reason)
    letter.state = workflow.next_state(letter.state, action)
    letter.updated_at = work.now
    deliveries.announce(work, letter)
    audit.record(work, event, letter, to=letter.state)
    webhooks.announce(work, letter, event)


def stated(reason: str) -> str:
    """The reason as it is kept. Raises Invalid where there is none."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(REASON_NEEDED, field="reason")
    return reason.strip()


def _tell(work: Work, letter: Letter, told: list[Person], message: Message) -> None:
    """Each once, whoever of them did not do it."""
    for person in {one.id: one for one in told if one is not work.actor}.values():
        notifications.tell(work, person, message, letter)


def _require_signer(work: Work, letter: Letter, signer: Person) -> None:
    able = {letter.trainee_id} if letter.is_practice else {one.id for one in people.signers_for(work, letter.office)}
    if signer.id not in able:
        raise Invalid(N_("Pejabat ini bukan penandatangan untuk perangkat daerah Anda."), field="signer_id")
