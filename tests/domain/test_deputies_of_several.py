"""One of several signers is away: his deputy signs in his turn and at his place, once, and nobody for two."""

import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import signing
from tests import people
from tests.domain.test_delegations import begin
from tests.domain.test_permissions import LETTERS
from tests.domain.test_signers import roots
from tests.factories import allow_to_sign
from tests.signing import judges
from webapp.domain import (
    approvals,
    contents,
    delegations,
    documents,
    letters,
    marks,
    permissions,
    searches,
    signatures,
    turns,
    verification,
    waits,
)
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.searches import Filters
from webapp.domain.workflow import Action
from webapp.models import BsreAccount, Delegation, State, StepState


def deputy(make, login, *, principal):
    """For letters of Sari's office, which Hadi signs too."""
    office = people.find(make.work, "sari").memberships[0].office
    allow_to_sign(make.work, "hadi", office)
    return make.deputy(login, principal=principal, office_id=office.id)


def submitted(make, *logins, together=False):
    letter = make.cosigned(*(logins or ("sari", "hadi")), together=together)
    letters.submit(make.person("budi"), letter)
    return letter


def judged(work, pdf, folder, times):
    """pdfsig and our own verdict."""
    folder.mkdir()
    judges.require_valid(pdf, roots(work), folder, times=times, has_responder=False)
    verdict = signing.verify(pdf, verification.trust(work))
    assert verdict.is_valid, verdict.problems
    (folder / "s.pdf").write_bytes(pdf)
    text = ["pdftotext", "-layout", folder / "s.pdf", "-"]
    return subprocess.run(text, capture_output=True, check=True, text=True).stdout, verdict


@pytest.mark.parametrize("absent", ["sari", "hadi"])
def test_he_signs_in_the_turn_and_at_the_place_of_the_one_who_is_away(work, make, tmp_path, absent):
    mandate = deputy(make, "rudi", principal=absent)
    letter, alone = submitted(make), make.submitted(signer="sari")
    rudi = make.person("rudi")
    for number, login in enumerate(("sari", "hadi"), 1):
        offered = letter in waits.page(rudi, rudi.person).letters
        assert offered == (login == absent), "in the turn of the one who is away, not before"
        if login == absent:
            make.take_over(letter, "rudi")
            assert letter.state == State.SUBMITTED and letter.signer is rudi.person
        make.sign(letter)
        pdf = documents.get(work.config, letter.signatures[-1].sha256)
        shown, verdict = judged(work, pdf, tmp_path / login, number)
        assert ("Rudi Contoh" in shown) == (absent == "sari" or number == 2)
    assert letter.state == State.SIGNED
    assert [facts.field[-1] for facts in verdict.signatures] == ["1", "2"], "each at the place that was kept for him"
    kept = {made.person_id: made for made in letter.signatures}
    assert kept[rudi.person.id].authority["mandate"] == mandate.id
    assert kept[rudi.person.id].signer_position.startswith("Plh. ")
    other = next(made for made in letter.signatures if made.person_id != rudi.person.id)
    assert other.authority is None and not other.signer_position.startswith("Plh.")
    name = people.find(work, absent).full_name
    assert name not in shown and "Plh. " in shown
    assert waits.page(rudi, rudi.person).letters == ([alone] if absent == "sari" else [])
    assert [one.email for one in letter.signers] == ["sari@solok.example", "hadi@solok.example"]


@pytest.mark.parametrize("late", [-timedelta(seconds=1), timedelta(minutes=1)])
def test_one_minute_past_the_mandate_is_refused_where_it_is_written_down(work, make, late):
    mandate = deputy(make, "rudi", principal="hadi")
    letter = make.take_over(make.with_first("sari", "hadi"), "rudi")
    by_rudi, approval, signed = begin(replace(work, now=mandate.ends_at - timedelta(seconds=2)), letter, "rudi")
    past = replace(by_rudi, now=mandate.ends_at + late)
    if late < timedelta(0):
        assert signatures.complete(past, approval, signed).state == State.SIGNED
        return
    with pytest.raises(Conflict, match="Mandat"):
        signatures.complete(past, approval, signed)
    assert letter.state == State.SUBMITTED and len(letter.signatures) == 1
    with pytest.raises(Forbidden):
        approvals.begin(past, letter, digest=marks.digest(letter), secret=b"")


def test_at_its_end_the_official_has_his_own_file_again_after_the_signatures_before(work, make, tmp_path):
    mandate = deputy(make, "rudi", principal="hadi")
    letter = make.with_first("sari", "hadi")
    before = marks.digest(letter)
    make.take_over(letter, "rudi")
    assert marks.digest(letter) != before
    assert work.session.scalars(select(Delegation.prepared_sha256)).one() in contents.files(work, letter)
    delegations.follow(replace(work, now=mandate.ends_at), mandate.id)
    assert marks.digest(letter) == before and letter.mandate_id is None
    assert [step.mandate_id for step in letter.chain] == [None, None]
    make.sign(letter, login="hadi")
    assert letter.state == State.SIGNED
    judged(work, documents.get(work.config, letter.signature.sha256), tmp_path / "s", 2)


def test_of_signers_in_any_order_whoever_takes_the_turn_has_it_and_the_deputy_takes_over_again(work, make, tmp_path):
    deputy(make, "rudi", principal="hadi")
    letter = submitted(make, together=True)
    sari = make.person("sari")
    make.take_over(letter, "rudi")  # it was prepared for Sari
    assert letter.signer.email.startswith("rudi") and permissions.can(sari, Action.TAKE_TURN, letter)
    turns.take(sari, letter, turns.prepare_for(sari, letter), revision=letter.revision)
    assert letter.signer is sari.person and letter.mandate_id is None
    assert work.session.scalars(select(Delegation.outcome)).all() == ["given_back"]
    make.sign(letter)
    assert letter.signer is people.find(work, "hadi"), "the next turn is the official's; his deputy is offered it"
    make.sign(make.take_over(letter, "rudi"))
    assert letter.state == State.SIGNED and letter.signature.authority is not None
    verdict = judged(work, documents.get(work.config, letter.signature.sha256), tmp_path / "s", 2)[1]
    assert [facts.field[-1] for facts in verdict.signatures] == ["1", "2"]


def test_given_back_among_several_it_is_prepared_for_the_official_himself(work, make):
    deputy(make, "rudi", principal="hadi")
    letter = submitted(make, together=True)
    make.take_over(letter, "rudi")
    delegations.give_back(make.person("rudi"), letter)
    hadi = people.find(work, "hadi")
    assert letter.signer is hadi and {step.state for step in letter.chain} == {StepState.OPEN}
    make.sign(letter, login="hadi")
    make.sign(letter, login="sari")
    assert letter.state == State.SIGNED and [made.authority for made in letter.signatures] == [None, None]


@pytest.mark.parametrize("together", [False, True])
def test_a_signer_of_the_letter_is_not_another_ones_deputy_on_it(work, make, together):
    make.mandate("hadi")
    letter = submitted(make, together=together)
    hadi = make.person("hadi")
    assert not permissions.can(hadi, Action.TAKE, letter)
    assert waits.count(hadi, hadi.person) == int(together), "his own signature, once"
    with pytest.raises(Conflict, match="Anda sendiri penandatangan"):
        delegations.draw(hadi, letter)
    alone = make.submitted()
    assert permissions.can(hadi, Action.TAKE, alone)


def test_a_deputy_of_two_of_them_signs_for_one(work, make):
    deputy(make, "rudi", principal="sari")
    deputy(make, "rudi", principal="hadi")
    letter = make.sign(make.take_over(submitted(make), "rudi"))
    rudi = make.person("rudi")
    assert waits.page(rudi, rudi.person).letters == [] and not permissions.can(rudi, Action.TAKE, letter)
    with pytest.raises(Conflict, match="Anda sendiri penandatangan"):
        delegations.draw(rudi, letter)
    assert make.sign(letter).state == State.SIGNED


def test_two_are_away_and_each_has_a_deputy(work, make, tmp_path):
    deputy(make, "rudi", principal="hadi")
    deputy(make, "lina", principal="sari")
    letter = submitted(make, together=True)
    make.take_over(letter, "lina")
    make.take_over(letter, "rudi")  # as it is among officials: whoever taps has the turn
    outcomes = work.session.execute(select(Delegation.outcome).order_by(Delegation.id)).scalars().all()
    assert outcomes == ["given_back", None]
    make.sign(letter)
    make.sign(make.take_over(letter, "lina"))
    assert letter.state == State.SIGNED and all(made.authority for made in letter.signatures)
    judged(work, documents.get(work.config, letter.signature.sha256), tmp_path / "s", 2)


@pytest.mark.parametrize("how", ["return", "withdraw"])
def test_a_letter_that_begins_anew_is_addressed_to_the_officials(work, make, how):
    deputy(make, "rudi", principal="sari")
    letter = make.sign(make.take_over(submitted(make), "rudi"))
    if how == "return":
        letters.send_back(make.person("hadi"), letter, "Lampirannya belum ada.")
    else:
        letters.withdraw(make.person("budi"), letter)
    assert letter.version_number == 2 and letter.signer is people.find(work, "sari")
    assert [(step.person.email[:4], step.mandate_id) for step in letter.chain] == [("sari", None), ("hadi", None)]
    letters.submit(make.person("budi"), letter)
    make.sign(make.sign(make.take_over(letter, "rudi")))
    assert letter.state == State.SIGNED
    assert [bool(made.authority) for made in letter.signatures] == [True, False]


def test_withdrawn_from_the_deputys_hands_the_first_file_stands_there_again(work, make):
    deputy(make, "rudi", principal="hadi")
    letter = submitted(make, together=True)
    first = letter.version.prepared_sha256
    make.take_over(letter, "rudi")
    letters.withdraw(make.person("budi"), letter)
    assert letter.version.prepared_sha256 == first and letter.version_number == 1
    assert letter.signer is people.find(work, "sari") and letter.mandate_id is None


def test_a_file_that_was_drawn_before_a_change_is_not_taken(work, make):
    deputy(make, "rudi", principal="sari")
    letter = submitted(make, together=True)
    rudi, hadi = make.person("rudi"), make.person("hadi")
    drawn = delegations.draw(rudi, letter)
    turns.take(hadi, letter, turns.prepare_for(hadi, letter), revision=letter.revision)
    make.sign(letter)
    with pytest.raises(Conflict):
        delegations.take_over(rudi, letter, *drawn)


def test_who_is_kept_by_bsre_deputises_for_no_one_of_several(work, make):
    deputy(make, "rudi", principal="sari")
    letter, rudi = submitted(make), make.person("rudi")
    kept = BsreAccount(
        person_id=rudi.person.id, certificate_name="RUDI", created_at=work.now,
        registrar_id=people.find(work, "rina").id,
    )  # fmt: skip
    work.session.add(kept)
    work.session.flush()
    work.session.expire(rudi.person)
    with pytest.raises(Invalid, match="BSrE"):
        delegations.draw(replace(rudi, config=replace(work.config, bsre_url="https://bsre.invalid")), letter)


# Sari before Hadi, and Rudi of another office is Sari's deputy. As in test_deputies.py.
STAGES = ("offered", "taken", "passed", "returned", "signed", "signed_ended")
TABLE = {
    # person   offered    taken       passed     returned   signed    signed_ended
    "sari":  ("vtlkjgm", "vtly",     "vtl",     "vtl",     "vtlc",   "vtlc"),
    "rudi":  ("vtlx",    "vtlkjgmy", "vtl",     "vtl",     "vtlc",   "vtl"),
    "hadi":  (".",       ".",        "vtlkjgm", "vtl",     "vtlcp",  "vtlcp"),
    "budi":  ("vtlw",    "vtlw",     "vtlw",    "vtlersd", "vtlpd",  "vtlpd"),
    "agus":  ("vtl",     "vtl",      "vtl",     "vtl",     "vtl",    "vtl"),
    "lina":  ("vtlk",    "vtlk",     "vtlk",    "vtl",     "vtl",    "vtl"),
    "admin": (".",) * 6, "rina": (".",) * 6,
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_everyone_may_do_exactly_what_the_table_says(work, make, stage):
    mandate = deputy(make, "rudi", principal="sari")
    letter = submitted(make)
    if stage != "offered":
        make.take_over(letter, "rudi")
    if stage not in ("offered", "taken"):
        make.sign(letter)
    if stage == "returned":
        letters.send_back(make.person("hadi"), letter, "Lampirannya belum ada.")
    if stage.startswith("signed"):
        make.sign(letter)
    seen = replace(work, now=mandate.ends_at) if stage.endswith("ended") else work
    for login, row in TABLE.items():
        actor = people.as_person(seen, people.find(work, login))
        allowed = {LETTERS[c] for c in row[STAGES.index(stage)] if c != "."}
        assert {action for action in Action if permissions.can(actor, action, letter)} == allowed, f"{login}: {stage}"
        for asked in (Filters(), Filters(states=(State(letter.state),)), Filters(number=letter.number)):
            listed = letter in searches.find(actor, asked).letters
            assert listed == (Action.VIEW in allowed), f"{login}: {stage}, {asked}"
