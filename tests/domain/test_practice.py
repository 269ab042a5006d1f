"""Practice letters: the trainee's alone, marked, signed by nobody's key, and in nothing that is real."""

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from tests import people
from tests import practice as rehearsal
from tests.factories import forget_code, later
from webapp.domain import (
    approvals,
    archives,
    audit,
    batch_consents,
    batches,
    bundles,
    chains,
    documents,
    drills,
    indexing,
    letters,
    log,
    marks,
    notifications,
    numbers,
    permissions,
    practice,
    remote_signatures,
    reviews,
    searches,
    unfinished,
    waits,
)  # fmt: skip
from webapp.domain.chains import Planned
from webapp.domain.errors import Forbidden, Invalid, NotFound, TooMany
from webapp.domain.searches import Filters
from webapp.domain.waits import Which
from webapp.domain.workflow import Action
from webapp.models import (
    AuditEntry,
    Job,
    Letter,
    LetterNumber,
    LogLeaf,
    Part,
    Role,
    Signature,
    State,
    StepKind,
)  # fmt: skip


@pytest.fixture
def me(make):
    return make.person("sari")


@pytest.fixture
def signed(work, me, sari):
    forget_code(work, sari)
    return rehearsal.sign(me, rehearsal.letter(me, Part.SIGNER), people.code_of(work, sari))


def file_of(work, letter):
    return documents.get(work.config, letter.signature.sha256)


# What each may do with the practice letter of a trainee: nobody but him, and only what it was made for.
V, T, D = Action.VIEW, Action.VIEW_TRAIL, Action.DOWNLOAD
MATRIX = {
    (Part.DRAFTER, State.DRAFT): {V, T, D, Action.EDIT, Action.REVISE, Action.SUBMIT},
    (Part.DRAFTER, State.SUBMITTED): {V, T, D, Action.WITHDRAW},
    (Part.REVIEWER, State.IN_REVIEW): {V, T, D, Action.INITIAL, Action.RETURN},
    (Part.REVIEWER, State.SUBMITTED): {V, T, D, Action.RECALL},
    (Part.REVIEWER, State.RETURNED): {V, T, D},
    (Part.SIGNER, State.SUBMITTED): {V, T, D, Action.RETURN, Action.REJECT, Action.SIGN},
    (Part.SIGNER, State.SIGNED): {V, T, D},
    (Part.SIGNER, State.REJECTED): {V, T, D},
    (Part.SIGNER, State.RETURNED): {V, T, D},
    (Part.CHECKER, State.SIGNED): {V, T, D},
}
TRAINEE = {Part.DRAFTER: "budi", Part.REVIEWER: "dewi", Part.SIGNER: "sari", Part.CHECKER: "rina"}
EVERYBODY = ("sari", "budi", "dewi", "lina", "rudi", "rina", "admin", "agus", "hadi")


@pytest.mark.parametrize(("part", "state"), MATRIX)
def test_only_its_trainee_may_do_anything_and_only_his_part(work, make, part, state):
    letter = rehearsal.letter(make.person(TRAINEE[part]), part)
    work.session.execute(update(Letter.__table__).where(Letter.id == letter.id).values(state=state))
    if part == Part.REVIEWER and state != State.IN_REVIEW:
        first = letter.reviews[0]
        first.state, first.acted_by_id = ("done", first.person_id) if state == State.SUBMITTED else ("returned", None)
    work.session.flush()
    work.session.refresh(letter, ["state"])
    for login in EVERYBODY:
        actor = make.person(login)
        found = {action for action in Action if permissions.can(actor, action, letter)}
        assert found == (MATRIX[part, state] if login == TRAINEE[part] else set()), login
        for action in set(Action) - found:
            with pytest.raises((Forbidden, letters.Conflict)):
                permissions.require(actor, action, letter)


def test_who_loses_the_role_loses_its_practice(work, make, sari):
    letter = rehearsal.letter(make.person("sari"), Part.SIGNER)
    sari.memberships[:] = [one for one in sari.memberships if one.role != Role.SIGNER]
    work.session.flush()
    assert not permissions.can(make.person("sari"), Action.VIEW, letter)
    with pytest.raises(Forbidden):
        practice.require(make.person("sari"), Part.SIGNER)


@pytest.mark.parametrize("login", EVERYBODY)
def test_it_is_in_no_list_search_or_register_of_real_letters(work, make, login):
    made = [rehearsal.letter(make.person(TRAINEE[part]), part) for part in Part]
    actor = make.person(login)
    assert searches.find(actor, Filters()).letters == []
    assert searches.find(actor, Filters(text="latihan")).letters == []
    assert waits.page(actor, actor.person).letters == [] and waits.count(actor, actor.person) == 0
    assert batches.choice(actor, Which()).candidates == []
    if actor.person.offices_as(Role.ADMINISTRATOR):
        assert unfinished.find(actor) == []
    assert {one.id for one in practice.mine(actor)} == {m.id for m in made if m.trainee_id == actor.person.id}
    assert work.session.scalar(select(func.count()).select_from(indexing.INDEX)) == 0
    assert indexing.catch_up(work, 0) == []


def test_it_leaves_no_trace_in_log_numbers_archive_or_mail(work, me, signed):
    for table in (LogLeaf, LetterNumber, Job):
        rows = list(work.session.scalars(select(table)))
        assert [row for row in rows if getattr(row, "kind", "") != "pages"] == [], table
    assert archives.count_waiting(work) == 0 and archives.check(work, 0) == ([], [])
    notifications.tell(work, me.person, notifications.Message.LETTER_SIGNED, signed)
    assert work.session.scalar(select(func.count()).select_from(Job).where(Job.kind == "mail")) == 0
    with pytest.raises(NotFound):
        bundles.pack(me, signed)
    with pytest.raises(LookupError):
        log.append(work, log.SIGNATURE, signed)


def test_everything_done_to_it_says_so_on_the_trail(work, signed):
    entries = audit.of_letter(work, signed)
    assert {entry.event for entry in entries} >= {"letter.created", "letter.signed"}
    assert all('"practice":true' in entry.facts for entry in entries)
    assert audit.broken_at(work) is None


# A letter stays what it is


CHANGES = ({"trainee_id": None}, {"trainee_id": None, "practice_as": None}, {"practice_as": "drafter"})


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_make_a_real_letter_of_it(work, me, change):
    letter = rehearsal.letter(me, Part.SIGNER)
    with pytest.raises(DBAPIError, match="stays what it is"), work.session.begin_nested():
        work.session.execute(update(Letter.__table__).where(Letter.id == letter.id).values(**change))


def test_the_database_refuses_to_make_practice_of_a_real_letter(work, make, sari):
    real = make.submitted()
    with pytest.raises(DBAPIError, match="stays what it is"), work.session.begin_nested():
        work.session.execute(
            text("UPDATE letters SET trainee_id = :who, practice_as = 'signer' WHERE id = :id"),
            {"who": sari.id, "id": real.id},
        )


def test_a_file_without_the_word_is_no_practice_letters_and_a_marked_one_no_real_letters(work, make, me, budi, sari):
    bare = rehearsal.upload(me)
    sample, marked = practice.compose(me, 0)
    with pytest.raises(ValueError, match="LATIHAN"):
        practice.create(me, Part.SIGNER, bare, sample.facts)
    office = next(m.office for m in budi.memberships)
    with pytest.raises(ValueError, match="LATIHAN"):
        letters.create(make.person("budi"), office, sari, marked, sample.facts)
    draft = rehearsal.letter(make.person("budi"), Part.DRAFTER)
    with pytest.raises(ValueError, match="LATIHAN"):
        letters.revise(make.person("budi"), draft, bare)


def test_nobody_else_is_drawn_into_it(work, make, sari, dewi):
    mine = make.person("budi")
    draft = rehearsal.letter(mine, Part.DRAFTER)
    with pytest.raises(Forbidden):
        chains.arrange(mine, draft, [Planned(dewi.id, StepKind.HIERARCHY)])
    letters.update(mine, draft, sari, {name: getattr(draft, name) for name in letters.FACTS})
    assert draft.signer_id == mine.person.id  # another signer is not taken
    with pytest.raises(NotFound):
        numbers.take(mine, draft, type("Pattern", (), {"office_id": draft.office_id})())


def test_a_batch_holds_practice_or_real_letters_and_never_both(work, make, me, sari):
    fake, real = rehearsal.letter(me, Part.SIGNER), make.submitted()
    for letter in (fake, real):
        approvals.record_reading(me, letter)
    with pytest.raises(Invalid):
        batches.make(me, [fake.id, real.id])
    assert [one.letter for one in batches.choice(me, Which()).candidates] == [real]
    assert [one.letter for one in batches.choice(me, Which(practice=True)).candidates] == [fake]
    batch = batches.make(me, [fake.id])
    forget_code(work, sari)
    batch_consents.by_code(me, batch, people.code_of(work, sari), digest=batch.digest)
    mailed = [job.args for job in work.session.scalars(select(Job).where(Job.kind == "mail"))]
    assert batch.is_practice and not any("batch_id" in one for one in mailed)
    for turn in batches.begin(me, batch, 5, b""):
        batches.complete(me, batches.sign(me, turn))
    assert fake.state == State.SIGNED and practice.done(me, sari)["batch"] and not practice.done(me, sari)["sign"]


# What is done


def test_tasks_tick_themselves_by_what_really_happened(work, make, me, sari):
    assert set(practice.done(me, sari)) == {"read", "sign", "reject", "batch", "check", "drill"}
    real = make.submitted()
    approvals.record_reading(me, real)
    make.sign(real)
    assert not any(practice.done(me, sari).values())  # real letters are no practice
    letter = rehearsal.letter(me, Part.SIGNER)
    approvals.record_reading(make.person("admin"), letter)
    assert not any(practice.done(me, sari).values())  # nor is what others do
    approvals.record_reading(me, letter)
    forget_code(work, sari)
    rehearsal.sign(me, letter, people.code_of(work, sari))
    letters.reject(me, rehearsal.letter(me, Part.SIGNER), "Tidak sesuai.")
    done = practice.done(me, sari)
    assert [name for name, at in done.items() if at] == ["read", "sign", "reject"]
    assert practice.completed(done) is None


def test_reviewer_and_checker(work, make, dewi):
    mine = make.person("dewi")
    first, second = (rehearsal.letter(mine, Part.REVIEWER) for _ in range(2))
    reviews.initial(mine, first, digest=marks.digest(first), note="")
    letters.send_back(mine, second, "Tanggalnya keliru.")
    paper = rehearsal.letter(mine, Part.CHECKER)
    practice.note_check(make.person("sari"), paper.code)
    assert not practice.done(mine, dewi)["check"]  # not hers who looked
    practice.note_check(mine, paper.code.lower())
    done = practice.done(mine, dewi)
    assert done["initial"] and done["return"] and done["check"] and not practice.completed(done)
    pass_drill(mine)
    assert practice.completed(practice.done(mine, dewi)) == work.now


def test_a_number_other_than_printed_does_not_tick(work, make, budi):
    mine = make.person("budi")
    for number, ticks in (("LATIHAN/1/1999", False), (None, True)):
        draft = rehearsal.letter(mine, Part.DRAFTER)
        draft.number = number or draft.number
        letters.place_mark(mine, draft, practice.draw(mine, draft))
        letters.submit(mine, draft)
        assert bool(practice.done(mine, budi)["number"]) == ticks


def pass_drill(mine):
    papers = [{"kind": str(kind), "sha256": "", "told": [], "address": ""} for kind in drills.Kind]
    drills.answer(mine, drills.begin(mine, papers), list(drills.Kind))


def test_practice_has_no_use_of_rows_that_real_letters_count(work, me, signed):
    """The one table that both share: who counts signatures must leave these out."""
    real = select(Signature.id).join(Signature.letter).where(Letter.trainee_id.is_(None))
    assert list(work.session.scalars(real)) == []
    entries = work.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter.signed"))
    assert [entry.letter_id for entry in entries] == [signed.id]


def test_a_day_has_room_for_practice_and_not_for_filling_the_server(make, me, monkeypatch):
    monkeypatch.setattr(practice, "MOST", 2)
    rehearsal.letter(me, Part.CHECKER)
    rehearsal.letter(me, Part.CHECKER)
    with pytest.raises(TooMany):
        practice.require(me, Part.CHECKER)
    practice.require(make.person("hadi"), Part.CHECKER)  # each has a day of his own
    practice.require(later(me, 86_500), Part.CHECKER)


def test_bsre_is_never_asked_to_sign_one(me):
    letter = rehearsal.letter(me, Part.SIGNER)
    with pytest.raises(Forbidden):
        remote_signatures.begin(me, letter, digest=marks.digest(letter), code="123456", after=0)
