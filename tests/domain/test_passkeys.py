"""A passkey approves exactly what was shown, once; its PRF opens the key, and nobody else's does."""

import hashlib
import json
import threading
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

from tests import people
from tests.authenticator import Authenticator, Phone, b64, unb64
from tests.factories import forget_code, later
from webapp.domain import accounts, approvals, assertions, evidence, marks, passkeys
from webapp.domain.errors import Conflict, DomainError, Forbidden, NotFound, WrongCode
from webapp.models import ApprovalEvidence, State


@pytest.fixture
def phone(work):
    made = Phone(work)
    made.register()
    return made


def test_a_passkey_signs_and_its_evidence_can_be_checked_without_this_system(work, make, phone):
    letter = phone.sign(make.submitted(), secret=phone.secret)
    assert letter.state == State.SIGNED
    kept = work.session.query(ApprovalEvidence).one()
    assert kept is evidence.find(work, letter)
    about = f"{letter.id} {letter.signature.approval_digest}"
    told = json.dumps(["teken passkey 1", "sign", about, kept.nonce], separators=(",", ":"))
    challenge = json.loads(kept.client_data)["challenge"]
    assert unb64(challenge) == hashlib.sha256(told.encode()).digest()
    key = decoded_public_key_to_cryptography(decode_credential_public_key(kept.public_key))
    signed = kept.authenticator_data + hashlib.sha256(kept.client_data).digest()
    key.verify(kept.assertion_signature, signed, ec.ECDSA(SHA256()))


def test_an_assertion_for_another_letter_is_refused(make, phone):
    first, second = make.submitted(), make.submitted()
    presented = phone.finger.get(phone.ask(first))
    with pytest.raises(WrongCode, match="tidak cocok"):
        phone.consent(second, presented, secret=phone.secret)
    assert phone.consent(first, presented, secret=phone.secret), "it still is good for its own letter"


def test_an_assertion_for_an_older_version_is_refused(make, phone):
    letter = make.submitted()
    presented, shown = phone.finger.get(phone.ask(letter)), marks.digest(letter)
    letter.subject = "Sesuatu yang lain"
    with pytest.raises(Conflict, match="telah diubah"):
        approvals.consent_by_passkey(
            phone.work, phone.login, letter, digest=shown, presented=presented, secret=phone.secret
        )
    with pytest.raises(WrongCode, match="tidak cocok"):
        phone.consent(letter, presented, secret=phone.secret)


@pytest.mark.parametrize("action", [assertions.KEY, assertions.LOG_IN])
def test_an_assertion_for_another_action_is_refused(make, phone, action):
    letter = make.submitted()
    about = f"{letter.id} {marks.digest(letter)}"
    presented = phone.finger.get(assertions.ask(phone.work, phone.login, action, about))
    with pytest.raises(WrongCode):
        phone.consent(letter, presented, secret=phone.secret)


def test_the_same_answer_may_be_repeated_and_nothing_else_with_its_nonce(make, phone):
    letter = make.submitted()
    options = phone.ask(letter)
    presented = phone.finger.get(options)
    assert phone.consent(letter, presented, secret=phone.secret)
    assert phone.consent(letter, presented, secret=phone.secret), "an answer lost on the road"
    with pytest.raises(WrongCode, match="sudah dipakai"):
        phone.consent(letter, phone.finger.get(options), secret=phone.secret)


def test_a_nonce_is_of_one_log_in_and_of_five_minutes(work, make, phone, sari):
    letter, secret = make.submitted(), phone.secret
    presented = phone.finger.get(phone.ask(letter))
    with pytest.raises(WrongCode, match="kedaluwarsa"):
        phone.consent(letter, presented, secret=secret, work=later(phone.work, 301))
    forget_code(work, sari)
    phone.login = people.log_in(work, "sari").login
    with pytest.raises(WrongCode, match="kedaluwarsa"):
        phone.consent(letter, presented, secret=secret)


def test_a_copied_authenticator_is_noticed_by_its_counter(make, phone):
    letter = make.submitted()
    phone.finger.count = 40
    phone.sign(make.submitted(), secret=phone.secret)
    phone.finger.count = 7
    with pytest.raises(WrongCode, match="tidak cocok"):
        phone.consent(letter, phone.finger.get(phone.ask(letter)), secret=phone.secret)


def test_without_the_finger_nothing(make, phone):
    letter = make.submitted()
    phone.finger.verifies = False
    with pytest.raises(WrongCode):
        phone.consent(letter, phone.finger.get(phone.ask(letter)), secret=phone.secret)


def test_a_page_elsewhere_cannot_use_it(make, phone):
    letter = make.submitted()
    phone.finger.origin = "http://localhost.evil.example"
    with pytest.raises(WrongCode):
        phone.consent(letter, phone.finger.get(phone.ask(letter)), secret=phone.secret)


def test_somebody_elses_passkey_is_worth_nothing(work, make, phone):
    letter, his = make.submitted(), Phone(work, "hadi")
    his.register()
    with pytest.raises(WrongCode):
        phone.consent(letter, his.finger.get(phone.ask(letter)), secret=phone.secret)
    with pytest.raises(NotFound):
        passkeys.remove(his.work, phone.passkeys[0].id)
    with pytest.raises(DomainError):
        his.ask(letter)


@pytest.mark.parametrize("junk", ["", "{}", "[" * 20_000, "null", '{"id":1}', '{"response":{}}', "\x00", "9" * 30_000])
def test_nonsense_is_a_wrong_passkey(make, phone, junk):
    letter = make.submitted()
    sent = replace(phone.finger.get(phone.ask(letter)), credential=junk)
    with pytest.raises(WrongCode):
        phone.consent(letter, sent, secret=phone.secret)


@pytest.mark.parametrize("field", ["authenticatorData", "clientDataJSON", "signature"])
def test_one_changed_byte_is_refused(make, phone, field):
    letter = make.submitted()
    sent = phone.finger.get(phone.ask(letter))
    credential = json.loads(sent.credential)
    old = credential["response"][field]
    credential["response"][field] = ("A" if old[20] != "A" else "B").join((old[:20], old[21:]))
    with pytest.raises(WrongCode):
        phone.consent(letter, replace(sent, credential=json.dumps(credential)), secret=phone.secret)


def test_registering_needs_a_fresh_code_and_a_confirmed_log_in(work, sari):
    phone = Phone(work)
    with pytest.raises(WrongCode):
        passkeys.begin(phone.work, phone.login, people.code_of(work, sari))  # the log-in has used it
    forget_code(work, sari)
    half = accounts.check_password(work, sari.email, people.PASSWORD, device="", address="").login
    with pytest.raises(Forbidden):
        passkeys.begin(phone.work, half, people.code_of(work, sari))


def test_a_nonce_to_sign_registers_nothing(make, phone):
    options = phone.ask(make.submitted())
    challenge = assertions.challenge_of(assertions.REGISTER, str(phone.work.person.id), options["nonce"])
    forged = {"nonce": options["nonce"], "publicKey": {"rp": {"id": "localhost"}, "challenge": b64(challenge)}}
    with pytest.raises(WrongCode):
        passkeys.add(phone.work, phone.login, Authenticator().create(forged), "x")


def test_a_passkey_is_a_second_step_at_log_in_for_that_log_in(work, phone, sari):
    first, second = (accounts.check_password(work, sari.email, people.PASSWORD, device="", address="") for _ in "12")
    presented = phone.finger.get(assertions.ask(work, first.login, assertions.LOG_IN, str(first.login.id)))
    with pytest.raises(WrongCode):
        accounts.confirm_by_passkey(work, second.login, presented)
    accounts.confirm_by_passkey(work, first.login, presented)
    assert first.login.confirmed_at and not second.login.confirmed_at


def test_of_two_racing_answers_to_one_nonce_one_counts(app, work, make, phone):
    from webapp import db

    letter = make.submitted()
    options = phone.ask(letter)
    answers = [phone.finger.get(options), phone.finger.get(options)]
    login_id, letter_id = phone.login.id, letter.id
    work.session.commit()
    ends = []

    def race(presented):
        from webapp.models import Letter, LoginSession

        try:
            with db.unit(app.extensions["engine"]) as own:
                actor = people.find(replace(work, session=own), "sari")
                mine, login = replace(work, session=own, actor=actor), own.get(LoginSession, login_id)
                shown = own.get(Letter, letter_id)
                approvals.consent_by_passkey(
                    mine, login, shown, digest=marks.digest(shown), presented=presented, secret=phone.secret
                )
                ends.append("consented")
        except WrongCode:
            ends.append("refused")

    threads = [threading.Thread(target=race, args=(answer,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["consented", "refused"]
