"""Letters taken over by a mandate: signed within its days and not after, and the way back to the official."""

import subprocess
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.factories import forget_code
from webapp import db
from webapp.domain import approvals, delegations, documents, keys, letters, marks, reviews, signatures, waits
from webapp.domain.errors import Conflict, DomainError, Forbidden
from webapp.domain.work import Work
from webapp.models import AuditEntry, Delegation, Job, Letter, MandateKind, Membership, Role, State, StepState


def begin(work, letter, login="hadi"):
    """The deputy reads and consents; the signature is made, and not yet written down."""
    person = people.find(work, login)
    by = people.as_person(work, person)
    forget_code(work, person)
    approval = approvals.begin(by, letter, digest=marks.digest(letter), secret=people.secret_of(person))
    approvals.consent(by, approval, people.code_of(by, person))
    return by, approval, signatures.make(by, approval)


@pytest.mark.parametrize(
    ("at", "is_signed"), [(timedelta(seconds=-1), True), (timedelta(0), False), (timedelta(minutes=1), False)]
)
def test_the_last_second_counts_and_one_minute_past_is_refused(work, make, at, is_signed):
    """At the very signing: everything before it happened in time."""
    mandate = make.mandate()
    letter = make.take_over(make.submitted())
    by_hadi, approval, signed = begin(replace(work, now=mandate.ends_at - timedelta(seconds=2)), letter)
    late = replace(by_hadi, now=mandate.ends_at + at)
    if is_signed:
        assert signatures.complete(late, approval, signed).state == State.SIGNED
        return
    with pytest.raises(Conflict, match="Mandat"):
        signatures.complete(late, approval, signed)
    assert letter.state == State.SUBMITTED and letter.signature is None
    with pytest.raises(Forbidden):  # nor may it be begun again
        approvals.begin(late, letter, digest=marks.digest(letter), secret=b"")


def test_not_before_its_first_day(work, make):
    mandate = make.mandate(starts=1)
    letter, by_hadi = make.submitted(), make.person("hadi")
    with pytest.raises(Forbidden):
        delegations.draw(replace(by_hadi, now=mandate.begins_at - timedelta(seconds=1)), letter)
    first = replace(by_hadi, now=mandate.begins_at)
    delegations.take_over(first, letter, *delegations.draw(first, letter))
    assert letter.signer_id == by_hadi.person.id


def test_a_revocation_between_consent_and_commit_is_refused(work, make):
    mandate = make.mandate()
    letter = make.take_over(make.submitted())
    by_hadi, approval, signed = begin(work, letter)
    delegations.revoke(make.person("sari"), mandate, "Kembali lebih cepat.")
    with pytest.raises(Conflict):
        signatures.complete(by_hadi, approval, signed)
    assert letter.state == State.SUBMITTED and letter.signer_id == mandate.principal_id


def test_a_revocation_alone_stops_it_also_where_the_letter_has_not_come_back(work, make):
    """The mandate's own row is asked, not only the letter's revision."""
    mandate = make.mandate()
    letter = make.take_over(make.submitted())
    by_hadi, approval, signed = begin(work, letter)
    mandate.revoked_at = work.now
    work.session.flush()
    with pytest.raises(Conflict, match="Mandat"):
        signatures.complete(by_hadi, approval, signed)


def test_signed_by_the_deputys_own_key_and_the_authority_stays_with_it(work, make, hadi):
    mandate = make.mandate()
    letter = make.sign(make.take_over(make.submitted()))
    signature = letter.signature
    assert signature.person_id == hadi.id and signature.certificate.key.person_id == hadi.id
    assert signature.signer_name == hadi.full_name
    assert signature.signer_position == "Plh. Sekretaris Daerah (contoh)"
    told = dict(signature.authority)
    assert told["decree"] == "SK 800.1.3/12/BKPSDM-2026" and told["mandate"] == mandate.id
    delegations.revoke(make.person("sari"), mandate, "Sudah kembali bertugas.")
    mandate.decree = "SK lain"
    work.session.flush()
    work.session.refresh(signature)
    assert signature.authority == told and letter.state == State.SIGNED
    entry = work.session.scalars(select(AuditEntry).where(AuditEntry.event == "letter.signed")).one()
    assert f'"mandate":{mandate.id}' in entry.facts.replace(" ", "")


def test_taking_over_writes_another_mark_and_the_way_back_brings_the_first_one(work, make, sari, hadi, tmp_path):
    make.mandate()
    letter = make.submitted()
    first, digest = letter.version.prepared_sha256, marks.digest(letter)
    make.take_over(letter)
    assert marks.digest(letter) != digest and letter.version.prepared_sha256 != first
    file = tmp_path / "konsep.pdf"
    file.write_bytes(documents.get(work.config, letter.version.prepared_sha256))
    text = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True).stdout
    assert "Plh. Sekretaris Daerah" in text and hadi.full_name in text and sari.full_name not in text
    with pytest.raises((Conflict, Forbidden)):  # what Sari read before is not what stands there now
        approvals.require_shown(make.person("sari"), letter, digest)
    delegations.give_back(make.person("sari"), letter)
    assert (letter.signer_id, letter.mandate_id) == (sari.id, None)
    assert letter.version.prepared_sha256 == first and marks.digest(letter) == digest
    assert make.sign(letter).signature.person_id == sari.id
    assert [(step.person_id, step.mandate_id, step.state) for step in letter.chain] == [(sari.id, None, StepState.DONE)]


def test_at_its_end_unsigned_letters_go_back_and_twice_changes_nothing(work, make, sari):
    mandate = make.mandate()
    letter, other = make.take_over(make.submitted()), make.take_over(make.submitted())
    make.sign(other)
    over = replace(work, now=mandate.ends_at)
    for _ in range(2):
        delegations.follow(over, mandate.id)
    assert letter.signer_id == sari.id and letter.state == State.SUBMITTED
    outcomes = list(work.session.scalars(select(Delegation.outcome).order_by(Delegation.id)))
    assert outcomes == ["ended", "signed"]
    assert waits.page(people.as_person(over, sari), sari).letters == [letter]


@pytest.mark.parametrize("how", ["return", "withdraw", "recall", "earlier"])
def test_a_letter_that_leaves_the_signer_is_the_officials_again(work, make, sari, how):
    make.mandate()
    letter = make.in_review("dewi")
    make.take_over(make.initial(letter, "dewi"))
    if how == "return":
        letters.send_back(make.person("hadi"), letter, "Tanggalnya keliru.")
    elif how == "earlier":
        letters.send_back(make.person("hadi"), letter, "Tanggalnya keliru.", to=letter.chain[0].id)
    elif how == "withdraw":
        letters.withdraw(make.person("budi"), letter)
    else:
        reviews.recall(make.person("dewi"), letter)
    assert (letter.signer_id, letter.mandate_id) == (sari.id, None)
    assert letter.chain[-1].person_id == sari.id and letter.chain[-1].state == StepState.WAITING
    kept = work.session.scalars(select(Delegation)).one()
    assert kept.outcome == ("returned" if how in ("return", "earlier") else "recalled")


def test_two_deputies_by_accident_one_takes_it(work, make, hadi):
    """Rows as a slip could leave them: the letter is one's, the other finds it gone."""
    make.mandate()
    letter = make.submitted()
    by_hadi = make.person("hadi")
    mandate, mark = delegations.draw(by_hadi, letter)
    delegations.take_over(by_hadi, letter, mandate, mark)
    with pytest.raises((Conflict, Forbidden)):
        delegations.take_over(by_hadi, letter, mandate, mark)
    assert len(work.session.scalars(select(Delegation)).all()) == 1


def test_a_mark_of_a_letter_that_changed_meanwhile_is_not_taken(work, make):
    make.mandate()
    letter, by_hadi = make.submitted(), make.person("hadi")
    drawn = delegations.draw(by_hadi, letter)
    letters.withdraw(make.person("budi"), letter)
    with pytest.raises((Conflict, Forbidden)):
        delegations.take_over(by_hadi, letter, *drawn)


def test_the_official_signs_while_the_deputy_takes(app, work, make, session, config):
    """Raced on two connections: exactly one of them has the letter, and it is signed by its holder or nobody."""
    make.mandate()
    letter = make.submitted()
    letter_id, session_now = letter.id, work.now
    session.commit()
    engine, ends = app.extensions["engine"], []

    def official() -> None:
        with db.open_session(engine, writes=True) as own:
            mine = Work(own, None, session_now, config)
            try:
                by_sari, approval, signed = begin(mine, own.get_one(Letter, letter_id), "sari")
                own.commit()
                signatures.complete(by_sari, approval, signed)
                own.commit()
                ends.append("official")
            except DomainError:
                own.rollback()

    def deputy() -> None:
        with db.open_session(engine, writes=True) as own:
            mine = Work(own, None, session_now, config)
            by_hadi = people.as_person(mine, people.find(mine, "hadi"))
            letter = own.get_one(Letter, letter_id)
            try:
                delegations.take_over(by_hadi, letter, *delegations.draw(by_hadi, letter))
                own.commit()
                ends.append("deputy")
            except DomainError:
                own.rollback()

    threads = [threading.Thread(target=one) for one in (official, deputy)]
    session.rollback()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.expire_all()
    found = session.get_one(Letter, letter_id)
    assert len(ends) == 1
    assert (found.state, found.mandate_id) == ((State.SIGNED, None) if ends == ["official"] else (State.SUBMITTED, 1))


def test_no_certificate_no_acceptance_and_no_taking(work, make, hadi):
    mandate = make.mandate("joko", accepted=False)
    with pytest.raises(Forbidden, match="Sertifikat"):
        delegations.accept(make.person("joko"), mandate)
    delegations.decline(make.person("joko"), mandate)
    make.mandate()
    letter = make.submitted()
    keys.find(work, hadi).certificate.revoked_at = work.now
    with pytest.raises(Forbidden, match="Sertifikat"):
        delegations.draw(make.person("hadi"), letter)


def test_a_vacant_post_is_held_by_decree(work, make, sari, admin):
    """Sari has left. Her letters are still addressed to the post, and whoever holds it signs them."""
    letter = make.submitted()
    sari.disabled_at = work.now
    work.session.flush()
    make.mandate(kind=MandateKind.PLT, by="admin")
    later = make.submitted()  # the post can be chosen
    for one in (letter, later):
        make.sign(make.take_over(one))
        assert one.signature.signer_position == "Plt. Sekretaris Daerah (contoh)"


def test_the_deputy_hears_of_a_new_letter_and_of_the_beginning(work, make, hadi, sari):
    mandate = make.mandate()
    make.submitted()
    told = [(job.kind, job.args.get("message")) for job in work.session.scalars(select(Job))
            if job.args.get("person_id") == hadi.id]  # fmt: skip
    assert ("mail", "mandate_offered") in told and ("mail", "letter_offered") in told and ("push", None) in told
    delegations.follow(work, mandate.id)
    began = [job for job in work.session.scalars(select(Job)) if job.args.get("message") == "mandate_began"]
    assert [job.args["count"] for job in began] == [1]


def test_the_official_sees_everything_done_in_the_absence(work, make, hadi):
    mandate = make.mandate()
    made = [make.take_over(make.submitted()) for _ in range(3)]
    make.sign(made[0])
    letters.send_back(make.person("hadi"), made[1], "Tanggalnya keliru.")
    seen = delegations.absence(make.person("sari"), mandate)
    assert [(letter.id, held.outcome) for held, letter in reversed(seen)] == [
        (made[0].id, "signed"), (made[1].id, "returned"), (made[2].id, None),
    ]  # fmt: skip


def test_a_deputy_with_a_role_of_his_own_still_signs_by_the_mandate_alone(work, make, hadi, sari):
    """Also a signer of the office itself: in Sari's place he signs within the mandate's days only."""
    hadi.memberships.append(Membership(office=sari.memberships[0].office, role=Role.SIGNER))
    work.session.flush()
    mandate = make.mandate()
    letter = make.take_over(make.submitted())
    late = people.as_person(replace(work, now=mandate.ends_at), hadi)
    with pytest.raises(Forbidden):
        approvals.begin(late, letter, digest=marks.digest(letter), secret=b"")
