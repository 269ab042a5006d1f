"""Letters that last: the time-stamp comes after the approval, once, and delays nothing when it cannot come."""

import subprocess
from datetime import timedelta

import pytest

import signing
from signing.errors import TimestampUnavailable
from tests import people
from tests.factories import later
from webapp import jobs
from webapp.domain import archives, documents, outbox, responders, verification
from webapp.domain.verification import Standing
from webapp.models import Job, ServiceKey


def stamp(work):
    return lambda request: responders.timestamp(work, request)


def archive(work, letter):
    due = archives.due(work, letter.signature.id)
    extended = archives.extend(work.config, due, stamp(work))
    archives.attach(work, due, extended)
    work.session.flush()


def test_a_signed_letter_asks_for_its_time_stamp_and_gets_it_from_the_own_authority(app, work, make, tmp_path):
    letter = make.signed()
    (job,) = work.session.query(Job).filter_by(kind="archive")
    assert job.args == {"signature_id": letter.signature.id}
    before = documents.get(work.config, letter.signature.sha256)
    work.session.commit()
    jobs.run(app, "archive", job.args)
    work.session.expire_all()
    signature = letter.signature
    assert signature.level == "B-LTA" and signature.renew_at > work.now + timedelta(days=365)
    pdf = documents.get(work.config, signature.file_sha256)
    assert pdf.startswith(before) and signature.file_sha256 != signature.sha256
    verdict = signing.verify(pdf, verification.trust(later(work, 60)))
    assert verdict.is_valid and [entry.level for entry in verdict.signatures] == ["B-LTA", "B-B"]
    assert verification.look_up(work, letter.code, "::1").standing == Standing.GENUINE
    (tmp_path / "s.pdf").write_bytes(pdf)
    assert "Signature is Valid" in subprocess.run(["pdfsig", tmp_path / "s.pdf"], capture_output=True, text=True).stdout


def test_twice_is_once(app, work, make):
    letter = make.signed()
    work.session.commit()
    for _ in range(2):
        jobs.run(app, "archive", {"signature_id": letter.signature.id})
    work.session.expire_all()
    pdf = documents.get(work.config, letter.signature.file_sha256)
    kinds = [entry.kind for entry in signing.verify(pdf, verification.trust(later(work, 60))).signatures]
    assert kinds == ["signature", "timestamp"]


def test_one_made_for_an_older_file_is_left_alone(work, make):
    letter = make.signed()
    first, second = (archives.due(work, letter.signature.id) for _ in range(2))
    archives.attach(work, first, archives.extend(work.config, first, stamp(work)))
    kept = letter.signature.archived_sha256
    archives.attach(work, second, archives.extend(work.config, second, stamp(work)))
    assert letter.signature.archived_sha256 == kept


def test_without_a_time_stamp_key_the_letter_is_genuine_and_waits_visibly(app, work, make):
    letter = make.signed()
    work.session.query(ServiceKey).delete()
    work.session.commit()
    with pytest.raises(TimestampUnavailable):
        jobs.run(app, "archive", {"signature_id": letter.signature.id})
    work.session.expire_all()
    assert letter.signature.level == "B-B" and letter.signature.archived_sha256 is None
    assert verification.look_up(work, letter.code, "::1").standing == Standing.GENUINE
    assert archives.count_waiting(work) == 1


def test_a_letter_outlives_its_certificate_only_with_a_time_stamp(work, make):
    bare, lasting = make.signed(), make.signed()
    archive(work, lasting)
    in_three_years = verification.trust(later(work, 3 * 365 * 86_400))
    for letter, expected in ((bare, False), (lasting, True)):
        pdf = documents.get(work.config, letter.signature.file_sha256)
        assert signing.verify(pdf, in_three_years).is_valid is expected


def test_each_night_every_letter_is_judged_and_the_ageing_ones_are_stamped(app, work, make, page):
    good, damaged = make.signed(), make.signed()
    archive(work, good)
    documents.path(work.config, damaged.signature.sha256).write_bytes(b"rotten")
    work.session.query(Job).delete()
    good.signature.renew_at = work.now - timedelta(seconds=1)
    work.session.commit()
    jobs.run(app, "nightly", {})
    work.session.expire_all()
    found = archives.last_check(work)
    assert (found["verifiable"], found["of"], found["failing"]) == (1, 2, [damaged.signature.id])
    wanted = [job.args for job in work.session.query(Job).filter_by(kind="archive").order_by(Job.id)]
    assert wanted == [{"signature_id": good.signature.id}, {"signature_id": damaged.signature.id}]
    (again,) = work.session.query(Job).filter_by(kind="nightly")
    assert again.run_at > work.now
    work.session.commit()
    page.log_in("admin").get("/jobs")
    assert "1 dari 2 surat" in page.text


def test_a_time_stamp_that_aged_unrenewed_is_noticed(work, make):
    """The night judges as of the night, not as of the signing."""
    waiting, stamped = make.signed(), make.signed()
    archive(work, stamped)
    ids = [waiting.signature.id, stamped.signature.id]
    assert archives.check(later(work, 3 * 365 * 86_400), 0) == (ids, [])
    assert archives.check(later(work, 6 * 365 * 86_400), 0) == (ids[:1], ids[1:])


def test_many_letters_are_judged_in_chunks(app, work, make, monkeypatch):
    monkeypatch.setattr(archives, "CHUNK", 2)
    for _ in range(3):
        make.signed()
    work.session.query(Job).delete()
    work.session.commit()
    jobs.run(app, "nightly", {})
    work.session.expire_all()
    (rest,) = work.session.query(Job).filter_by(kind="nightly")
    assert rest.args["good"] == 2 and archives.last_check(work) is None
    work.session.commit()
    jobs.run(app, "nightly", rest.args)
    work.session.expire_all()
    assert archives.last_check(work)["verifiable"] == 3


def test_what_repeats_itself_waits_once(work):
    for _ in range(3):
        outbox.ensure(work, "nightly", archives.next_night(work))
        work.session.flush()
    assert work.session.query(Job).filter_by(kind="nightly").count() == 1


def test_the_download_is_the_archived_file(work, make, page):
    letter = make.signed()
    archive(work, letter)
    work.session.commit()
    answer = page.client.get(f"/v/{letter.code}/file")
    assert answer.data == documents.get(work.config, letter.signature.archived_sha256)
    page.get(f"/v/{letter.code}")
    assert letter.signature.archived_sha256 in str(page.html) and "Bukti waktu" in page.text
    assert people.find(work, "sari")
