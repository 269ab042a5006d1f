"""The permission matrix, as a literal table: person x action x state. A change of rights is a change here."""

import pytest

from tests import people
from webapp.domain import letters, permissions, reviews, searches
from webapp.domain.errors import Conflict, DomainError, Forbidden, NotFound
from webapp.domain.searches import Filters
from webapp.domain.workflow import Action
from webapp.models import Confidentiality, Membership, Office, Role, State

# One letter per action: v view, t trail, l download, e edit, r revise, s submit, w withdraw, k return (kembalikan),
# j reject, g sign, c revoke (cabut), p replace, i initial, b recall (batalkan), a reassign (alihkan), m ask (minta),
# o comment (opini). A dot: nothing at all.
LETTERS = {
    "v": Action.VIEW, "t": Action.VIEW_TRAIL, "l": Action.DOWNLOAD, "e": Action.EDIT, "r": Action.REVISE,
    "s": Action.SUBMIT, "w": Action.WITHDRAW, "k": Action.RETURN, "j": Action.REJECT, "g": Action.SIGN,
    "c": Action.REVOKE, "p": Action.REPLACE, "i": Action.INITIAL, "b": Action.RECALL, "a": Action.REASSIGN,
    "m": Action.ASK, "o": Action.COMMENT,
}  # fmt: skip
STATES = ("draft", "submitted", "returned", "withdrawn", "rejected", "signed", "revoked", "replaced")

MATRIX = {
    # person          draft     submitted  returned  withdrawn rejected signed   revoked  replaced
    "budi":          ("vtlers", "vtlw",    "vtlers", "vtlers", "vtl",   "vtlp",  "vtlp",  "vtl"),  # its drafter
    "colleague":     ("vtlers", "vtlw",    "vtlers", "vtlers", "vtl",   "vtlp",  "vtlp",  "vtl"),  # drafts beside him
    "dewi":          (".",      "vtlk",    "vtl",    "vtl",    "vtl",   "vtl",   "vtl",   "vtl"),  # reviewer
    "sari":          (".",      "vtlkjgm",  "vtl",    ".",      "vtl",   "vtlcp", "vtlp",  "vtl"),  # its signer
    "agus":          ("vtl",    "vtl",     "vtl",    "vtl",    "vtl",   "vtl",   "vtl",   "vtl"),  # auditor above
    "rudi":          (".",      ".",       ".",      ".",      ".",     ".",     ".",     "."),    # another office
    "hadi":          (".",      ".",       ".",      ".",      ".",     ".",     ".",     "."),    # signs elsewhere
    "rina":          (".",      ".",       ".",      ".",      ".",     ".",     ".",     "."),    # registrar
    "admin":         (".",      ".",       ".",      ".",      ".",     ".",     ".",     "."),    # reads nothing
}  # fmt: skip

SECRET = {
    "budi":          ("vtlers", "vtlw",    "vtlers", "vtlers", "vtl",   "vtlp",  "vtlp",  "vtl"),
    "sari":          (".",      "vtlkjgm",  "vtl",    ".",      "vtl",   "vtlcp", "vtlp",  "vtl"),
    "colleague": (".",) * 8, "dewi": (".",) * 8, "agus": (".",) * 8, "rudi": (".",) * 8, "admin": (".",) * 8,
}  # fmt: skip


# A letter with a chain, Dewi before Lina before Sari; Joko drafts beside Budi and was asked for a second opinion.
STAGES = ("planned", "at_dewi", "at_lina", "at_sari", "sent_back", "returned", "withdrawn", "signed")
CHAIN = {
    # person         planned   at_dewi  at_lina  at_sari   sent_back  returned  withdrawn signed
    "budi":         ("vtlers", "vtlw",  "vtlw",  "vtlw",   "vtlw",    "vtlers", "vtlers", "vtlp"),
    "colleague":    ("vtlers", "vtlwo", "vtlwo", "vtlwo",  "vtlwo",   "vtlers", "vtlers", "vtlp"),
    "dewi":         (".",      "vtlikm", "vtlb", "vtlk",   "vtlikm",  "vtl",    "vtl",    "vtl"),  # first reviewer
    "lina":         (".",      "vtl",   "vtlikm", "vtlkb", "vtl",     "vtl",    "vtl",    "vtl"),  # second reviewer
    "sari":         (".",      ".",     ".",     "vtlkjgm", "vtl",    "vtl",    ".",      "vtlcp"),  # sent it back
    "agus":         ("vtl",    "vtl",   "vtl",   "vtl",    "vtl",     "vtl",    "vtl",    "vtl"),
    "admin":        (".",      "a",     "a",     ".",      "a",       ".",      ".",      "."),
    "rudi": (".",) * 8, "hadi": (".",) * 8, "rina": (".",) * 8,
}  # fmt: skip
SECRET_CHAIN = {
    "budi":         ("vtlers", "vtlw",  "vtlw",  "vtlw",   "vtlw",    "vtlers", "vtlers", "vtlp"),
    "dewi":         (".",      "vtlikm", "vtlb", "vtl",    "vtlikm",  "vtl",    ".",      "vtl"),
    "lina":         (".",      ".",     "vtlikm", "vtlb",  "vtl",     "vtl",    ".",      "vtl"),  # once it reached her
    "sari":         (".",      ".",     ".",     "vtlkjgm", "vtl",    "vtl",    ".",      "vtlcp"),
    "admin":        (".",      "a",     "a",     ".",      "a",       ".",      ".",      "."),
    "colleague": (".",) * 8, "agus": (".",) * 8, "rudi": (".",) * 8, "hadi": (".",) * 8, "rina": (".",) * 8,
}  # fmt: skip


def at_stage(work, make, stage, colleague, **kind):
    """The letter on its way; Joko is asked as soon as somebody can ask him."""
    letter = make.planned("dewi", "lina", **kind)
    if stage == "planned":
        return letter
    letters.submit(make.person("budi"), letter)
    if letter.confidentiality != "rahasia":
        reviews.ask(make.person("dewi"), letter, colleague.id, "Sudah tepat?")
    if stage == "withdrawn":
        letters.withdraw(make.person("budi"), letter)
    if stage in ("at_dewi", "withdrawn"):
        return letter
    make.initial(letter, "dewi")
    if stage == "at_lina":
        return letter
    make.initial(letter, "lina")
    if stage == "sent_back":
        letters.send_back(make.person("sari"), letter, "Periksa lagi angkanya.", to=letter.chain[0].id)
    elif stage == "returned":
        letters.send_back(make.person("sari"), letter, "Tanggalnya keliru.")
    return make.sign(letter) if stage == "signed" else letter


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("table", "confidentiality"), [(CHAIN, "biasa"), (SECRET_CHAIN, "rahasia")])
def test_on_its_way_everyone_may_do_exactly_what_the_table_says(work, make, colleague, stage, table, confidentiality):
    letter = at_stage(work, make, stage, colleague, confidentiality=Confidentiality(confidentiality))
    for login, row in table.items():
        actor = people.as_person(work, colleague if login == "colleague" else people.find(work, login))
        allowed = {LETTERS[c] for c in row[STAGES.index(stage)] if c != "."}
        found = {action for action in Action if permissions.can(actor, action, letter)}
        assert found == allowed, f"{login} at stage {stage}"
        listed = searches.find(actor, Filters()).letters
        assert (letter in listed) == (Action.VIEW in allowed), f"the list of {login} at stage {stage}"
        for action in set(Action) - allowed:
            with pytest.raises((Forbidden, Conflict)):
                permissions.require(actor, action, letter)


@pytest.fixture
def colleague(work, budi):
    office = next(m.office for m in budi.memberships)
    joko = people.find(work, "joko")
    joko.memberships.clear()
    joko.memberships.append(Membership(office=office, role=Role.DRAFTER))
    work.session.flush()
    return joko


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("table", "confidentiality"), [(MATRIX, "biasa"), (MATRIX, "terbatas"), (SECRET, "rahasia")])
def test_everyone_may_do_exactly_what_the_table_says(work, make, colleague, state, table, confidentiality):
    letter = make.in_state(state, confidentiality=Confidentiality(confidentiality))
    for login, row in table.items():
        actor = people.as_person(work, colleague if login == "colleague" else people.find(work, login))
        allowed = {LETTERS[c] for c in row[STATES.index(state)] if c != "."}
        found = {action for action in Action if permissions.can(actor, action, letter)}
        assert found == allowed, f"{login} on a {state} letter"
        for action in Action:
            if action in allowed:
                permissions.require(actor, action, letter)
            else:
                with pytest.raises((Forbidden, Conflict)):
                    permissions.require(actor, action, letter)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("table", "confidentiality"), [(MATRIX, "biasa"), (SECRET, "rahasia")])
def test_lists_and_get_show_what_may_be_viewed_and_nothing_else(work, make, colleague, state, table, confidentiality):
    letter = make.in_state(state, confidentiality=Confidentiality(confidentiality))
    for login, row in table.items():
        actor = people.as_person(work, colleague if login == "colleague" else people.find(work, login))
        visible = "v" in row[STATES.index(state)]
        for asked in (
            Filters(), Filters(states=(State(state),)), Filters(text="koordinasi"), Filters(number=letter.number),
            Filters(person="budi"), Filters(text="undangan", states=(State(state),), office_id=letter.office_id),
            Filters(office_id=letter.office_id), Filters(since=letter.dated_on, until=letter.dated_on),
        ):  # fmt: skip
            listed = searches.find(actor, asked).letters
            assert (letter.id in {one.id for one in listed}) == visible, f"{login}, a {state} letter, {asked}"
        if visible:
            assert letters.get(actor, letter.id) is letter
        else:
            with pytest.raises(NotFound):
                letters.get(actor, letter.id)


def test_a_stranger_and_a_disabled_person_may_nothing(work, make, budi):
    letter = make.submitted()
    stranger, gone = work, people.as_person(work, budi)
    budi.disabled_at = work.now
    for actor in (stranger, gone):
        assert not any(permissions.can(actor, action, letter) for action in Action)


def test_a_signer_who_lost_the_role_cannot_sign(work, make, sari):
    letter = make.submitted()
    sari.memberships.clear()
    work.session.flush()
    with pytest.raises(Forbidden):
        permissions.require(people.as_person(work, sari), Action.SIGN, letter)


def test_a_drafter_who_left_the_office_has_no_part_in_his_letters(work, make, budi):
    letter = make.submitted()
    budi.memberships.clear()
    work.session.flush()
    with pytest.raises(DomainError):
        letters.withdraw(people.as_person(work, budi), letter)


def test_a_role_counts_in_its_office_and_oversight_below_it(work, agus, admin, rina):
    top, below = (next(o for o in work.session.query(Office) if o.code == code) for code in ("PEMKAB", "SETDA"))
    for person, role in ((agus, Role.AUDITOR), (admin, Role.ADMINISTRATOR), (rina, Role.REGISTRAR)):
        permissions.require_role(people.as_person(work, person), role, below)
        assert not permissions.holds(person, role, below), "inherited is not held"
        assert permissions.holds(person, role, top)


def test_every_state_and_action_is_in_the_table():
    assert {*STATES, "in_review"} == {str(state) for state in State}  # in_review: in the tables of the chain
    assert set(LETTERS.values()) == set(Action)
