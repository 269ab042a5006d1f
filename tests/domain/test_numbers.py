"""The number book: given once each whoever races, given back and offered again, nothing unexplained."""

import json
import threading
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests import people
from tests.factories import Factory
from webapp import db
from webapp.domain import letters, number_books, number_patterns, numbers
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.models import AuditEntry, Letter, LetterNumber, NumberState, Office

PATTERN = "{klasifikasi}/{urut}/UM-{tahun}"


@pytest.fixture
def setda(work):
    return work.session.scalars(select(Office).where(Office.code == "SETDA")).one()


@pytest.fixture
def pattern(work, setda, admin):
    return number_patterns.create(people.as_person(work, admin), setda, name="Surat dinas", pattern=PATTERN)


@pytest.fixture
def by_budi(work, budi):
    return people.as_person(work, budi)


def typed(number):
    return f"000.1.5/{number}/UM-2026"


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("{klasifikasi}/{urut}/UM-{tahun}", "000.1.5/7/UM-2026"),
        ("{urut:3}/{kode_kantor}/{bulan_romawi}/{tahun}", "007/SETDA/VIII/2026"),
        ("B-{urut:4}.{bulan}/{klasifikasi}", "B-0007.08/000.1.5"),
    ],
)
def test_a_pattern_writes_and_reads_the_same_number(pattern, number):
    number_patterns.check(pattern)
    dated_on = date(2026, 8, 17)
    assert number_patterns.render(pattern, 7, code="SETDA", classification="000.1.5", dated_on=dated_on) == number
    assert number_patterns.sequence_in(pattern, f" {number} ".lower(), code="SETDA", year=2026) == 7
    assert number_patterns.sequence_in(pattern, number + "/A", code="SETDA", year=2026) in (None, 7)
    assert number_patterns.sequence_in(pattern, "lain", code="SETDA", year=2026) is None


@pytest.mark.parametrize(
    "wrong",
    ["000/UM", "{urut}/{urut}", "{urut}/{hari}", "{urut:12}/x", "{tahun:4}/{urut}", "{urut", "{urut}<b>", "{}{urut}",
     "{urut}" + "x" * 80, "{0.__class__}/{urut}"],
)  # fmt: skip
def test_a_wrong_pattern_is_refused_by_its_field(wrong):
    with pytest.raises(Invalid) as refused:
        number_patterns.check(wrong)
    assert refused.value.field == "pattern"


def test_a_number_is_taken_once_and_a_second_tap_gives_the_same(work, make, pattern, by_budi):
    letter, other = make.draft(number="A"), make.draft(number="B")
    assert numbers.take(by_budi, letter, pattern).text == typed(1) == letter.number
    assert numbers.take(by_budi, letter, pattern).sequence == 1
    assert numbers.take(by_budi, other, pattern).text == typed(2)
    entries = select(AuditEntry).where(AuditEntry.event == "number.taken").order_by(AuditEntry.number)
    taken = work.session.scalars(entries).all()
    assert [json.loads(entry.facts)["sequence"] for entry in taken] == [1, 2]


def race(app, config, clock, jobs):
    """Run every job (a function of Work) in a thread and a transaction of its own, all at one moment."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(index, job):
        gate.wait()
        try:
            with db.unit(app.extensions["engine"]) as session:
                results[index] = job(Factory(people.Work(session, None, clock(), config)).person("budi"))
        except Exception as error:  # judged by the test
            results[index] = error

    threads = [threading.Thread(target=run, args=(index, job)) for index, job in enumerate(jobs)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return results


def take_for(letter_id, pattern_id):
    def job(work):
        letter = letters.get(work, letter_id)
        return numbers.take(work, letter, number_patterns.get(work, letter.office, pattern_id)).sequence

    return job


def test_racing_letters_get_every_number_once(app, config, clock, work, make, pattern):
    drafts = [make.draft(number=f"L{n}").id for n in range(12)]
    work.session.commit()
    got = race(app, config, clock, [take_for(draft, pattern.id) for draft in drafts])
    assert sorted(got) == list(range(1, 13)), got


def test_racing_taps_for_one_letter_take_one_number(app, config, clock, work, make, pattern, setda, by_budi):
    draft = make.draft(number="L").id
    work.session.commit()
    got = race(app, config, clock, [take_for(draft, pattern.id) for _ in range(8)])
    assert 1 in got and {n for n in got if isinstance(n, int)} == {1}, got
    work.session.expire_all()
    book = number_books.book_of(by_budi, setda, 2026, page=1, size=50)
    assert (book.last, book.missing) == (1, 0)


def test_racing_typed_numbers_are_one_letters_only(app, config, clock, work, make, pattern):
    drafts = [make.draft(number=f"L{n}") for n in range(6)]
    ids = [letter.id for letter in drafts]
    work.session.commit()

    def typing(letter_id):
        def job(own):
            letter = letters.get(own, letter_id)
            letters.update(
                own, letter, letter.signer, {n: getattr(letter, n) for n in letters.FACTS} | {"number": "X/1"}
            )
            return "mine"

        return job

    got = race(app, config, clock, [typing(letter_id) for letter_id in ids])
    assert got.count("mine") == 1 and sum(isinstance(error, Invalid) for error in got) == 5, got


def test_a_typed_number_meets_the_counter(make, pattern, by_budi):
    make.draft(number=typed(2))  # ahead of the counter: its place is kept
    first, third = make.draft(number="A"), make.draft(number="B")
    assert numbers.take(by_budi, first, pattern).sequence == 1
    assert numbers.take(by_budi, third, pattern).sequence == 3
    for taken in (typed(1), " 000.1.5 / 2 / um–2026", "800.1/3/UM-2026", typed("003")):
        with pytest.raises(Invalid, match="sudah dipakai") as refused:
            make.draft(number=taken)
        assert refused.value.field == "number"
    assert make.draft(number="000.1.5/1/UM-2025", dated_on=date(2025, 3, 1)).number  # another year's book


def test_a_number_typed_before_there_was_a_pattern_keeps_its_place(make, by_budi, work, setda, admin):
    make.draft(number=typed(1))
    made = number_patterns.create(people.as_person(work, admin), setda, name="Surat dinas", pattern=PATTERN)
    assert numbers.take(by_budi, make.draft(number="A"), made).sequence == 2
    assert number_books.book_of(by_budi, setda, 2026, page=1, size=9).missing == 0


def test_given_back_it_is_offered_first_and_batal_never(make, pattern, by_budi, setda, work):
    one, two, three = (make.draft(number=name) for name in "ABC")
    for letter in (one, two, three):
        numbers.take(by_budi, letter, pattern)
    with pytest.raises(Invalid):
        numbers.give_back(by_budi, one, " ", void=False)
    numbers.give_back(by_budi, one, "Surat batal dibuat.", void=False)
    numbers.give_back(by_budi, two, "Sudah tertulis di undangan.", void=True)
    assert one.number == two.number == ""
    with pytest.raises(Conflict):
        numbers.give_back(by_budi, one, "Sekali lagi.", void=False)
    assert (
        numbers.take(by_budi, make.draft(number="D", classification="800.1.4.1"), pattern).text == "800.1.4.1/1/UM-2026"
    )
    assert numbers.take(by_budi, make.draft(number="E"), pattern).sequence == 4
    with pytest.raises(Invalid, match="dibatalkan"):
        make.draft(number=typed(2))
    book = number_books.book_of(by_budi, setda, 2026, page=1, size=50)
    assert [(line.sequence, line.state) for line in book.lines if line.sequence] == [
        (4, "held"), (3, "held"), (2, "void"), (1, "held"),
    ]  # fmt: skip
    void = next(line for line in book.lines if line.state == NumberState.VOID)
    assert (void.reason, void.letter_id, void.by_id) == ("Sudah tertulis di undangan.", two.id, by_budi.person.id)
    assert book.missing == 0


def test_a_letter_without_number_is_not_submitted(make, pattern, by_budi):
    letter = make.placed(number="A")
    numbers.give_back(by_budi, letter, "Belum perlu.", void=False)
    with pytest.raises(Invalid, match="nomor"):
        letters.submit(by_budi, letter)


def test_a_taken_number_follows_its_letter_within_the_year(make, pattern, by_budi):
    letter = make.draft(number="A")
    numbers.take(by_budi, letter, pattern)
    facts = {name: getattr(letter, name) for name in letters.FACTS}
    letters.update(by_budi, letter, letter.signer, facts | {"classification": "800.1", "number": "dibuat-buat"})
    assert letter.number == "800.1/1/UM-2026"
    with pytest.raises(Invalid) as refused:
        letters.update(by_budi, letter, letter.signer, facts | {"dated_on": date(2027, 1, 2)})
    assert refused.value.field == "dated_on"


def test_a_pattern_with_classification_asks_for_it(make, pattern, by_budi):
    with pytest.raises(Invalid) as refused:
        numbers.take(by_budi, make.draft(number="A", classification=""), pattern)
    assert refused.value.field == "classification"


def test_a_refused_letter_frees_its_number(make, pattern, by_budi, work, sari):
    letter = make.submitted(number=typed(1))
    letters.reject(people.as_person(work, sari), letter, "Tidak sesuai kebijakan.")
    assert letter.number == typed(1)
    assert numbers.take(by_budi, make.draft(number="A"), pattern).sequence == 1


def test_the_book_goes_on_where_another_came(make, pattern, by_budi, setda, work, admin):
    by_admin = people.as_person(work, admin)
    numbers.start(by_admin, setda, year=2026, last=117)
    make.draft(number=typed(5))  # of the book before: only its text is kept unique
    assert numbers.take(by_budi, make.draft(number="A"), pattern).sequence == 118
    with pytest.raises(Conflict):
        numbers.start(by_admin, setda, year=2026, last=0)
    assert number_books.book_of(by_budi, setda, 2026, page=1, size=50).missing == 0


def test_who_may_what(make, pattern, by_budi, setda, work, rudi, sari, admin):
    letter = make.submitted(number="A")
    for login in ("sari", "dewi", "rina", "agus", "admin"):
        with pytest.raises((Forbidden, Conflict)):
            numbers.take(people.as_person(work, people.find(work, login)), letter, pattern)
    with pytest.raises(Conflict):  # it waits for its signer
        numbers.take(by_budi, letter, pattern)
    for login in ("sari", "budi", "dewi", "rudi", "rina", "agus"):
        actor = people.as_person(work, people.find(work, login))
        for wrong in (
            lambda: number_patterns.create(actor, setda, name="X", pattern=PATTERN),  # noqa: B023
            lambda: number_patterns.destroy(actor, setda, pattern),  # noqa: B023
            lambda: numbers.start(actor, setda, year=2027, last=3),  # noqa: B023
        ):
            with pytest.raises(Forbidden):
                wrong()
    reads = {"budi", "dewi", "sari", "admin", "agus"}
    for login in ("sari", "budi", "dewi", "rudi", "rina", "hadi", "admin", "agus"):
        actor = people.as_person(work, people.find(work, login))
        assert (setda in number_books.readable(actor)) == (login in reads), login
        if login not in reads:
            with pytest.raises(NotFound):
                number_books.get_office(actor, setda.id)
    with pytest.raises(NotFound):
        number_books.get_office(replace(work, actor=None), setda.id)
    theirs = make.draft(number="A", drafter="rudi", signer="hadi")  # the same number in another office's book
    with pytest.raises(NotFound):
        numbers.take(people.as_person(work, rudi), theirs, pattern)
    assert work.session.query(LetterNumber).filter_by(text="A").count() == 2
    assert work.session.query(Letter).count() == 2
