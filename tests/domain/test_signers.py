"""Several signers of one letter: in order, each on exactly what he saw, and signed only when the last has signed."""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import replace

import pytest
from sqlalchemy import select

import signing
from tests import people
from tests.factories import PLACES
from tests.signing import judges
from webapp.domain import (
    approvals,
    archives,
    checks,
    documents,
    letters,
    log,
    marks,
    signatures,
    signers,
    verification,
    waits,
)
from webapp.domain.errors import Conflict, Forbidden, Invalid
from webapp.domain.verification import Standing
from webapp.errors import BadPlacement
from webapp.models import Authority, Job, LogLeaf, State, StepState


def roots(work):
    return [a.root_der for a in work.session.scalars(select(Authority))]


def approval_of(work, letter, login):
    person = people.find(work, login)
    return approvals.begin(
        people.as_person(work, person), letter, digest=marks.digest(letter), secret=people.secret_of(person)
    )


def mails(work):
    jobs = work.session.scalars(select(Job).where(Job.kind == "mail"))
    return [(job.facts if isinstance(job.facts, dict) else json.loads(job.facts)) for job in jobs]


def test_two_sign_one_after_the_other_and_pdfsig_calls_both_valid_each_time(work, make, tmp_path):
    letter = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), letter)
    for number, login in enumerate(("sari", "hadi"), 1):
        assert letter.state == State.SUBMITTED and letter.signer is people.find(work, login)
        shown = marks.prepared(work.config, letter.version)
        make.sign(letter)
        made = letter.signatures[-1]
        pdf = documents.get(work.config, made.sha256)
        start = shown.holes["seal"][0]
        assert pdf[:start] == shown.pdf[:start] and len(pdf) == len(shown.pdf), "another file than he was shown"
        folder = tmp_path / login
        folder.mkdir()
        judges.require_valid(pdf, roots(work), folder, times=number, has_responder=False)
        (folder / "s.pdf").write_bytes(pdf)
        assert subprocess.run(["qpdf", "--check", folder / "s.pdf"], capture_output=True).returncode == 0
        verdict = signing.verify(pdf, verification.trust(work))
        assert verdict.verdict is signing.Verdict.VALID, verdict.problems
    assert letter.state == State.SIGNED
    assert [(s.person.email.split("@")[0], s.is_complete) for s in letter.signatures] == [
        ("sari", False), ("hadi", True),
    ]  # fmt: skip
    assert letter.signature is letter.signatures[-1]


def test_until_the_last_has_signed_the_letter_is_not_signed_for_anyone(work, make):
    letter = make.with_first("sari", "hadi")
    assert letter.state == State.SUBMITTED and letter.signature is None
    assert verification.look_up(work, letter.code, "10.0.0.1").standing == Standing.UNSIGNED
    assert work.session.scalar(select(LogLeaf).where(LogLeaf.letter_id == letter.id)) is None
    archive = work.session.scalars(select(Job).where(Job.kind == "archive")).all()
    assert archive == [], "a time-stamp between two signatures would change the file that the next one reads"
    make.sign(letter)
    assert verification.look_up(work, letter.code, "10.0.0.1").standing == Standing.GENUINE
    assert len(work.session.scalars(select(Job).where(Job.kind == "archive")).all()) == 1


def test_the_second_is_told_and_has_it_before_him_and_the_first_no_more(work, make):
    letter = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), letter)
    hadi, sari = make.person("hadi"), make.person("sari")
    assert not waits.page(hadi, hadi.person).letters
    with pytest.raises(Forbidden):
        approval_of(work, letter, "hadi")
    make.sign(letter)
    assert waits.page(hadi, hadi.person).letters == [letter] and not waits.page(sari, sari.person).letters
    assert letters.get(sari, letter.id) is letter and approvals.is_signed_by(sari, letter)
    with pytest.raises(Forbidden):
        approval_of(work, letter, "sari")


def test_the_approval_binds_to_the_file_with_the_signatures_before(work, make):
    letter = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), letter)
    before = marks.digest(letter)
    make.sign(letter)
    assert marks.digest(letter) != before
    with pytest.raises(Conflict):
        approvals.require_shown(make.person("hadi"), letter, before)


def test_a_second_tap_of_the_first_signer_lands_and_signs_nothing_twice(work, make):
    letter = make.cosigned("sari", "hadi")
    letters.submit(make.person("budi"), letter)
    sari = make.person("sari")
    both = [approval_of(work, letter, "sari") for _ in range(2)]
    made = [signatures.make(sari, one) for one in both]
    for one, done in zip(both, made, strict=True):
        assert signatures.complete(sari, one, done) is letter
    assert len(letter.all_signatures) == 1 and letter.version.turn == 2


def test_each_mark_of_the_whole_letter_has_its_own_signers_seal(work, make, tmp_path):
    from PIL import Image

    from signing import seal
    from tests import scanner

    letter = make.sign(make.with_first("sari", "hadi"))
    (tmp_path / "s.pdf").write_bytes(documents.get(work.config, letter.signature.sha256))
    subprocess.run(["pdftoppm", "-r", "200", "-png", tmp_path / "s.pdf", tmp_path / "s"], check=True)
    read = [seal.read(one.text) for one in scanner.codes(Image.open(next(tmp_path.glob("s-*1.png"))))]
    assert {one.claim.signer for one in read} == {person.full_name for person in letter.signers}
    for made in letter.signatures:
        mine = next(one for one in read if one.claim.signer == made.signer_name)
        assert seal.verify(mine, made.certificate.der) and mine.code == letter.code


def test_each_official_finds_his_own_certificate_in_the_public_log(work, make):
    letter = make.sign(make.with_first("sari", "hadi"))
    query = select(LogLeaf.index).where(LogLeaf.letter_id == letter.id).order_by(LogLeaf.index)
    leaves = [log.entry(work, index).leaf for index in work.session.scalars(query)]
    certificates = [hashlib.sha256(made.certificate.der).hexdigest() for made in letter.signatures]
    assert [leaf.certificate for leaf in leaves] == certificates[::-1]
    assert {leaf.file for leaf in leaves} == {letter.signature.sha256} and {leaf.kind for leaf in leaves} == {
        "signature"
    }
    assert log.entry(work, log.find_signature(work, letter)).leaf.certificate == certificates[-1]


def test_a_return_by_the_second_keeps_what_was_signed_and_begins_anew_without_it(work, make):
    letter = make.with_first("sari", "hadi")
    partial = letter.signatures[-1].sha256
    with pytest.raises(Invalid):  # not to a step before: that would leave a signature standing
        letters.send_back(make.person("hadi"), letter, "Lampirannya belum ada.", to=letter.chain[0].id)
    letters.send_back(make.person("hadi"), letter, "Lampirannya belum ada.")
    assert letter.state == State.RETURNED and letter.signer is people.find(work, "sari")
    assert letter.version_number == 2 and letter.version.turn == 1 and letter.signatures == []
    assert letter.versions[0].prepared_sha256 == partial and documents.get(work.config, partial)
    assert letter.versions[1].sha256 == letter.versions[0].sha256
    verdict = signing.verify(documents.get(work.config, letter.version.prepared_sha256), verification.trust(work))
    assert len(verdict.signatures) == 0 or not verdict.is_valid
    letters.submit(make.person("budi"), letter)
    make.sign(make.sign(letter))
    assert letter.state == State.SIGNED and len(letter.signatures) == 2 and len(letter.all_signatures) == 3


def test_withdrawn_after_the_first_signature_it_begins_anew_too(work, make):
    letter = make.with_first("sari", "hadi")
    letters.withdraw(make.person("budi"), letter)
    assert letter.version_number == 2 and letter.signer is people.find(work, "sari")
    letters.submit(make.person("budi"), letter)
    assert make.sign(make.sign(letter)).state == State.SIGNED


def test_rejected_by_the_second_it_never_counts(work, make):
    letter = make.with_first("sari", "hadi")
    letters.reject(make.person("hadi"), letter, "Tidak sesuai kebijakan.")
    assert letter.state == State.REJECTED and letter.signature is None
    assert verification.look_up(work, letter.code, "10.0.0.1").standing == Standing.UNSIGNED
    assert not any(step.state == StepState.OPEN for step in letter.steps)


def test_what_was_signed_before_must_still_be_provable_when_the_next_signs(work, make):
    letter = make.with_first("sari", "hadi")
    letter.signatures[0].certificate.revoked_at = work.now
    with pytest.raises(Conflict, match="tidak dapat dibuktikan"):
        approval_of(work, letter, "hadi")


def test_the_archived_letter_proves_both_at_b_lta(work, make, tmp_path):
    from webapp.domain import responders

    letter = make.sign(make.with_first("sari", "hadi"))
    due = archives.due(work, letter.signature.id)
    archived = archives.extend(work.config, due, lambda request: responders.timestamp(work, request))
    archives.attach(work, due, archived)
    pdf = documents.get(work.config, letter.signature.file_sha256)
    verdict = signing.verify(pdf, verification.trust(work))
    assert verdict.is_valid, verdict.problems
    assert [facts.level for facts in verdict.signatures[:2]] == ["B-LTA", "B-LTA"]
    assert archives.due(work, letter.signatures[0].id) is None


def test_a_later_mark_may_neither_hide_signed_text_nor_another_mark(work, make):
    letter = make.cosigned("sari", "hadi")
    hadi = people.find(work, "hadi")
    with pytest.raises(BadPlacement, match="covers_signed"):
        marks.draw(work.config, letter, replace(PLACES[1], y=200), hadi)
    with pytest.raises(BadPlacement, match="overlapping"):
        marks.draw(work.config, letter, replace(PLACES[0], y=PLACES[0].y - 30), hadi)


def test_while_one_signer_has_no_place_nothing_can_be_submitted(work, make):
    letter = make.placed()
    make_hadi_signer(make, letter)
    signers.add(make.person("budi"), letter, people.find(work, "hadi").id)
    assert letter.version.placement is not None and letter.version.prepared_sha256 is None
    with pytest.raises(Invalid):
        letters.submit(make.person("budi"), letter)


def test_who_is_kept_by_bsre_signs_alone_and_that_is_said(work, make):
    from webapp.models import BsreAccount

    letter = make.cosigned("sari", "hadi")
    hadi, rina = people.find(work, "hadi"), people.find(work, "rina")
    work.session.add(BsreAccount(person_id=hadi.id, certificate_name="HADI", created_at=work.now, registrar_id=rina.id))
    work.session.flush()
    with_bsre = replace(make.person("budi"), config=replace(work.config, bsre_url="https://bsre.invalid"))
    with pytest.raises(Invalid) as refused:
        letters.submit(with_bsre, letter)
    assert "BSrE" in refused.value.message


def test_reviewers_and_signers_are_different_people(work, make):
    letter = make.planned("dewi")
    make_hadi_signer(make, letter, "dewi")
    budi = make.person("budi")
    with pytest.raises(Invalid):
        signers.add(budi, letter, people.find(work, "dewi").id)
    with pytest.raises(Invalid):
        signers.add(budi, letter, people.find(work, "rudi").id)
    with pytest.raises(Invalid):
        signers.change(budi, letter, "remove", letter.signer_id)
    with pytest.raises(Forbidden):
        signers.add(make.person("rudi"), letter, people.find(work, "hadi").id)


def make_hadi_signer(make, letter, *more):
    from tests.factories import allow_to_sign

    for login in ("hadi", *more):
        allow_to_sign(make.work, login, letter.office)


def test_a_file_with_the_first_signature_only_is_told_from_the_whole_letter(work, make):
    letter = make.sign(make.with_first("sari", "hadi"))
    partial, whole = (documents.get(work.config, made.sha256) for made in letter.signatures)
    asked = checks.question(work)
    assert checks.look_up(work, checks.judge(asked, partial)).match == checks.Match.PARTIAL
    assert checks.look_up(work, checks.judge(asked, whole)).match == checks.Match.ISSUED
    assert checks.look_up(work, checks.judge(asked, partial + b"%x")).match == checks.Match.CHANGED
