"""Who may do what by a mandate: before, during and after it. permissions and visibility are held to one table."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import people
from tests.domain.test_permissions import LETTERS
from webapp.domain import delegations, letters, permissions, searches, waits
from webapp.domain.searches import Filters
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, State

# As in test_permissions.py, x take over, y give back. Sari is the official, Hadi her deputy from another office.
STAGES = ("before", "offered", "taken", "given_back", "ended", "returned", "rejected", "signed", "signed_ended",
          "revoked_ended")  # fmt: skip
OPEN = {
    # person  before     offered    taken        given_back ended      returned  rejected signed   signed_ended revoked
    "sari":  ("vtlkjgm", "vtlkjgm", "vtly",      "vtlkjgm", "vtlkjgm", "vtl",    "vtl",   "vtlcp", "vtlcp",     "vtlp"),
    "hadi":  (".",       "vtlx",    "vtlkjgmy",  "vtlx",    ".",       ".",      "vtl",   "vtlcp", "vtl",       "vtl"),
    "budi":  ("vtlw",    "vtlw",    "vtlw",      "vtlw",    "vtlw",    "vtlersd", "vtl",  "vtlpd", "vtlpd",    "vtlpd"),
    "dewi":  ("vtlk",    "vtlk",    "vtlk",      "vtlk",    "vtlk",    "vtl",    "vtl",   "vtl",   "vtl",       "vtl"),
    "agus":  ("vtl",     "vtl",     "vtl",       "vtl",     "vtl",     "vtl",    "vtl",   "vtl",   "vtl",       "vtl"),
    "rudi": (".",) * 10, "admin": (".",) * 10, "rina": (".",) * 10,
}  # fmt: skip
SECRET = OPEN | {"dewi": (".",) * 10, "agus": (".",) * 10}


def at_stage(work, make, stage, mandate, **kind):
    """The letter at this point, and the moment from which it is looked at."""
    letter, over = make.submitted(**kind), replace(work, now=mandate.ends_at)
    if stage in ("before", "offered"):
        return letter, (replace(work, now=mandate.begins_at - timedelta(seconds=1)) if stage == "before" else work)
    make.take_over(letter)
    if stage == "given_back":
        delegations.give_back(make.person("hadi"), letter)
    elif stage == "ended":
        delegations.follow(over, mandate.id)
    elif stage == "returned":
        letters.send_back(make.person("hadi"), letter, "Tanggalnya keliru.")
    elif stage == "rejected":
        letters.reject(make.person("hadi"), letter, "Tidak sesuai kebijakan.")
    elif stage != "taken":
        make.sign(letter)
    if stage == "revoked_ended":
        letters.revoke(make.person("sari"), letter, "Dicabut karena keliru.")
    return letter, (over if stage.endswith("ended") else work)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("table", "level"), [(OPEN, "biasa"), (SECRET, "rahasia")])
def test_everyone_may_do_exactly_what_the_table_says(work, make, stage, table, level):
    mandate = make.mandate(confidentiality=Confidentiality.SECRET)
    letter, seen = at_stage(work, make, stage, mandate, confidentiality=Confidentiality(level))
    for login, row in table.items():
        actor = people.as_person(seen, people.find(work, login))
        allowed = {LETTERS[c] for c in row[STAGES.index(stage)] if c != "."}
        found = {action for action in Action if permissions.can(actor, action, letter)}
        assert found == allowed, f"{login}: {stage}"
        for asked in (Filters(), Filters(states=(State(letter.state),)), Filters(text="koordinasi"),
                      Filters(number=letter.number), Filters(office_id=letter.office_id)):  # fmt: skip
            listed = letter in searches.find(actor, asked).letters
            assert listed == (Action.VIEW in allowed), f"{login}: {stage}, {asked}"


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        ({}, {"confidentiality": Confidentiality.SECRET}),
        ({"confidentiality": Confidentiality.NORMAL}, {"confidentiality": Confidentiality.RESTRICTED}),
        ({"classifications": ("800.1", "900")}, {}),
        ({"classifications": ("000.1.50",)}, {}),
        ({"letter_types": ("tugas", "edaran")}, {"kind": "undangan"}),
        ({"letter_types": ("tugas",)}, {"kind": ""}),
        ({"deputy": "hadi", "accepted": False}, {}),
        ({"starts": 1}, {}),
    ],
)
def test_outside_the_mandate_nothing_is_offered(work, make, terms, kind):
    make.mandate(**terms)
    letter, by_hadi = make.submitted(**kind), make.person("hadi")
    assert not permissions.can(by_hadi, Action.VIEW, letter)
    assert waits.page(by_hadi, by_hadi.person).letters == [] and waits.count(by_hadi, by_hadi.person) == 0
    assert searches.find(by_hadi, Filters()).letters == []


def test_a_code_covers_those_below_it_and_no_others(work, make):
    make.mandate(classifications=("000.1",))
    inside, outside = make.submitted(classification="000.1.5"), make.submitted(classification="000.10")
    by_hadi = make.person("hadi")
    assert waits.page(by_hadi, by_hadi.person).letters == [inside]
    assert waits.count(by_hadi, by_hadi.person) == 1
    assert not permissions.can(by_hadi, Action.TAKE, outside)


def test_a_mandate_for_some_types_covers_letters_of_these(work, make):
    make.mandate(letter_types=("tugas", "edaran"))
    inside, by_hadi = make.submitted(kind="edaran"), make.person("hadi")
    make.submitted(kind="surat")
    assert waits.page(by_hadi, by_hadi.person).letters == [inside]
    assert permissions.can(by_hadi, Action.TAKE, inside)


def test_the_deputys_own_drafts_are_not_offered_to_him(work, make, budi):
    """Four eyes: who drafts a letter does not sign it in another's place."""
    make.mandate("budi", accepted=False).accepted_at = work.now
    letter, by_budi = make.submitted(), make.person("budi")
    assert not permissions.can(by_budi, Action.TAKE, letter)
    assert waits.page(by_budi, budi).letters == []


def test_a_mandate_cannot_be_passed_on(work, make, hadi):
    """Lina holds Hadi's mandate, and Hadi Sari's: a letter of Sari's is never Lina's."""
    make.mandate()
    make.mandate("lina", principal="hadi", accepted=False).accepted_at = work.now
    letter, by_lina = make.submitted(), make.person("lina")
    assert not permissions.can(by_lina, Action.TAKE, letter)
    make.take_over(letter)
    assert not permissions.can(by_lina, Action.TAKE, letter) and not permissions.can(by_lina, Action.SIGN, letter)


@pytest.mark.parametrize("gone", ["deputy", "principal", "role"])
def test_it_ends_with_whoever_holds_or_gave_it(work, make, sari, hadi, gone):
    make.mandate()
    letter, by_hadi = make.submitted(), make.person("hadi")
    assert permissions.can(by_hadi, Action.TAKE, letter)
    if gone == "role":
        sari.memberships.clear()
    else:
        (hadi if gone == "deputy" else sari).disabled_at = work.now
    work.session.flush()
    assert not permissions.can(by_hadi, Action.TAKE, letter)
    assert searches.find(by_hadi, Filters()).letters == []
