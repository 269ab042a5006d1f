"""Finding letters: by every field, in pages, and never one that the person may not see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text, update

from tests import people
from tests.factories import THREE_PAGES, examined
from webapp import jobs
from webapp.domain import documents, indexing, letters, searches
from webapp.domain.searches import Filters, Mark, Slice
from webapp.models import Confidentiality, Job, Letter, State, Version


@pytest.fixture
def by_budi(work, budi):
    return people.as_person(work, budi)


def found(work, part=None, **asked):
    return {letter.id for letter in searches.find(work, Filters(**asked), part).letters}


def test_every_field_finds_its_letter_and_no_other(make, by_budi):
    wanted = make.draft(
        subject="Penanganan harimau di belantara", addressee="Camat Tigo Lurah", number="400.9/77/DKI-2026",
        dated_on=date(2026, 2, 3), signer="sari",
    )  # fmt: skip
    make.draft(dated_on=date(2026, 5, 6))
    for asked in (
        {"text": "HARIMAU"}, {"text": "tigo lurah"}, {"text": "400.9/77/dki-2026"}, {"text": "belantaranya"},
        {"number": "77"}, {"number": "400.9/77"}, {"subject": "belantara harimau"},
        {"since": date(2026, 2, 1), "until": date(2026, 2, 28)}, {"until": date(2026, 2, 3)},
        {"text": "harimau", "since": date(2026, 2, 1), "until": date(2026, 2, 28)},
        {"text": "harimau", "since": date(2020, 1, 1), "until": date(2026, 12, 31), "person": "budi"},
    ):  # fmt: skip
        assert found(by_budi, **asked) == {wanted.id}, asked
    for asked in (
        {"text": "harimau lain"}, {"number": "harimau"}, {"subject": "lurah"}, {"subject": "77"}, {"text": "!?"},
        {"person": "tidak ada"}, {"person": "%"}, {"text": "harimau", "until": date(2026, 2, 2)},
        {"text": "harimau", "since": date(2026, 3, 1), "until": date(2026, 3, 31)},
        {"text": "harimau", "states": (State.SIGNED,)}, {"since": date(2026, 6, 1)},
    ):  # fmt: skip
        assert found(by_budi, **asked) == set(), asked


@pytest.mark.parametrize(
    "told", ['"', "') OR 1=1 --", "rowid:1", "NEAR(a b)", "a\x00b", "* ^ -", "' | 'x", "\\", "🙂 ١٢٣"]
)
def test_no_sign_is_a_command_to_the_index(make, by_budi, told):
    make.draft()
    for field in ("text", "number", "subject", "person"):
        found(by_budi, **{field: told})


def test_the_text_of_the_file_is_found_also_after_the_facts_change(work, make, by_budi, sari):
    letter = make.draft(file=THREE_PAGES, subject="Lain")
    inside = "kewajiban"
    assert inside in examined(THREE_PAGES).text.lower() and inside not in letter.subject.lower()
    assert found(by_budi, text=inside) == {letter.id}
    facts = {name: getattr(letter, name) for name in letters.FACTS} | {"subject": "Sesuatu yang baru"}
    letters.update(by_budi, letter, sari, facts)
    assert found(by_budi, text=f"{inside} sesuatu") == {letter.id}
    assert found(by_budi, subject="lain") == set()
    letters.revise(by_budi, letter, examined("undangan.pdf"))
    assert found(by_budi, text=inside) == set()
    assert documents.get(work.config, letter.version.text_sha256).decode() == examined("undangan.pdf").text


def test_a_letter_made_secret_is_lost_to_everyone_not_named(work, make, by_budi, dewi, agus, sari):
    letter = make.submitted(subject="Perihal yang unik")
    for person in (dewi, agus):
        assert found(people.as_person(work, person), text="unik") == {letter.id}
    letters.withdraw(by_budi, letter)
    facts = {name: getattr(letter, name) for name in letters.FACTS} | {"confidentiality": Confidentiality.SECRET}
    letters.update(by_budi, letter, sari, facts)
    for person in (dewi, agus):
        assert found(people.as_person(work, person), text="unik") == set()
    assert found(by_budi, text="unik") == {letter.id}


def test_an_index_that_lags_behind_shows_nothing_more(work, make, agus, dewi):
    """The letter's own row decides, not what the index remembers of it."""
    letter = make.submitted(subject="Perihal yang unik")
    work.session.execute(update(Letter).values(confidentiality=Confidentiality.SECRET))
    for person in (agus, dewi):
        assert found(people.as_person(work, person), text="unik") == set(), letter.id


def test_a_secret_letter_shifts_no_page_of_who_may_not_see_it(work, make, by_budi, agus):
    """Neither numbers of hits nor the borders of pages tell that it is there."""
    for _ in range(3):
        make.draft(subject="Rapat")
    seen = searches.find(people.as_person(work, agus), Filters(text="rapat"), Slice(2))
    make.draft(subject="Rapat rahasia", confidentiality=Confidentiality.SECRET)
    again = searches.find(people.as_person(work, agus), Filters(text="rapat"), Slice(2))
    assert [one.id for one in again.letters] == [one.id for one in seen.letters] and again.after == seen.after


@pytest.mark.parametrize("asked", [{}, {"text": "rapat"}, {"states": (State.DRAFT,)}, {"person": "budi"}])
@pytest.mark.parametrize("oldest_first", [False, True])
def test_pages_hold_every_letter_once(make, by_budi, asked, oldest_first):
    day = date(2026, 11, 1)
    made = [make.draft(dated_on=day + timedelta(days=number // 3)).id for number in range(8)]
    seen, after = [], None
    while True:
        page = searches.find(by_budi, Filters(**asked), Slice(3, after, oldest_first))
        seen += [letter.id for letter in page.letters]
        after = page.after and Mark.of(str(page.after))
        if after is None:
            break
    assert seen == (made if oldest_first else made[::-1])


def test_an_office_that_one_does_not_see_adds_nothing(work, make, by_budi, rudi):
    other = next(m.office_id for m in rudi.memberships)
    letter = make.draft()
    assert found(by_budi, office_id=other) == set()
    assert found(by_budi, office_id=other, text="koordinasi") == set()
    assert found(by_budi, office_id=letter.office_id, text="koordinasi") == {letter.id}


def test_letters_from_before_the_index_are_brought_into_it(app, work, make, by_budi):
    letter = make.draft(file=THREE_PAGES)
    work.session.execute(text("DELETE FROM letter_index"))
    work.session.execute(update(Version).values(text_sha256=None))
    work.session.commit()
    assert found(by_budi, text="kewajiban") == set()
    work.session.commit()
    for _ in range(2):  # a job may run twice
        jobs.run(app, "index", {"after_id": 0})
    work.session.expire_all()
    assert found(by_budi, text="kewajiban") == {letter.id}
    assert letter.version.text_sha256 is not None
    assert not [job for job in work.session.query(Job) if job.kind == "index"], "the last chunk asks for no other"


def test_words_are_cut_the_same_way_when_written_and_when_asked():
    assert indexing.words("Undangannya; UNDANGAN — undang.") == ["undang"] * 3
    assert indexing.words("000.1.5/118/UM–2026") == ["000", "1", "5", "118", "um", "2026"]
    assert indexing.words("Café ﬁle ｆｕｌｌ") == ["cafe", "file", "full"]
    assert indexing.words("a_b") == ["a", "b"], "a tag cannot be typed"
    assert len(indexing.words("x" * 5000)[0]) == indexing.LONGEST
