"""What a drafter is told before submitting: the page against the facts of the form."""

from datetime import date

import pytest

from tests import people
from webapp.domain import checklist, numbers
from webapp.domain.errors import Invalid

NUMBER, DAY = "000.1.5/118/UM-2026", date(2026, 11, 23)  # as they stand in undangan.pdf


def codes(letter):
    return set(checklist.remarks(letter)) - {"non_embedded_fonts"}


def test_a_letter_whose_page_says_what_the_form_says_gets_no_remark(make):
    assert codes(make.draft(number=NUMBER, dated_on=DAY)) == set()
    assert codes(make.draft(number=" 000.1.5 / 118 / um–2026", dated_on=DAY, drafter="rudi", signer="hadi")) == set()


def test_another_number_or_date_is_told_and_what_the_page_says(make):
    letter = make.draft(number="000.1.5/811/UM-2026", dated_on=date(2026, 11, 24))
    assert codes(letter) == {"number_differs", "date_missing"}
    assert checklist.stated_number(letter) == NUMBER
    letter.version.mentions = {"stated": [], "numbers": ["IV/A"], "dates": []}
    assert codes(letter) == {"number_missing", "date_missing"}


def test_of_a_scan_and_of_an_older_upload_nothing_is_claimed(make):
    letter = make.draft(number="X/1", dated_on=DAY)
    letter.version.mentions = None
    assert codes(letter) == set()
    letter.version.mentions, letter.version.warnings = {"stated": [], "numbers": [], "dates": []}, ["no_text"]
    assert codes(letter) == {"no_text"}


def test_the_gravest_comes_first(make):
    letter = make.draft(number="X/1", dated_on=DAY)
    letter.version.warnings, letter.version.covered_text = ["links", "mixed_sizes", "no_letterhead"], "Tembusan"
    assert checklist.remarks(letter) == ("covers_text", "number_differs", "no_letterhead", "mixed_sizes", "links")


def test_a_letter_without_number_is_told_so(make, work, budi):
    letter = make.draft(number=NUMBER, dated_on=DAY)
    numbers.give_back(people.as_person(work, budi), letter, "Surat tidak jadi dibuat.", void=False)
    assert codes(letter) == {"no_number"}
    with pytest.raises(Invalid):
        numbers.enter(people.as_person(work, budi), letter)
