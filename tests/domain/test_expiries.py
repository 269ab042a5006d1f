"""Nobody is surprised by the end of a certificate."""

from datetime import timedelta

import pytest

from tests import people
from tests.factories import later
from webapp import jobs
from webapp.domain import expiries, keys
from webapp.models import Job


def told(work):
    found = work.session.query(Job).filter_by(kind="mail").order_by(Job.id)
    return [(job.args["person_id"], job.args["message"]) for job in found if "ends" in job.args["message"]]


@pytest.fixture
def certificate(work, sari):
    return keys.find(work, sari).certificate


def test_the_official_and_the_registrar_hear_of_it_three_times_and_no_more(work, sari, rina, certificate):
    hadi = keys.find(work, people.find(work, "hadi")).certificate
    hadi.not_after = work.now + timedelta(days=4000)
    certificate.not_after = work.now + timedelta(days=61)
    heard = []
    for day in range(62):
        for _ in range(2):
            heard += [day] * expiries.warn(later(work, day * 86_400))
    assert heard == [1, 31, 54]
    work.session.flush()
    assert told(work) == [(sari.id, "certificate_ends"), (rina.id, "certificate_ends_of")] * 3


def test_one_that_is_revoked_or_ended_is_not_told_of(work, certificate):
    certificate.not_after = work.now + timedelta(days=5)
    certificate.revoked_at = work.now
    assert expiries.warn(work) == 0
    certificate.revoked_at, certificate.not_after = None, work.now - timedelta(days=1)
    assert expiries.warn(work) == 0


def test_the_night_sends_the_mail_in_both_languages(app, work, sari, certificate, config):
    certificate.not_after = work.now + timedelta(days=20)
    sari.language = "en"
    work.session.commit()
    jobs.run(app, "nightly", {})
    mails = [job.args for job in work.session.query(Job).filter_by(kind="mail") if "ends" in job.args["message"]]
    work.session.commit()
    with app.app_context():
        for args in mails:
            jobs.run(app, "mail", args)
    texts = [file.read_text() for file in sorted(config.mail_folder.iterdir())]
    assert any("Your electronic certificate ends in" in text for text in texts)
    assert any("Sertifikat Sari Contoh" in text.replace("=\n", "") and "berakhir dalam" in text for text in texts)


@pytest.mark.parametrize(
    ("left", "warned", "due"),
    [
        (timedelta(days=60, seconds=1), None, None), (timedelta(days=60), None, 60), (timedelta(days=30), 60, 30),
        (timedelta(days=30, seconds=1), 60, None), (timedelta(days=7), 30, 7), (timedelta(days=6), 7, None),
        (timedelta(days=-1), None, 7), (timedelta(days=5), 60, 7),
    ],
)  # fmt: skip
def test_one_clock_warns_of_ours_and_of_bsres(work, left, warned, due):
    assert expiries.warning(work, work.now + left, warned) == due
    assert expiries.warning(work, None, warned) is None
