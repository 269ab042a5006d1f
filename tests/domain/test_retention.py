"""The schedule, holds, and what is due by them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests import people
from tests.factories import examined
from webapp.domain import letters, retention
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.domain.retention import Line
from webapp.models import Confidentiality, Fate, Membership, Office, Role

LATER = datetime(2040, 1, 15, tzinfo=UTC)


@pytest.fixture
def governor(work, admin):
    return replace(people.as_person(work, admin), now=LATER)


@pytest.fixture
def top(work):
    return work.session.query(Office).filter_by(code="PEMKAB").one()


@pytest.fixture
def office(budi):
    return budi.memberships[0].office


def line(code="", years=(2, 3), fate=Fate.DESTROY, kind=""):
    return Line(code, *years, fate, "Perbup 1/2026", kind)


def due(work, office, most=50):
    return [letter.id for letter, _rule in retention.due(work, office, most)]


def test_nothing_is_due_without_a_schedule(governor, office, make):
    make.signed(dated_on=date(2001, 1, 1))
    assert due(governor, office) == []


def test_a_letter_is_due_when_its_years_have_passed(governor, office, make):
    letter = make.signed(dated_on=date(2026, 2, 28))
    retention.set_rule(governor, office, line())
    for day, expected in (
        (datetime(2031, 2, 27, 12, tzinfo=UTC), []),
        (datetime(2031, 2, 28, 12, tzinfo=UTC), [letter.id]),
    ):
        assert due(replace(governor, now=day), office) == expected
    leap = replace(governor, now=datetime(2032, 2, 29, 12, tzinfo=UTC))
    assert due(leap, office) == [letter.id]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "withdrawn", "rejected"])
def test_nothing_in_progress_is_ever_due(governor, office, make, state):
    letter = make.in_state(state, dated_on=date(2001, 1, 1))
    retention.set_rule(governor, office, line())
    assert due(governor, office) == [] and retention.rule_if_due(governor, letter) is None


@pytest.mark.parametrize("state", ["signed", "revoked", "replaced"])
def test_what_is_final_may_be(governor, office, make, state):
    letter = make.in_state(state, dated_on=date(2001, 1, 1))
    retention.set_rule(governor, office, line())
    assert letter.id in due(governor, office)


# The schedule: (office, code, years, fate); the letter's code; the line that counts, or None.
SCHEDULES = [
    ([("own", "", 5, "musnah"), ("own", "000.1", 9, "musnah")], "000.1.5", ("own", "000.1")),
    ([("own", "", 5, "musnah"), ("own", "000.1", 9, "musnah")], "000.15", ("own", "")),
    ([("own", "000.1", 5, "musnah")], "000.10", None),
    ([("own", "000.1", 5, "musnah")], "", None),
    ([("top", "", 5, "permanen"), ("own", "000.1", 5, "musnah")], "000.1.5", ("top", "")),
    ([("top", "", 5, "permanen"), ("top", "000.1", 5, "musnah")], "000.1.5", ("top", "000.1")),
    ([("top", "000.1", 9, "musnah"), ("own", "000.1.5", 2, "musnah")], "000.1.5", ("top", "000.1")),
    ([("top", "000.1", 2, "musnah"), ("own", "", 9, "musnah")], "000.1.5", ("own", "")),
    ([("other", "", 1, "musnah")], "000.1.5", None),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "code", "counts"), SCHEDULES)
def test_of_each_office_the_longest_code_and_of_these_the_strictest(
    governor, office, top, rudi, make, lines, code, counts
):
    letter = make.signed(classification=code, dated_on=date(2001, 1, 1))
    places = {"own": office, "top": top, "other": rudi.memberships[0].office}
    for place, one, years, fate in lines:
        retention.set_rule(governor, places[place], line(one, (0, years), Fate(fate)))
    rule = retention.rule_of(governor, letter)
    assert (rule and (rule.office_id, rule.classification)) == (counts and (places[counts[0]].id, counts[1]))
    is_due = rule is not None and rule.fate == Fate.DESTROY
    assert due(governor, office) == ([letter.id] if is_due else [])
    assert bool(retention.rule_if_due(governor, letter)) == is_due


# The schedule: (office, code, letter type, years, fate); code and type of the letter; which line counts, or None.
TYPED = [
    ([("own", "", "", 5, "musnah"), ("own", "", "undangan", 1, "musnah")], ("000.1", "undangan"), 1),
    ([("own", "", "", 5, "musnah"), ("own", "", "undangan", 1, "musnah")], ("000.1", "tugas"), 0),
    ([("own", "", "", 5, "musnah"), ("own", "", "undangan", 1, "musnah")], ("000.1", ""), 0),  # an upload
    ([("own", "", "undangan", 1, "musnah")], ("000.1", ""), None),
    ([("own", "000", "", 5, "musnah"), ("own", "000", "undangan", 1, "musnah")], ("000.1", "undangan"), 1),
    ([("own", "000", "undangan", 9, "musnah"), ("own", "000.1", "undangan", 1, "musnah")], ("000.1", "undangan"), 1),
    ([("own", "000", "undangan", 9, "musnah"), ("own", "000.1", "undangan", 1, "musnah")], ("000.2", "undangan"), 0),
    # Narrower by code, and narrower by type: the strictest.
    ([("own", "000.1", "", 5, "musnah"), ("own", "", "undangan", 1, "musnah")], ("000.1", "undangan"), 0),
    ([("own", "000.1", "", 1, "musnah"), ("own", "", "undangan", 5, "musnah")], ("000.1", "undangan"), 1),
    ([("own", "000.1", "", 9, "musnah"), ("own", "", "tugas", 1, "permanen")], ("000.1", "tugas"), 1),
    # One line narrower than both decides.
    ([("own", "000.1", "", 9, "permanen"), ("own", "", "tugas", 9, "permanen"), ("own", "000.1", "tugas", 1, "musnah")],
     ("000.1.2", "tugas"), 2),
    # No office lets go what one above keeps, however specific its line is.
    ([("top", "", "", 9, "musnah"), ("own", "000.1", "undangan", 1, "musnah")], ("000.1", "undangan"), 0),
    ([("top", "", "undangan", 1, "musnah"), ("own", "", "", 9, "musnah")], ("000.1", "undangan"), 1),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "letter", "counts"), TYPED)
def test_the_most_specific_line_by_code_and_type_and_between_two_the_strictest(
    governor, office, top, make, lines, letter, counts
):
    made = make.signed(classification=letter[0], dated_on=date(2001, 1, 1))
    made.kind = letter[1]
    places = {"own": office, "top": top}
    rules = [
        retention.set_rule(governor, places[place], line(code, (0, years), Fate(fate), kind))
        for place, code, kind, years, fate in lines
    ]
    rule = retention.rule_of(governor, made)
    assert rule is (None if counts is None else rules[counts])
    is_due = rule is not None and rule.fate == Fate.DESTROY
    assert due(governor, office) == ([made.id] if is_due else [])
    assert bool(retention.rule_if_due(governor, made)) == is_due


def test_a_line_for_a_type_stands_beside_the_one_for_all_and_replaces_its_like(governor, office):
    every = retention.set_rule(governor, office, line("000.1", (1, 1)))
    one = retention.set_rule(governor, office, line("000.1", (2, 2), kind="tugas"))
    again = retention.set_rule(governor, office, line("000.1", (3, 3), kind="tugas"))
    assert again is one and {rule.id: rule.years for rule in retention.rules(governor, [office])} == {
        every.id: 2, one.id: 6,
    }  # fmt: skip
    assert retention.told(one) == "000.1, Surat tugas: aktif 3 tahun, inaktif 3 tahun, musnah; Perbup 1/2026"
    with pytest.raises(Invalid):
        retention.set_rule(governor, office, line(kind="pdf"))


def test_another_file_leaves_the_letter_its_type_and_the_drafter_may_change_it(governor, budi, make):
    letter, by_budi = make.returned(), people.as_person(governor, budi)
    letter.kind = "tugas"
    letters.revise(by_budi, letter, examined("edaran.pdf"))
    assert letter.kind == "tugas"
    told = {name: getattr(letter, name) for name in letters.FACTS}
    letters.update(by_budi, letter, letter.signer, told)
    assert letter.kind == "tugas"
    letters.update(by_budi, letter, letter.signer, told | {"kind": "edaran"})
    assert letter.kind == "edaran"
    with pytest.raises(Invalid):
        letters.update(by_budi, letter, letter.signer, told | {"kind": "pdf"})


def test_a_held_letter_is_not_due_until_it_is_let_go(governor, office, make):
    letter = make.signed(number="H/1", dated_on=date(2001, 1, 1))
    retention.set_rule(governor, office, line())
    placed = retention.hold(governor, office, "H/1", "Perkara di pengadilan")
    governor.session.flush()
    assert due(governor, office) == [] and retention.rule_if_due(governor, letter) is None
    retention.lift(governor, placed)
    governor.session.flush()
    assert due(governor, office) == [letter.id]


def test_a_letter_that_is_not_there_cannot_be_held(governor, office, make, rudi):
    make.draft(number="H/2")
    make.signed(number="H/3")
    for place, number in ((office, "H/2"), (office, "H/9"), (rudi.memberships[0].office, "H/3")):
        with pytest.raises(Invalid):
            retention.hold(governor, place, number, "alasan")


@pytest.mark.parametrize("wrong", [
    line("000.*"), line("%"), line("000."), line(years=(0, 0)), line(years=(-1, 5)), line(years=(60, 60)),
])  # fmt: skip
def test_lines_that_make_no_sense_are_refused(governor, office, wrong):
    with pytest.raises(Invalid):
        retention.set_rule(governor, office, wrong)


@pytest.mark.parametrize("login", ["sari", "budi", "dewi", "rina", "agus", "rudi", "hadi", "other admin"])
def test_only_the_office_s_administrator_sets_rules_and_holds(work, governor, office, make, rudi, login):
    make.signed(number="H/4")
    rule = retention.set_rule(governor, office, line())
    placed = retention.hold(governor, office, "H/4", "alasan")
    work.session.flush()
    if login == "other admin":
        person = people.find(work, "joko")
        person.memberships[:] = [Membership(office=rudi.memberships[0].office, role=Role.ADMINISTRATOR)]
        work.session.flush()
    else:
        person = people.find(work, login)
    actor = people.as_person(work, person)
    for forbidden in (
        lambda: retention.set_rule(actor, office, line()), lambda: retention.remove_rule(actor, rule),
        lambda: retention.hold(actor, office, "H/4", "x"), lambda: retention.lift(actor, placed),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            forbidden()
    for missing in (lambda: retention.get_rule(actor, rule.id), lambda: retention.get_hold(actor, placed.id)):
        with pytest.raises(NotFound):
            missing()


def test_a_disposed_letter_cannot_be_held(governor, office, make):
    letter = make.signed(number="H/5", confidentiality=Confidentiality.NORMAL)
    letter.disposed_at = governor.now
    governor.session.flush()
    with pytest.raises(Conflict):
        retention.hold(governor, office, "H/5", "x")
