"""What waits is paged: each letter once, in its order, whatever is signed meanwhile, and the number is that of all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import people
from tests.bench.batch import copied
from webapp.domain import batches, permissions, waits
from webapp.domain.waits import Mark, Which
from webapp.domain.workflow import Action
from webapp.models import Merge, MergeRow, State, Urgency


@pytest.fixture
def sari(work):
    return people.as_person(work, people.find(work, "sari"))


@pytest.fixture
def many(work, make):
    """Twelve letters, of which three pairs wait since the same moment."""
    first = make.submitted(number="0")
    found = [first, *(copied(work, first, number) for number in range(1, 12))]
    for number, letter in enumerate(found):
        letter.urgency = list(Urgency)[number % 3]
        letter.steps[0].opened_at = work.now - timedelta(days=number // 4)
    work.session.flush()
    return found


def pages(sari, size, which=waits.ALL, between=lambda: None):
    after, found = None, []
    while True:
        page = waits.page(sari, sari.person, which, size=size, after=after)
        found.append(page.letters)
        if page.after is None:
            return found
        after = Mark.of(str(page.after))  # as it travels in the address
        between()


def expected(many):
    rank = {Urgency.IMMEDIATE: 0, Urgency.PROMPT: 1, Urgency.NORMAL: 2}
    return sorted(many, key=lambda one: (rank[one.urgency], one.steps[0].opened_at, one.id))


@pytest.mark.parametrize("size", [1, 5, 6, 12, 50])
def test_every_letter_is_on_one_page_in_its_order(sari, many, size):
    found = pages(sari, size)
    assert [letter for page in found for letter in page] == expected(many)
    assert all(len(page) == size for page in found[:-1]) and waits.count(sari, sari.person) == 12


def test_what_is_signed_meanwhile_moves_nothing(sari, many, make, session):
    order, signed = expected(many), iter(expected(many))

    def sign_one():
        letter = next(signed)  # a letter of the first page
        letter.steps[0].state, letter.state = "done", State.SIGNED
        session.flush()

    assert [letter for page in pages(sari, 5, between=sign_one) for letter in page] == order


@pytest.mark.parametrize(
    "told", ["", "1", "1-2", "a-b-c", "1-2-3-4", "20261126-5", "9-999999999999999999-1", "--", "-1-2"]
)
def test_an_address_that_says_nothing_is_the_first_page_or_the_last(sari, many, told):
    page = waits.page(sari, sari.person, size=5, after=Mark.of(told))
    assert page.letters in (expected(many)[:5], [])


def test_only_what_the_person_signs_himself_may_be_chosen(work, sari, make, many):
    dewi = people.as_person(work, people.find(work, "dewi"))
    reviewed = make.in_review()
    assert waits.count(dewi, dewi.person) == 1 and waits.page(dewi, dewi.person).letters == [reviewed]
    assert waits.count(dewi, dewi.person, Which(to_sign=True)) == 0
    choice = batches.choice(sari, Which(), size=5)
    assert choice.total == 12 and [one.letter for one in choice.candidates] == expected(many)[:5]
    assert all(permissions.can(sari, Action.SIGN, one.letter) for one in choice.candidates)


def test_an_offered_letter_waits_too_and_is_taken_over_before_it_may_be_chosen(work, make):
    make.mandate()
    letter, hadi = make.submitted(), make.person("hadi")
    assert waits.page(hadi, hadi.person).letters == [letter] and waits.count(hadi, hadi.person) == 1
    assert batches.choice(hadi, Which()).total == 0
    make.take_over(letter)
    assert [one.letter for one in batches.choice(hadi, Which()).candidates] == [letter]
    over = replace(hadi, now=hadi.now + timedelta(days=4000))
    assert batches.choice(over, Which()).candidates == []


def test_of_one_table_is_a_filter_and_counts_its_own(work, sari, many, session):
    merge = Merge(
        person_id=sari.person.id, office_id=many[0].office_id, signer_id=sari.person.id, kind="pdf", filename="",
        facts={}, fields={}, columns=[], created_at=work.now,
    )  # fmt: skip
    session.add(merge)
    session.flush()
    for line, letter in enumerate(many[:3]):
        session.add(MergeRow(merge_id=merge.id, line=line, values={}, letter_id=letter.id))
    session.flush()
    choice = batches.choice(sari, Which(merge_id=merge.id), size=2)
    assert choice.total == 3 and len(choice.candidates) == 2 and choice.after
    assert [(one.merge_id, one.size) for one in batches.groups(sari)] == [(merge.id, 3)]
