"""The one-time code and what it is good for: exactly what was shown, once."""

import subprocess
import threading

import pytest
from sqlalchemy import func, select

from tests import people
from tests.factories import THREE_PAGES, examined, later
from webapp import db
from webapp.domain import approvals, audit, documents, letters, marks, signatures
from webapp.domain.errors import Conflict, Forbidden, Locked, WrongCode
from webapp.domain.work import Work
from webapp.models import Letter, Signature, State


def approve(work, letter, signer, *, code=None, digest=None, secret=None):
    actor = people.as_person(work, signer)
    secret = secret or people.secret_of(signer)
    approval = approvals.begin(actor, letter, digest=digest or marks.digest(letter), secret=secret)
    approvals.consent(actor, approval, code or people.code_of(work, signer))
    return approval


def test_the_signed_file_is_the_prepared_one_and_pdfsig_finds_it_whole(config, work, make, sari, tmp_path):
    letter = make.submitted()
    prepared = documents.get(config, letter.version.prepared_sha256)
    make.sign(letter)
    assert letter.state == State.SIGNED
    signed = documents.get(config, letter.signature.sha256)
    assert len(signed) == len(prepared) and signed.startswith(documents.get(config, letter.version.sha256))
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
    assert "Signature is Valid" in told and "Total document signed" in told and sari.name in told


def test_a_code_cannot_sign_two_letters(work, make, sari):
    first, second = make.submitted(), make.submitted()
    code = people.code_of(work, sari)
    approve(work, first, sari, code=code)
    with pytest.raises(WrongCode, match="sudah dipakai"):
        approve(work, second, sari, code=code)


def test_the_same_code_for_the_same_letter_may_be_repeated_after_a_lost_answer(work, make, sari):
    letter = make.submitted()
    code = people.code_of(work, sari)
    approve(work, letter, sari, code=code)
    consent = approve(work, letter, sari, code=code)
    actor = people.as_person(work, sari)
    signatures.complete(actor, consent, signatures.make(actor, consent))
    assert letter.state == State.SIGNED


def test_a_code_used_to_log_in_does_not_sign(work, make, sari):
    letter = make.submitted()
    people.log_in(work, "sari")
    with pytest.raises(WrongCode, match="sudah dipakai"):
        approve(work, letter, sari)


def test_a_late_code_is_called_late_and_a_wrong_one_wrong(work, make, sari):
    letter = make.submitted()
    code = people.code_of(work, sari)
    with pytest.raises(WrongCode, match="kedaluwarsa"):
        approve(later(work, 95), letter, sari, code=code)
    wrong = "000000" if code != "000000" else "111111"
    with pytest.raises(WrongCode, match="salah"):
        approve(work, letter, sari, code=wrong)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1234567", "١٢٣٤٥٦", "'; --"])
def test_nonsense_is_a_wrong_code(work, make, sari, code):
    letter = make.submitted()
    with pytest.raises(WrongCode):
        approve(work, letter, sari, code=code or " ")


def test_a_letter_revised_meanwhile_is_not_signed_and_costs_no_code(work, make, sari, budi):
    letter = make.submitted()
    shown, code = marks.digest(letter), people.code_of(work, sari)
    by_budi = people.as_person(work, budi)
    letters.withdraw(by_budi, letter)
    letters.revise(by_budi, letter, examined(THREE_PAGES))
    make.place(letter)
    letters.submit(by_budi, letter)
    with pytest.raises(Conflict, match="telah diubah"):
        approve(work, letter, sari, digest=shown, code=code)
    assert approve(work, letter, sari, code=code), "the code is still good for the new version"


@pytest.mark.parametrize("fact", ["number", "subject", "addressee", "confidentiality", "dated_on"])
def test_a_fact_changed_meanwhile_changes_the_digest(make, fact):
    letter = make.submitted()
    before = marks.digest(letter), marks.control_code(letter)
    setattr(letter, fact, letter.dated_on.replace(year=2027) if fact == "dated_on" else "rahasia")
    assert marks.digest(letter) != before[0] and marks.control_code(letter) != before[1]


def test_nobody_else_signs_not_even_with_an_own_code_and_key(work, make, hadi, budi, admin):
    letter = make.submitted()
    for person in (hadi, budi, admin):
        with pytest.raises(Forbidden):
            approve(work, letter, person, secret=b"x" * 32)


def test_a_stolen_session_without_the_secret_cannot_sign(work, make, sari):
    letter = make.submitted()
    with pytest.raises(Locked):
        approve(work, letter, sari, secret=b"\0" * 32)


def test_a_revoked_certificate_signs_no_more(work, make, sari):
    from webapp.domain import keys

    letter = make.submitted()
    keys.revoke(people.as_person(work, sari), keys.find(work, sari).certificate, "keyCompromise")
    with pytest.raises(Forbidden, match="sertifikat"):
        approve(work, letter, sari)


def test_a_letter_withdrawn_while_it_was_being_signed_stays_withdrawn(work, make, sari, budi):
    letter = make.submitted()
    consent, actor = approve(work, letter, sari), people.as_person(work, sari)
    signed = signatures.make(actor, consent)
    letters.withdraw(people.as_person(work, budi), letter)
    work.session.flush()
    with pytest.raises(Conflict):
        signatures.complete(actor, consent, signed)
    assert letter.signature is None


def test_the_second_completion_finds_the_letter_signed(work, make, sari):
    letter = make.submitted()
    consent, actor = approve(work, letter, sari), people.as_person(work, sari)
    signed = signatures.make(actor, consent)
    signatures.complete(actor, consent, signed)
    work.session.flush()
    entries = len(audit.of_letter(work, letter))
    assert signatures.complete(actor, consent, signatures.make(actor, consent)) is letter
    assert len(audit.of_letter(work, letter)) == entries


def test_racing_taps_sign_once(app, work, make, sari, clock, config):
    """Eight threads, one code, one letter: one signature, and each tap ends on the signed letter."""
    letter = make.submitted()
    code, digest, secret = people.code_of(work, sari), marks.digest(letter), people.secret_of(sari)
    work.session.commit()
    outcomes, gate = [], threading.Barrier(8)

    def tap():
        gate.wait()
        with db.open_session(app.extensions["engine"], writes=True) as session:
            own = Work(session, people.find(Work(session, None, clock(), config), "sari"), clock(), config)
            mine = session.get_one(Letter, letter.id)
            if approvals.is_signed_by(own, mine):
                outcomes.append(mine.state)
                return
            approval = approvals.begin(own, mine, digest=digest, secret=secret)
            approvals.consent(own, approval, code)
            session.commit()
            signed = signatures.make(own, approval)
            outcomes.append(signatures.complete(own, approval, signed).state)
            session.commit()

    threads = [threading.Thread(target=tap) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert outcomes == [State.SIGNED] * 8
    assert work.session.scalar(select(func.count(Signature.id))) == 1
    assert audit.broken_at(work) is None


def test_racing_taps_on_two_letters_spend_one_code_on_one(app, work, make, sari, clock, config):
    first, second = make.submitted(), make.submitted()
    code, secret = people.code_of(work, sari), people.secret_of(sari)
    digests = {letter.id: marks.digest(letter) for letter in (first, second)}
    work.session.commit()
    accepted, refused, gate = [], [], threading.Barrier(2)

    def tap(letter_id):
        gate.wait()
        with db.open_session(app.extensions["engine"], writes=True) as session:
            own = Work(session, people.find(Work(session, None, clock(), config), "sari"), clock(), config)
            letter = session.get_one(Letter, letter_id)
            try:
                approvals.consent(own, approvals.begin(own, letter, digest=digests[letter_id], secret=secret), code)
                session.commit()
                accepted.append(letter_id)
            except WrongCode:
                refused.append(letter_id)

    threads = [threading.Thread(target=tap, args=(letter_id,)) for letter_id in digests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(accepted), len(refused)) == (1, 1)
