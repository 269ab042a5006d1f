"""Of several signers some may sign at the same time: in any order, each on the file of the one before."""

import pytest

import signing
from tests import people
from tests.authenticator import Phone
from tests.domain.test_evidence import judged
from tests.domain.test_signers import approval_of, roots
from tests.signing import judges
from webapp.domain import chains, documents, evidence, letters, signers, turns, verification, waits
from webapp.domain.chains import Planned
from webapp.domain.errors import Conflict, Forbidden
from webapp.models import State, StepKind


def test_parallel_signers_sign_in_any_order_and_each_on_the_file_of_the_one_before(work, make, tmp_path):
    letter = make.cosigned("sari", "hadi", together=True)
    letters.submit(make.person("budi"), letter)
    hadi, sari = make.person("hadi"), make.person("sari")
    assert all(waits.page(one, one.person).letters == [letter] for one in (hadi, sari))
    with pytest.raises(Forbidden):
        approval_of(work, letter, "hadi")  # it is prepared for Sari
    revision = letter.revision
    turns.take(hadi, letter, turns.prepare_for(hadi, letter), revision=revision)
    with pytest.raises(Forbidden):
        approval_of(work, letter, "sari")
    make.sign(letter)
    assert letter.signatures[0].person_id == hadi.person.id and letter.signer is sari.person
    assert letter.state == State.SUBMITTED
    make.sign(letter)
    pdf = documents.get(work.config, letter.signature.sha256)
    judges.require_valid(pdf, roots(work), tmp_path, times=2, has_responder=False)
    assert [f.field[-1] for f in signing.verify(pdf, verification.trust(work)).signatures] == ["2", "1"]


def test_a_turn_is_taken_by_who_may_sign_now_only_and_not_over_a_change(work, make):
    letter = make.cosigned("sari", "hadi", together=True)
    letters.submit(make.person("budi"), letter)
    hadi = make.person("hadi")
    for login in ("sari", "budi", "dewi", "rudi", "admin"):
        with pytest.raises(Forbidden):
            turns.prepare_for(make.person(login), letter)
    prepared, revision = turns.prepare_for(hadi, letter), letter.revision
    make.sign(letter)
    with pytest.raises((Conflict, Forbidden)):
        turns.take(hadi, letter, prepared, revision=revision)
    serial = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), serial)
    with pytest.raises(Forbidden):
        turns.prepare_for(hadi, serial)


def test_a_taken_turn_that_is_withdrawn_begins_with_the_first_again(work, make):
    letter = make.cosigned("sari", "hadi", together=True)
    letters.submit(make.person("budi"), letter)
    first, hadi = letter.version.prepared_sha256, make.person("hadi")
    turns.take(hadi, letter, turns.prepare_for(hadi, letter), revision=letter.revision)
    letters.withdraw(make.person("budi"), letter)
    assert letter.version.prepared_sha256 == first and letter.version_number == 1
    assert letter.signer is people.find(work, "sari")


def test_three_signers_the_last_two_in_any_order_after_reviewers(work, make, tmp_path):
    letter, budi = make.cosigned("sari", "hadi", "lina"), make.person("budi")
    chains.arrange(budi, letter, [Planned(people.find(work, "dewi").id, StepKind.HIERARCHY)])
    assert [step.position for step in letter.chain] == [1, 2, 3, 4] and letter.version.prepared_sha256
    signers.change(budi, letter, "together", people.find(work, "lina").id)
    assert [step.position for step in letter.chain] == [1, 2, 3, 3]


def test_what_each_signers_passkey_proved_is_kept_and_openssl_checks_it(work, make, tmp_path):
    letter = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), letter)
    for login in ("sari", "hadi"):
        phone = Phone(work, login)
        phone.register()
        phone.sign(letter, secret=people.secret_of(people.find(work, login)))
    kept = evidence.of_letter(work, letter)
    assert [one.signature for one in kept] == letter.signatures[::-1]
    for one in kept:
        (tmp_path / str(one.id)).mkdir()
        told = evidence.exported(work, letter, evidence.digest(one))
        assert told["file_sha256"] == one.signature.sha256
        assert judged(tmp_path / str(one.id), told).stdout == "Verified OK\n"
