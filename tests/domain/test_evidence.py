"""What a passkey proved is handed out, and openssl alone can check it; a rejection is approved as a signature is."""

import hashlib
import json
import subprocess

import pytest

from tests import people
from tests.authenticator import Phone
from tests.factories import forget_code
from webapp.domain import approvals, assertions, audit, evidence, marks, rejections, revocations
from webapp.domain.errors import Conflict, Forbidden, Invalid, NotFound, WrongCode
from webapp.models import ApprovalEvidence, State

REASON = "Tidak sesuai kebijakan."


@pytest.fixture
def phone(work):
    made = Phone(work)
    made.register()
    return made


def judged(folder, told: dict) -> subprocess.CompletedProcess:
    """The script that the file itself carries, as anybody would run it."""
    (folder / "bukti.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    (folder / "check.sh").write_text(told["check"])
    return subprocess.run(["sh", "check.sh", "bukti.json"], cwd=folder, capture_output=True, text=True)


def answer(phone, letter, reason=REASON):
    asked = rejections.ask_passkey(phone.work, phone.login, letter, digest=marks.digest(letter), reason=reason)
    return phone.finger.get(asked)


def reject(phone, letter, presented, reason=REASON, digest=None):
    rejections.by_passkey(
        phone.work, phone.login, letter, digest=digest or marks.digest(letter), reason=reason, presented=presented
    )


def test_openssl_alone_checks_an_approval(work, make, phone, tmp_path):
    letter = phone.sign(make.submitted(), secret=phone.secret)
    told = json.loads(evidence.as_file(work, letter))
    done = judged(tmp_path, told)
    assert (done.returncode, done.stdout) == (0, "Verified OK\n"), done.stderr
    said = json.loads(told["challenge_input"])
    assert said == ["teken passkey 1", "sign", f"{letter.id} {letter.signature.approval_digest}", told["nonce"]]
    assert told["file_sha256"] == letter.signature.sha256 and told["reason"] is None


def test_openssl_alone_checks_a_rejection(work, make, phone, tmp_path):
    letter = make.submitted()
    digest = marks.digest(letter)
    reject(phone, letter, answer(phone, letter))
    assert letter.state == State.REJECTED
    told = json.loads(evidence.as_file(work, letter))
    assert judged(tmp_path, told).stdout == "Verified OK\n"
    reason = hashlib.sha256(told["reason"].encode()).hexdigest()
    assert json.loads(told["challenge_input"])[1:3] == ["reject", f"{letter.id} {digest} {reason}"]
    assert audit.broken_at(work) is None


def test_openssl_alone_checks_a_revocation(work, make, phone, tmp_path):
    letter = make.signed()
    presented = phone.finger.get(revocations.ask_passkey(phone.work, phone.login, letter, REASON))
    with pytest.raises(WrongCode):  # the reason is in what was approved
        revocations.by_passkey(phone.work, phone.login, letter, reason="Alasan yang lain.", presented=presented)
    revocations.by_passkey(phone.work, phone.login, letter, reason=REASON, presented=presented)
    assert letter.state == State.REVOKED
    told = json.loads(evidence.as_file(work, letter))
    assert judged(tmp_path, told).stdout == "Verified OK\n"
    assert (told["action"], told["reason"], told["file_sha256"]) == ("revoke", REASON, letter.signature.sha256)


@pytest.mark.parametrize("changed", ["challenge_input", "challenge", "client_data", "authenticator_data", "signature"])
def test_a_changed_part_is_noticed(work, make, phone, tmp_path, changed):
    letter = phone.sign(make.submitted(), secret=phone.secret)
    told = json.loads(evidence.as_file(work, letter))
    place = 40 if changed == "challenge_input" else 12
    other = "A" if told[changed][place] != "A" else "B"
    told[changed] = told[changed][:place] + other + told[changed][place + 1 :]
    done = judged(tmp_path, told)
    assert done.returncode != 0 and "Verified OK" not in done.stdout


def test_evidence_from_before_the_export_still_checks(work, make, phone, tmp_path):
    """Rows that were kept when nobody wrote down what the challenge was about."""
    letter = phone.sign(make.submitted(), secret=phone.secret)
    kept = work.session.query(ApprovalEvidence).one()
    kept.about = kept.letter_id = None
    work.session.flush()
    assert judged(tmp_path, evidence.exported(work, letter)).stdout == "Verified OK\n"


def test_where_a_code_approved_there_is_none(work, make):
    with pytest.raises(NotFound):
        evidence.exported(work, make.signed())


def test_a_rejection_is_about_this_letter_this_reason_and_this_action(make, phone):
    first, second = make.submitted(), make.submitted()
    presented = answer(phone, first)
    with pytest.raises(WrongCode):
        reject(phone, second, presented)
    with pytest.raises(WrongCode):
        reject(phone, first, presented, reason="Alasan lain yang ditulis orang lain.")
    with pytest.raises(WrongCode):  # what was given for a rejection signs nothing
        phone.consent(first, presented, secret=phone.secret)
    with pytest.raises(WrongCode):  # and the other way round
        reject(phone, first, phone.finger.get(phone.ask(first)))
    assert first.state == second.state == State.SUBMITTED
    reject(phone, first, presented)
    with pytest.raises(Conflict):
        reject(phone, first, presented)


def test_what_changed_meanwhile_is_not_rejected(make, phone):
    letter = make.submitted()
    presented, shown = answer(phone, letter), marks.digest(letter)
    letter.subject = "Sesuatu yang lain"
    with pytest.raises(Conflict, match="telah diubah"):
        reject(phone, letter, presented, digest=shown)
    with pytest.raises(WrongCode):
        reject(phone, letter, presented)


@pytest.mark.parametrize("reason", ["", "  abc  "])
def test_without_a_reason_nothing_is_asked_nor_spent(work, make, phone, sari, reason):
    letter = make.submitted()
    with pytest.raises(Invalid):
        answer(phone, letter, reason)
    forget_code(work, sari)
    code = people.code_of(work, sari)
    with pytest.raises(Invalid):
        rejections.by_code(phone.work, letter, digest=marks.digest(letter), reason=reason, code=code)
    rejections.by_code(phone.work, letter, digest=marks.digest(letter), reason=REASON, code=code)
    assert letter.state == State.REJECTED and evidence.find(work, letter) is None


def test_a_code_for_a_rejection_signs_nothing_else(work, make, phone, sari):
    first, second = make.submitted(), make.submitted()
    forget_code(work, sari)
    code = people.code_of(work, sari)
    rejections.by_code(phone.work, first, digest=marks.digest(first), reason=REASON, code=code)
    with pytest.raises(WrongCode, match="sudah dipakai"):
        rejections.by_code(phone.work, second, digest=marks.digest(second), reason=REASON, code=code)
    approval = approvals.begin(phone.work, second, digest=marks.digest(second), secret=phone.secret)
    with pytest.raises(WrongCode, match="sudah dipakai"):
        approvals.consent(phone.work, approval, code)


def test_only_its_signer_rejects(work, make, phone):
    letter = make.submitted(signer="hadi", drafter="rudi")
    with pytest.raises((Forbidden, NotFound)):
        answer(phone, letter)
    assert assertions.REJECT != assertions.SIGN
