"""Practice (bimtek): letters that nobody but their trainee ever sees, and what he has done with them so far.

The screens and the code are those of real letters; what differs hangs on `Letter.is_practice`, which is set here and
never changed. What is done is read from the trail, so no page can claim it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

import signing
from signing import codes
from webapp.domain import (
    approvals,
    audit,
    checklist,
    drills,
    intake,
    letters,
    marks,
    permissions,
    practice_keys,
    practice_letters,
    signatures,
    steps,
    trainings,
    versions,
)  # fmt: skip
from webapp.domain.audit import Event
from webapp.domain.errors import N_, Forbidden, TooMany
from webapp.domain.intake import Intake
from webapp.domain.permissions import ROLE_OF_PART
from webapp.domain.practice_letters import Sample
from webapp.domain.work import Work
from webapp.models import AuditEntry, Drill, Letter, Office, Part, Person, State, Step, StepKind, StepState, Training

AT_ONCE = {Part.REVIEWER: 2, Part.SIGNER: 4, Part.CHECKER: 1}  # letters that one press makes: enough for every task
COURSE = "Latihan Teken"  # as trainings name it, in every language: a name
MOST = 60  # letters, or drills, of one person in a day: each is kept for ever


@dataclass(frozen=True)
class Task:
    """One thing to do, and the entry of the trail that shows it done."""

    part: Part
    name: str
    label: str
    event: Event | None = None
    is_shown_by: Callable[[dict], bool] = lambda _facts: True


TASKS = (
    Task(Part.DRAFTER, "upload", N_("Unggah berkas surat"), Event.LETTER_CREATED),
    Task(Part.DRAFTER, "place", N_("Letakkan tanda tangan pada halaman"), Event.MARK_PLACED),
    Task(Part.DRAFTER, "number", N_("Beri nomor, persis seperti tercetak di surat")),
    Task(Part.DRAFTER, "submit", N_("Periksa, lalu ajukan"), Event.LETTER_SUBMITTED),
    Task(Part.REVIEWER, "initial", N_("Baca dan paraf sebuah surat"), Event.LETTER_INITIALLED),
    Task(Part.REVIEWER, "return", N_("Kembalikan sebuah surat dengan alasan"), Event.LETTER_RETURNED),
    Task(Part.SIGNER, "read", N_("Baca sebuah surat sampai akhir"), Event.LETTER_READ),
    Task(Part.SIGNER, "sign", N_("Setujui satu surat dengan kode"), Event.LETTER_SIGNED, lambda f: "batch" not in f),
    Task(Part.SIGNER, "reject", N_("Tolak satu surat dengan alasan"), Event.LETTER_REJECTED),
    Task(Part.SIGNER, "batch", N_("Setujui beberapa surat sekaligus"), Event.LETTER_SIGNED, lambda f: "batch" in f),
    Task(Part.CHECKER, "check", N_("Periksa kode pada surat tercetak"), Event.PRACTICE_CHECKED),
    Task(Part.CHECKER, "drill", N_("Kenali surat palsu")),
)


def parts(person: Person) -> list[Part]:
    """What this person practises: the work of his roles; checking a printed letter is everyone's."""
    return [part for part in Part if part not in ROLE_OF_PART or person.offices_as(ROLE_OF_PART[part])]


def done(work: Work, person: Person) -> dict[str, datetime | None]:
    """When each of the person's tasks was done for the first time, in their order; None: not yet."""
    mine = parts(person)
    found: dict[str, datetime | None] = {task.name: None for task in TASKS if task.part in mine}
    query = select(AuditEntry.event, AuditEntry.facts, AuditEntry.at, Letter.practice_as)
    query = query.join(Letter, Letter.id == AuditEntry.letter_id).order_by(AuditEntry.number)
    own = query.where(Letter.trainee_id == person.id, AuditEntry.actor_id == person.id)
    for event, facts, at, part in work.session.execute(own):
        for task in TASKS:
            if (task.part, task.event) == (part, event) and task.name in found and task.is_shown_by(json.loads(facts)):
                found[task.name] = found[task.name] or at
    if "number" in found:
        found["number"] = _numbered_at(work, person)
    found["drill"] = drills.passed_at(work, person)
    return found


def _numbered_at(work: Work, person: Person) -> datetime | None:
    """When a letter was first handed in whose page and form name the same number."""
    drafted = select(Letter).where(Letter.trainee_id == person.id, Letter.practice_as == Part.DRAFTER)
    handed_in = work.session.scalars(drafted.where(Letter.submitted_at.is_not(None)).order_by(Letter.submitted_at))
    return next((one.submitted_at for one in handed_in.unique() if not _MISNUMBERED & {*checklist.remarks(one)}), None)


def completed(found: dict[str, datetime | None]) -> datetime | None:
    """When the last of these tasks (`done`) was done; None while one is left."""
    times = list(found.values())
    return max(times) if all(times) else None


def record(work: Work, person: Person) -> None:
    """Note practice that was completed as a training of the person's; nothing twice."""
    if at := completed(done(work, person)):
        trainings.record(work, person, COURSE, at)


def record_all(work: Work) -> None:
    """The same for everyone who did not come back to the page of practice. The drill is a task of everyone's."""
    known = select(Training.person_id).where(Training.course == COURSE)
    passed = select(Drill.person_id).where(Drill.passed_at.is_not(None))
    for person in work.session.scalars(select(Person).where(Person.id.in_(passed), Person.id.not_in(known))).unique():
        record(work, person)


def mine(work: Work) -> list[Letter]:
    """The actor's practice letters, newest first."""
    query = select(Letter).where(Letter.trainee_id == work.person.id).order_by(Letter.id.desc()).limit(MOST)
    return [one for one in work.session.scalars(query).unique() if permissions.can(work, permissions.Action.VIEW, one)]


def require(work: Work, part: Part) -> None:
    """Raise Forbidden unless the actor practises this part, TooMany after a day's worth of letters and drills.

    Makes the practice authority where there is none.
    """
    if part not in parts(work.person):
        raise Forbidden
    today = work.now - timedelta(days=1)
    made = select(func.count(Letter.id)).where(Letter.trainee_id == work.person.id, Letter.created_at > today)
    begun = select(func.count(Drill.id)).where(Drill.person_id == work.person.id, Drill.begun_at > today)
    if max(work.session.scalar(made) or 0, work.session.scalar(begun) or 0) >= MOST:
        raise TooMany(3600)
    practice_keys.ensure(work)


def compose(work: Work, which: int) -> tuple[Sample, Intake]:
    """An invented letter and its examined, marked file. Takes a second: no transaction may be open."""
    sample = practice_letters.invent(work, which)
    pdf = practice_letters.draw(work, sample)
    return sample, intake.as_practice(intake.examine(work.config, pdf, "surat-latihan.pdf"))


def create(work: Work, part: Part, taken: Intake, facts: dict) -> Letter:
    """A practice letter in the hands of its trainee, who is its drafter and its signer too. Raises as require."""
    require(work, part)
    person = work.person
    letter = Letter(
        code=codes.new_code(), office=_office(work, part), drafter=person, signer=person, state=State.DRAFT,
        created_at=work.now, updated_at=work.now, version_number=1, trainee_id=person.id, practice_as=part,
        **{name: facts.get(name) for name in letters.FACTS},
    )  # fmt: skip
    letter.versions.append(versions.make(work, letter, taken))
    steps.begin(letter)
    work.session.add(letter)
    if part == Part.REVIEWER:
        letter.steps[0].position = 2
        first = Step(round=1, position=1, kind=StepKind.VERIFICATION, person=person, state=StepState.WAITING)
        letter.steps.insert(0, first)
    work.session.flush()
    audit.record(work, Event.LETTER_CREATED, letter, office_id=letter.office_id, signer_id=person.id)
    return letter


def draw(work: Work, letter: Letter) -> marks.PlacedMark:
    """The mark of a composed letter, at the place that is kept for it. No transaction needs to be open."""
    return marks.draw(work.config, letter, signing.Placement(**practice_letters.PLACE))


def hand_in(work: Work, letter: Letter, mark: marks.PlacedMark) -> None:
    """Put a composed letter before its trainee: as reviewer or signer, or, to be checked, signed already."""
    marks.keep(work, letter, mark)
    letter.submitted_at = letter.updated_at = work.now
    work.session.flush()
    steps.advance(work, letter)
    work.session.flush()
    if letter.practice_as == Part.CHECKER:
        approval = approvals.for_practice(work, letter)
        signatures.complete(work, approval, signatures.make(work, approval))


def note_check(work: Work, typed_code: str) -> None:
    """The trainee has looked up the code of his own practice letter: that is the task. Everybody else's is nothing."""
    query = select(Letter).where(Letter.code == codes.normalise(typed_code), Letter.trainee_id == work.person.id)
    letter = work.session.scalars(query).first()
    if letter is not None and letter.practice_as == Part.CHECKER:
        audit.record(work, Event.PRACTICE_CHECKED, letter)


def sheet(work: Work) -> bytes:
    """A letter to upload: what a word processor would have made."""
    return practice_letters.draw(work, practice_letters.invent(work, 0), watermark=False)


def tasks(part: Part) -> Iterator[Task]:
    return (task for task in TASKS if task.part == part)


_MISNUMBERED = {"no_number", "number_differs", "number_missing"}


def _office(work: Work, part: Part) -> Office:
    """Where the person does this part; anywhere for what everyone does."""
    role = ROLE_OF_PART.get(part)
    found = next((one.office for one in work.person.memberships if role in (None, one.role)), None)
    if found is None:
        raise Forbidden
    return found
