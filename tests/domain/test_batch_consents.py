"""One press of a passkey for a list: bound to exactly that, kept as evidence for each letter, and it opens the key."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from tests import practice as rehearsal
from tests.authenticator import Phone
from tests.domain.test_evidence import judged
from webapp.domain import (
    approvals,
    assertions,
    audit,
    batch_consents,
    batch_lists,
    batches,
    evidence,
    keys,
    letters,
    passkeys,
)
from webapp.domain.errors import Conflict, Forbidden, Locked, NotFound, WrongCode
from webapp.models import ApprovalEvidence, AuditEntry, BatchItem, Outcome, Part, PasskeyWrapping, State


@pytest.fixture
def phone(work):
    made = Phone(work)
    made.register()
    return made


@pytest.fixture
def three(make):
    return [make.submitted(number=str(number)) for number in (1, 2, 3)]


@pytest.fixture
def batch(phone, three):
    return listed(phone, three)


def listed(phone, letters):
    for letter in letters:
        approvals.record_reading(phone.work, letter)
    return batches.make(phone.work, [letter.id for letter in letters])


def ask(phone, batch):
    return batch_consents.ask(phone.work, phone.login, batch, batch.digest)


def consent(phone, batch, presented, *, secret=None, digest=None, work=None):
    return batch_consents.by_passkey(
        work or phone.work, phone.login, batch, digest=digest or batch.digest, presented=presented, secret=secret
    )


def press(phone, batch, *, secret=None):
    return consent(phone, batch, phone.finger.get(ask(phone, batch)), secret=secret)


def sign(phone, batch, opener, most=10):
    for turn in batches.begin(phone.work, batch, most, *opener):
        batches.complete(phone.work, batches.sign(phone.work, turn))


def test_one_press_signs_each_letter_and_is_kept_for_each(phone, batch, three, session):
    opener, kept = press(phone, batch, secret=phone.secret)
    sign(phone, batch, opener)
    assert [letter.state for letter in three] == [State.SIGNED] * 3 and kept == b"", "her own cookie goes on"
    rows = session.scalars(select(ApprovalEvidence).order_by(ApprovalEvidence.letter_id)).all()
    assert [row.signature for row in rows] == [letter.signature for letter in three]
    assert {row.about for row in rows} == {f"{batch.id} {batch.digest}"}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "batch.approved")).one()
    assert json.loads(entry.facts)["assertion"] == evidence.digest(rows[0])
    assert audit.broken_at(phone.work) is None


def test_openssl_alone_checks_the_list_and_that_the_letter_stands_in_it(work, phone, batch, three, tmp_path):
    sign(phone, batch, press(phone, batch, secret=phone.secret)[0])
    told = json.loads(evidence.as_file(work, three[1]))
    done = judged(tmp_path, told)
    assert (done.returncode, done.stdout) == (0, "Verified OK\n"), done.stderr
    shown = [[letter.id, letter.signature.approval_digest] for letter in three]
    assert json.loads(told["list"])[1] == shown and json.loads(told["entry"]) == shown[1]
    assert json.loads(told["challenge_input"])[1] == "sign batch"
    for forged in (
        {"list": told["list"].replace(shown[0][1], shown[2][1])},
        {"entry": batch_lists.entry(BatchItem(letter_id=three[1].id, approval_digest="0" * 64))},
    ):
        done = judged(tmp_path, told | forged)
        assert done.returncode != 0 and "Verified OK" not in done.stdout


def test_without_the_password_the_prf_opens_the_key_also_for_the_requests_that_follow(phone, batch, three):
    phone.tie()
    opener, kept = press(phone, batch)
    sign(phone, batch, opener, 1)
    assert opener.secret not in kept
    sign(phone, batch, batch_consents.unseal(phone.work, phone.login, batch, kept))
    assert [letter.state for letter in three] == [State.SIGNED] * 3


def test_what_the_device_keeps_counts_for_this_batch_this_log_in_and_this_passkey(work, phone, make, batch):
    phone.tie()
    _, kept = press(phone, batch)
    other = listed(phone, [make.submitted()])
    for opened in (
        lambda: batch_consents.unseal(phone.work, phone.login, other, kept),
        lambda: batch_consents.unseal(phone.work, phone.login, batch, b""),
        lambda: batch_consents.unseal(phone.work, Phone(work, "hadi").login, batch, kept),
    ):
        with pytest.raises(Locked):
            opened()
    work.session.execute(delete(PasskeyWrapping))  # as when the passkey is removed
    with pytest.raises(Locked):
        batch_consents.unseal(phone.work, phone.login, batch, kept)


def test_after_the_consent_another_press_only_opens_the_key_again(phone, batch, three, session):
    phone.tie()
    sign(phone, batch, press(phone, batch)[0], 1)
    opener, kept = press(phone, batch)
    assert kept and session.query(ApprovalEvidence).count() == 3
    sign(phone, batch, opener)
    assert [letter.state for letter in three] == [State.SIGNED] * 3


def test_a_letter_swapped_in_the_list_is_not_what_was_pressed(phone, make, batch, session):
    presented, item = phone.finger.get(ask(phone, batch)), batch.items[1]
    item.letter = make.submitted(number="9")
    session.flush()
    with pytest.raises(Conflict):
        consent(phone, batch, presented, secret=phone.secret)
    batch.digest = batch_lists.digest(batch.items)  # as somebody would who writes in the database
    with pytest.raises(WrongCode, match="tidak cocok"):
        consent(phone, batch, presented, secret=phone.secret)
    assert batch.consented_at is None and session.query(ApprovalEvidence).count() == 0


def test_a_letter_swapped_after_the_consent_is_not_signed(phone, make, batch, session):
    opener, _ = press(phone, batch, secret=phone.secret)
    batch.items[1].letter = other = make.submitted(number="9")
    session.flush()
    with pytest.raises(Conflict):
        sign(phone, batch, opener)
    assert other.state == State.SUBMITTED


def test_the_order_is_part_of_it(phone, batch):
    first, second, _ = batch.items
    turned = [second, first]
    assert batch_lists.digest(turned) != batch_lists.digest([first, second])


def test_an_assertion_counts_for_one_list_only(phone, make, batch):
    presented = phone.finger.get(ask(phone, batch))
    consent(phone, batch, presented, secret=phone.secret)
    other = listed(phone, [make.submitted()])
    with pytest.raises(WrongCode, match="tidak cocok"):
        consent(phone, other, presented, secret=phone.secret)
    with pytest.raises(WrongCode, match="kedaluwarsa"):  # nor with what it was asked for another purpose
        phone.consent(batch.items[0].letter, presented, secret=phone.secret)


def test_the_same_answer_may_be_repeated_and_nothing_else_with_its_nonce(phone, batch, session):
    options = ask(phone, batch)
    presented = phone.finger.get(options)
    for _ in range(2):  # the second: an answer lost on the road
        consent(phone, batch, presented, secret=phone.secret)
    assert session.query(ApprovalEvidence).count() == 3
    with pytest.raises(WrongCode, match="sudah dipakai"):
        consent(phone, batch, phone.finger.get(options), secret=phone.secret)


@pytest.mark.parametrize("action", [assertions.SIGN, assertions.KEY, assertions.LOG_IN, assertions.REJECT])
def test_what_was_pressed_for_another_action_approves_no_list(phone, batch, action):
    presented = phone.finger.get(assertions.ask(phone.work, phone.login, action, batch_lists.about(batch)))
    with pytest.raises(WrongCode):
        consent(phone, batch, presented, secret=phone.secret)


def test_another_persons_passkey_or_no_finger_approves_nothing(work, phone, batch):
    his = Phone(work, "hadi")
    his.register()
    with pytest.raises(WrongCode, match="tidak cocok"):
        consent(phone, batch, his.finger.get(ask(phone, batch)), secret=phone.secret)
    phone.finger.verifies = False
    with pytest.raises(WrongCode):
        press(phone, batch, secret=phone.secret)
    with pytest.raises(NotFound):
        batches.get(his.work, batch.id)


def test_a_letter_revised_between_the_look_and_the_press_is_told_and_the_others_are_signed(phone, batch, three, work):
    presented = phone.finger.get(ask(phone, batch))
    three[1].subject = "Lain sama sekali"
    sign(phone, batch, consent(phone, batch, presented, secret=phone.secret)[0])
    assert [item.outcome for item in batch.items] == [Outcome.SIGNED, Outcome.FAILED, Outcome.SIGNED]
    assert "telah diubah" in batch.items[1].cause and three[1].state == State.SUBMITTED
    assert evidence.find(work, three[1]) is None, "it is no evidence of the letter as it is now"
    alone = phone.sign(three[1], secret=phone.secret)
    assert evidence.find(work, alone).action == "sign"


def test_one_that_failed_is_tried_again_without_another_press(phone, batch, three, work):
    three[1].subject, before = "Lain sama sekali", three[1].subject
    opener, _ = press(phone, batch, secret=phone.secret)
    sign(phone, batch, opener)
    three[1].subject = before
    batches.try_again(phone.work, batch)
    sign(phone, batch, opener)
    assert three[1].state == State.SIGNED and evidence.find(work, three[1]).signature == three[1].signature


def test_a_page_left_open_approves_no_list_that_came_after_it(phone, three, batch):
    """A forgotten list leaves its number to the next one on SQLite; what was shown is told apart by its digest."""
    shown = batch.digest
    batch = listed(phone, three[:1])
    for attempt in (
        lambda: batch_consents.ask(phone.work, phone.login, batch, shown),
        lambda: batch_consents.by_code(phone.work, batch, "000000", digest=shown),
        lambda: consent(phone, batch, phone.finger.get(ask(phone, batch)), secret=phone.secret, digest=shown),
    ):
        with pytest.raises(Conflict, match="sudah lama"):
            attempt()
    later = replace(phone.work, now=phone.work.now + 2 * batches.SHOWN_FOR)
    with pytest.raises(Conflict):
        batch_consents.ask(later, phone.login, batch, batch.digest)


def test_practice_is_pressed_too_and_the_key_stays_closed(work, phone):
    fake = rehearsal.letter(phone.work, Part.SIGNER)
    batch = listed(phone, [fake])
    opener, kept = press(phone, batch)  # no secret, and a passkey that opens nothing
    sign(phone, batch, opener)
    assert fake.state == State.SIGNED and (opener.secret, kept) == (b"", b"")
    assert evidence.find(work, fake).signature == fake.signature
    assert not passkeys.can_open(phone.work, phone.work.person)


def test_each_of_several_signers_presses_for_a_list_of_his_own(work, phone, make):
    his = Phone(work, "hadi")
    his.register()
    letter = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), letter)
    for one in (phone, his):
        batch = listed(one, [letter])
        sign(one, batch, press(one, batch, secret=one.secret)[0])
    assert letter.state == State.SIGNED
    signers = [kept.signature.person_id for kept in evidence.of_letter(work, letter)]
    assert signers == [his.work.person.id, phone.work.person.id], "newest first"


def test_a_key_that_does_not_open_costs_no_press(phone, batch, session):
    presented = phone.finger.get(ask(phone, batch))
    with pytest.raises(Locked):
        consent(phone, batch, presented)  # this passkey does not open the key, and the password's secret is not here
    certificate = keys.find(phone.work, phone.work.person).certificate
    certificate.revoked_at = phone.work.now
    session.flush()
    with pytest.raises(Forbidden):
        consent(phone, batch, presented, secret=phone.secret)
    certificate.revoked_at = None
    session.flush()
    assert consent(phone, batch, presented, secret=phone.secret)
