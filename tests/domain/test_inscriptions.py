"""Number and date at an uploaded page's tags: what stands there is what the letter's facts say, or it goes nowhere."""

from datetime import date

import pytest

import signing
from signing.errors import BadDocument
from tests import people, tagged
from tests.signing.office import PLACE, signed
from webapp.domain import checklist, contents, documents, downloads, inscriptions, intake, letters, numbers, writings
from webapp.domain.errors import Invalid

NUMBER, DAY, SHOWN = "000.1.5/77/UM-2026", date(2026, 11, 23), "23 November 2026"


@pytest.fixture
def letter(make, work, budi):
    """A draft with tags that nobody filled yet."""
    return tagged_draft(make, work, budi, tagged.page())


def tagged_draft(make, work, budi, pdf):
    letter = make.draft(number=NUMBER, dated_on=DAY)
    letters.rewrite(people.as_person(work, budi), letter, intake.examine(work.config, pdf, "bertag.pdf"))
    return letter


def inscribe(work, letter):
    letters.rewrite(people.as_person(work, letter.drafter), letter, inscriptions.take(work.config, letter))


def shown(work, letter):
    return tagged.text(documents.get(work.config, letter.version.sha256))


def facts(letter, **changed):
    return {name: getattr(letter, name) for name in letters.FACTS} | changed


def test_tags_are_found_and_hold_the_letter_back_until_they_are_filled(make, work, letter, budi):
    assert letter.version.blanks == {"number": 1, "date": 1} and not inscriptions.is_current(letter)
    assert "tags_unfilled" in checklist.remarks(letter)
    make.place(letter)
    with pytest.raises(Invalid, match="belum ditulis"):
        letters.submit(people.as_person(work, budi), letter)


def test_number_and_date_stand_on_the_page_that_goes_on_and_the_upload_is_kept(work, letter):
    inscribe(work, letter)
    version = letter.version
    assert f"Nomor : {NUMBER}" in shown(work, letter) and f"Arosuka, {SHOWN}" in shown(work, letter)
    assert version.inscribed == {"number": NUMBER, "date": SHOWN} and inscriptions.is_current(letter)
    assert documents.get(work.config, version.blank_sha256) == tagged.page() and version.number == 1
    assert not {"tags_unfilled", "number_missing", "date_missing", "number_differs"} & {*checklist.remarks(letter)}
    assert {version.sha256, version.blank_sha256} <= contents.files(work, letter)
    assert contents.needed(work, {version.blank_sha256}) == {version.blank_sha256}
    by_drafter = people.as_person(work, letter.drafter)
    assert downloads.take_original(by_drafter, letter, 1) == tagged.page()


def test_another_date_is_written_on_the_blank_and_not_over_the_first(work, letter, sari, budi):
    inscribe(work, letter)
    letters.update(people.as_person(work, budi), letter, sari, facts(letter, dated_on=date(2026, 12, 1)))
    assert not inscriptions.is_current(letter)
    inscribe(work, letter)
    assert "1 Desember 2026" in shown(work, letter) and SHOWN not in shown(work, letter)


def test_a_number_that_is_given_back_leaves_the_page_too(make, work, letter, budi):
    inscribe(work, letter)
    numbers.give_back(people.as_person(work, budi), letter, "Surat tidak jadi dibuat.", void=False)
    inscribe(work, letter)
    assert letter.version.inscribed == {"date": SHOWN} and tagged.NUMBER in shown(work, letter)
    make.place(letter)
    with pytest.raises(Invalid):
        letters.submit(people.as_person(work, budi), letter)


def test_what_others_have_read_stays_as_a_version(make, work, letter, sari, budi):
    inscribe(work, letter)
    make.place(letter)
    letters.submit(people.as_person(work, budi), letter)
    letters.send_back(people.as_person(work, sari), letter, "Tanggalnya keliru.")
    letters.update(people.as_person(work, budi), letter, sari, facts(letter, dated_on=date(2026, 12, 1)))
    inscribe(work, letter)
    assert [version.inscribed["date"] for version in letter.versions] == [SHOWN, "1 Desember 2026"]
    assert len({version.sha256 for version in letter.versions}) == 2
    assert len({version.blank_sha256 for version in letter.versions}) == 1


def test_of_several_signers_the_filled_page_begins_anew(make, work, letter, budi):
    inscribe(work, letter)
    before = letter.version
    make.place(letter)
    kept = {name: getattr(before, name) for name in ("sha256", "blank_sha256", "blanks", "inscribed")}
    other = make.with_first("sari", "hadi", number="000.1.5/78/UM-2026")
    for name, value in kept.items():  # as if it had been uploaded with tags
        setattr(other.version, name, value | {"number": other.number} if name == "inscribed" else value)
    letters.withdraw(people.as_person(work, budi), other)
    assert other.version.number == 2 and inscriptions.is_current(other)
    assert other.version.blank_sha256 == before.blank_sha256 and other.version.blanks == before.blanks


def test_a_signed_upload_is_refused_in_words_of_its_own(make, work, budi):
    letter = tagged_draft(make, work, budi, signed(tagged.page(), place=PLACE))
    with pytest.raises(BadDocument) as caught:
        inscriptions.take(work.config, letter)
    assert caught.value.code == "tag_signed"
    make.place(letter, signing.Placement(1, 60, 700, 220, 92))
    with pytest.raises(Invalid):
        letters.submit(people.as_person(work, budi), letter)


def test_the_check_knows_tags_that_come_twice_or_have_no_book_or_are_not_ours(make, work, budi):
    letter = tagged_draft(make, work, budi, tagged.page(f"Lampiran surat {tagged.NUMBER}", "Sifat: ${sifat}"))
    assert letter.version.blanks == {"number": 2, "date": 1}
    assert {"tags_repeated", "unknown_tag"} <= {*checklist.remarks(letter)}
    assert "no_number_book" not in checklist.remarks(letter)
    assert "no_number_book" in checklist.remarks(letter, has_book=False)
    inscribe(work, letter)
    assert shown(work, letter).count(NUMBER) == 2 and "unknown_tag" in checklist.remarks(letter)
    plain = make.draft(dated_on=DAY)
    assert not {"tags_repeated", "unknown_tag", "no_number_book"} & {*checklist.remarks(plain, has_book=False)}


def test_a_tag_that_asks_for_the_date_alone(make, work, budi):
    letter = tagged_draft(make, work, budi, tagged.page(number=NUMBER))
    assert letter.version.blanks == {"date": 1}
    inscribe(work, letter)
    assert SHOWN in shown(work, letter) and letter.version.inscribed == {"date": SHOWN}


def test_what_is_typed_here_is_no_tag(work):
    """A letter written here names a tag in its text: it is printed as typed, and nothing is held back."""
    one = writings.Source("surat", {"text": "Tulis ${nomor_naskah} di templat."}, {})
    found = writings.examined(work.config, tagged.page(), one)
    assert (found.blanks, found.blank_sha256, found.inscribed) == ({}, None, {})
