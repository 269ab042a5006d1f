"""The ladder of a letter that waits: push at once, mail where nobody opened it, then a deputy or the drafter."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests import people
from tests.factories import Factory, later
from tests.jobs.killing import kills_each_once, run_killed
from tests.jobs.test_mail import drain, text_of
from webapp.domain import approvals, ladder, letters, reviews, subscriptions
from webapp.models import Alert, AlertState, Channel, Job, Rung, Urgency
from webapp.office_hours import read_hours

MINUTES = {"biasa": 30, "segera": 10, "sangat_segera": 2}


@pytest.fixture
def config(config, service, mailbox):
    """Offices that never close, so that no test depends on the day it runs on."""
    return replace(
        config, push_hosts=(service.netloc,), mail_url=f"smtp://127.0.0.1:{mailbox.port}",
        office_hours=read_hours("1-7 00:00-24:00"),
    )  # fmt: skip


@pytest.fixture
def device(work, sari, service):
    login = people.log_in(work, "sari").login
    return subscriptions.add(people.as_person(work, sari), login, **service.subscribe())


def ago(work, minutes):
    """The world so many minutes before the worker looks at it."""
    return replace(work, now=datetime.now(UTC) - timedelta(minutes=minutes))


def made(work, minutes, **kind):
    return Factory(ago(work, minutes)).submitted(**kind)


def mails(mailbox):
    return [(to[0].partition("@")[0], mail["Subject"]) for to, mail in mailbox.mails]


def outcomes(work, person=None):
    found = work.session.scalars(select(Alert).order_by(Alert.id))
    return [(str(a.rung), str(a.channel), str(a.state), a.cause) for a in found if person in (None, a.person)]


def read(work, letter, person):
    approvals.record_reading(people.as_person(work, person), letter)


@pytest.mark.parametrize("urgency", MINUTES)
def test_a_push_comes_at_once_and_the_mail_where_it_was_not_opened_in_time(
    app, work, device, service, mailbox, sari, urgency
):  # fmt: skip
    early = made(work, MINUTES[urgency] - 1, urgency=Urgency(urgency))
    drain(app, work)
    assert len(service.received) == 1 and mailbox.mails == [], "the phone has it, so the mail waits"
    waiting = work.session.scalars(select(Job).where(Job.kind == "mail", Job.done_at.is_(None))).one()
    due = early.chain[-1].opened_at + timedelta(minutes=MINUTES[urgency])
    assert waiting.run_at == due and waiting.attempts == 0, "waiting is no failure"
    made(work, MINUTES[urgency] + 1, urgency=Urgency(urgency))
    drain(app, work)
    assert len(service.received) == 2
    assert mails(mailbox) == [("sari", "Ada surat menunggu tanda tangan Anda")]
    assert outcomes(work) == [("own", "push", "sent", ""), ("own", "push", "sent", ""), ("own", "mail", "sent", "")]


def test_who_opened_the_letter_gets_no_mail_of_it(app, work, device, mailbox, sari):
    letter = made(work, 31)
    read(ago(work, 20), letter, sari)
    drain(app, work)
    assert mailbox.mails == []
    assert work.session.scalars(select(Job).where(Job.kind.in_(("mail", "ladder")), Job.done_at.is_(None))).all() == []


@pytest.mark.parametrize(("status", "cause"), [(None, "no_device"), (410, "gone"), (503, "down")])
def test_the_mail_goes_at_once_where_no_device_could_be_told(app, work, sari, service, mailbox, status, cause):
    if status:
        login = people.log_in(work, "sari").login
        dead = subscriptions.add(people.as_person(work, sari), login, **service.subscribe())
        service.answers[dead.endpoint.rsplit("/", 1)[-1]] = status, {}
    made(work, 0)
    drain(app, work)
    assert len(mailbox.mails) == 1
    assert outcomes(work, sari) == [("own", "push", "failed", cause), ("own", "mail", "sent", "")]


def test_an_outcome_that_is_good_once_stays_so(app, work, device, service, mailbox, sari):
    """A push service that is down, then up: the mail went meanwhile, and the retried push is told as such."""
    name = device.endpoint.rsplit("/", 1)[-1]
    service.answers[name] = 503, {}
    made(work, 0)
    drain(app, work)
    service.answers.clear()
    work.session.execute(update(Job).where(Job.kind == "push").values(run_at=ago(work, 1).now))
    drain(app, work)
    assert outcomes(work) == [("own", "push", "sent", ""), ("own", "mail", "sent", "")]
    assert len(mailbox.mails) == 1 and len(service.received) == 1


def test_a_mail_server_that_is_down_is_told_and_then_forgotten(app, work, mailbox, sari):
    mailbox.stop()
    made(work, 0)
    drain(app, work)
    assert ("own", "mail", "failed", "down") in outcomes(work)


def unopened(mailbox):
    return [(to[0].partition("@")[0], mail) for to, mail in mailbox.mails if "belum dibuka" in mail["Subject"]]


def test_then_the_drafter_hears_that_nobody_opened_it_and_nothing_of_its_content(app, work, mailbox, budi):
    secret = made(work, 8 * 60 + 1, subject="Rahasia dapur", number="000.1.5/777/UM-2026")
    drain(app, work)
    ((to, mail),) = unopened(mailbox)
    plain, html = text_of(mail)
    assert to == "budi" and f"/letters/{secret.id}" in plain and "Sari" in plain
    for body in (mail["Subject"], plain, html):
        assert "Rahasia" not in body and "777" not in body and secret.addressee not in body
    assert outcomes(work, budi) == [("unopened", "mail", "sent", ""), ("unopened", "push", "failed", "no_device")]


def test_before_its_time_nobody_else_is_told_and_the_job_waits_for_it(app, work, mailbox):
    letter = made(work, 8 * 60 - 1)
    drain(app, work)
    assert unopened(mailbox) == []
    job = work.session.scalars(select(Job).where(Job.kind == "ladder")).one()
    assert job.run_at == letter.chain[-1].opened_at + timedelta(hours=8) and job.attempts == 0


def test_the_deputy_is_told_instead_and_told_as_one(app, work, service, mailbox, hadi):
    past = Factory(ago(work, 60 * 9))
    mandate = past.mandate(starts=-2)
    subscriptions.add(people.as_person(work, hadi), people.log_in(work, "hadi").login, **service.subscribe())
    letter = past.submitted(subject="Rahasia dapur")
    drain(app, work)
    ((to, mail),) = unopened(mailbox)
    assert to == "hadi" and "mengambilnya alih" in text_of(mail)[0]
    pushed = [json.loads(got["text"])["notification"] for got in service.received]
    (push,) = [one for one in pushed if one["tag"] == f"unopened-{letter.id}"]
    assert push["body"] == "Sebagai pejabat pengganti." and "Rahasia" not in json.dumps(pushed)
    assert mandate.deputy_id == hadi.id


def test_a_deputy_who_opened_it_knows(app, work, mailbox, hadi):
    past = Factory(ago(work, 60 * 9))
    past.mandate(starts=-2)
    letter = past.submitted()
    read(ago(work, 60), letter, hadi)
    drain(app, work)
    assert unopened(mailbox) == []


def test_where_the_drafter_is_gone_the_nearest_administrators_are_told_and_led_to_no_letter(app, work, mailbox, budi):
    letter = made(work, 60 * 9)
    budi.disabled_at = work.now
    drain(app, work)
    ((to, mail),) = unopened(mailbox)
    assert to == "admin" and "/unfinished" in text_of(mail)[0] and f"/letters/{letter.id}" not in text_of(mail)[0]


@pytest.mark.parametrize("how", ["withdrawn", "opened", "signed"])
def test_nobody_is_told_of_a_letter_that_moved_on(app, work, mailbox, service, sari, budi, how):
    past = Factory(ago(work, 60 * 9))
    letter = past.submitted()
    if how == "withdrawn":
        letters.withdraw(people.as_person(ago(work, 5), budi), letter)
    elif how == "signed":
        past.sign(letter)
    else:
        read(ago(work, 5), letter, sari)
    drain(app, work)
    assert unopened(mailbox) == []
    assert [subject for to, subject in mails(mailbox) if to == "sari" and "menunggu" in subject] == []


def test_a_step_that_was_opened_again_is_told_of_anew_and_the_old_ladder_ends(app, work, mailbox, dewi, sari):
    past = Factory(ago(work, 60 * 9))
    letter = past.in_review("dewi")
    past.initial(letter, "dewi")
    recalled = Factory(ago(work, 60))
    reviews.recall(recalled.person("dewi"), letter)
    Factory(ago(work, 30)).initial(letter, "dewi")
    drain(app, work)
    assert unopened(mailbox) == [], "counted from the second time"
    assert [subject for to, subject in mails(mailbox) if to == "sari" and "tanda tangan" in subject] == [
        "Ada surat menunggu tanda tangan Anda"
    ]


def test_a_worker_that_dies_after_telling_tells_nobody_twice(app, work, mailbox, monkeypatch):
    """Killed at every job of the ladder, between its last commit and the note that it is done."""
    made(work, 60 * 9)
    work.session.commit()
    killed = kills_each_once(monkeypatch)
    while run_killed(app, work):
        pass
    assert {"push", "mail", "ladder"} <= {work.session.get_one(Job, one).kind for one in killed}
    assert len(unopened(mailbox)) == 1 and len(mailbox.mails) == 2
    queued = work.session.scalars(select(Job).where(Job.kind == "mail")).all()
    assert len([job for job in queued if job.args["message"] == "letter_unopened"]) == 1
    mailed = work.session.scalars(select(Alert).where(Alert.channel == Channel.MAIL).order_by(Alert.id))
    assert [(a.rung, a.state) for a in mailed] == [(Rung.OWN, AlertState.SENT), (Rung.UNOPENED, AlertState.SENT)]


@pytest.mark.parametrize(
    ("asked", "minutes", "expected"),
    [
        ("2026-11-26 09:00", 120, "2026-11-26 11:00"),  # Thursday
        ("2026-11-26 15:00", 120, "2026-11-27 08:30"),  # an hour of Thursday, one of Friday
        ("2026-11-27 16:00", 120, "2026-11-30 09:00"),  # half an hour of Friday, the rest on Monday
        ("2026-11-28 10:00", 480, "2026-11-30 15:30"),  # a Saturday
        ("2026-11-26 22:00", 30, "2026-11-27 08:00"),
        ("2026-11-26 05:00", 510, "2026-11-26 16:00"),  # to the last minute of the day
    ],
)
def test_minutes_of_open_offices_are_counted(asked, minutes, expected):
    hours = read_hours("1-4 07:30-16:00, 5 07:30-16:30")
    assert hours.after(datetime.fromisoformat(asked), minutes) == datetime.fromisoformat(expected)


def test_office_hours_are_those_of_the_letter_s_office_and_the_most_urgent_does_not_wait_for_morning(work, make):
    own = replace(work, config=replace(work.config, office_hours=read_hours("1-4 07:30-16:00, 5 07:30-16:30")))
    letter = make.submitted(urgency=Urgency.PROMPT)
    at = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)  # 15.00 in Solok, 17.00 in Jayapura
    assert ladder.others_at(own, letter, at).astimezone(UTC) == datetime(2026, 11, 27, 1, 30, tzinfo=UTC)
    letter.office.zone = "Asia/Jayapura"
    assert ladder.others_at(own, letter, at).astimezone(UTC) == datetime(2026, 11, 27, 0, 30, tzinfo=UTC)
    letter.urgency = Urgency.IMMEDIATE
    assert ladder.others_at(own, letter, at) == at + timedelta(minutes=30)
    assert later(own, 0).now == own.now
