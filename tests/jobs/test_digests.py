"""Mail as its person wants it: at once, by the hour or twice a day, and never in the quiet hours; security at once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests import people
from tests.factories import Factory
from tests.jobs.test_ladder import ago, config, device, mails, read  # noqa: F401
from tests.jobs.test_mail import drain, text_of
from webapp.domain import marks, notifications, outbox, preferences
from webapp.domain.errors import Invalid
from webapp.domain.notifications import Message
from webapp.domain.preferences import Wish
from webapp.jobs import messages
from webapp.models import Alert, Job, Rhythm, Urgency

EVER = (0, 23 * 60 + 59)  # in which it is quiet but for one minute of the day


def at(clock):
    """A time of 26 November 2026 in Jakarta."""
    return datetime.fromisoformat(f"2026-11-26T{clock}+07:00")


@pytest.mark.parametrize(
    ("rhythm", "quiet", "asked", "due"),
    [
        ("immediate", None, "10:12:33", "10:12:33"),
        ("hourly", None, "10:12:33", "11:00"),
        ("hourly", None, "10:00", "11:00"),
        ("twice_daily", None, "06:00", "07:30"),
        ("twice_daily", None, "07:30", "13:00"),
        ("immediate", ("21:00", "05:00"), "20:59:59", "20:59:59"),
        ("immediate", ("12:00", "13:00"), "12:30:10", "13:00"),
        ("hourly", ("11:00", "15:30"), "10:12", "15:30"),
        ("twice_daily", ("06:00", "08:00"), "06:10", "08:00"),
        ("immediate", ("05:00", "04:59"), "05:00", "04:59+1"),
        ("twice_daily", None, "13:00", "07:30+1"),
        ("immediate", ("21:00", "05:00"), "23:00", "05:00+1"),
        ("immediate", ("21:00", "05:00"), "02:00", "05:00"),
    ],
)
def test_when_a_mail_is_due(rhythm, quiet, asked, due):
    hours = tuple(int(one[:2]) * 60 + int(one[3:]) for one in quiet) if quiet else None
    clock, _, day = due.partition("+")
    expected = at(clock) + timedelta(days=int(day or 0))
    assert Wish(Rhythm(rhythm), hours).due(at(asked)) == expected


def test_the_hours_are_those_of_the_person_s_own_zone():
    late = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)  # 20.00 WIB, 22.00 WIT
    quiet = (21 * 60, 5 * 60)
    assert not Wish(quiet=quiet).is_quiet(late)
    assert Wish(quiet=quiet, zone="Asia/Jayapura").is_quiet(late)
    assert Wish(Rhythm.TWICE_DAILY, zone="Asia/Jayapura").due(late) == datetime(2026, 11, 26, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("message", sorted(set(Message) - preferences.CAN_WAIT))
def test_what_tells_of_security_cannot_wait(message):
    assert not preferences.can_wait(message, None)


def wish(work, person, rhythm=Rhythm.IMMEDIATE, quiet=None):
    preferences.keep(people.as_person(work, person), rhythm, quiet)


def test_what_waited_for_the_same_hour_comes_as_one_message_without_confidential_content(app, work, mailbox, sari):
    """Three letters, of which one was opened meanwhile and one is confidential: two are told of, in one mail."""
    sari.language = "en"
    wish(work, sari, Rhythm.TWICE_DAILY)
    past = Factory(ago(work, 26 * 60))  # before the last two times of the day, wherever the clock stands
    open_one = past.submitted(subject="Rapat <b>SPBE</b>")
    secret = past.submitted(subject="Mutasi jabatan", confidentiality="terbatas")
    read(ago(work, 60), past.submitted(subject="Sudah dibuka"), sari)
    drain(app, work)
    hers = [mail for to, mail in mailbox.mails if to == ["sari@solok.example"]]
    (mail,) = hers
    plain, html = text_of(mail)
    assert mail["Subject"].endswith("notifications from Teken") and mail["Auto-Submitted"] == "auto-generated"
    for body in (plain, html):
        assert f"/letters/{open_one.id}" in body and f"/letters/{secret.id}" in body
        assert marks.control_code(open_one) in body and marks.control_code(secret) in body
        assert "Mutasi" not in body and secret.number not in body and "dibuka" not in body
        assert body.count("A letter is awaiting your signature") == 2
    assert "Rapat <b>SPBE</b>" in plain and "Rapat &lt;b&gt;SPBE" in html
    assert not work.session.scalars(select(Job).where(Job.kind == "mail", Job.done_at.is_(None))).all()
    told = [one for one in work.session.scalars(select(Alert)) if (one.channel, one.state) == ("mail", "sent")]
    assert {one.step_id for one in told if one.rung == "own"} == {one.chain[-1].id for one in (open_one, secret)}


def test_what_is_asked_now_waits_and_security_and_the_most_urgent_do_not(app, work, make, mailbox, sari):
    wish(work, sari, quiet=EVER)
    slow, urgent = make.submitted(), make.submitted(urgency=Urgency.IMMEDIATE)
    notifications.tell(work, sari, Message.SIGNED_IN_YOUR_NAME, slow)
    notifications.tell(work, sari, Message.SECURITY_CHANGED, change="password")
    drain(app, work)
    told = [subject for to, subject in mails(mailbox) if to == "sari"]
    assert sorted(told) == [
        "Ada surat menunggu tanda tangan Anda", "Perubahan keamanan pada akun Anda",
        "Sebuah surat ditandatangani atas nama Anda",
    ]  # fmt: skip
    (body,) = [text_of(mail)[0] for _, mail in mailbox.mails if "menunggu" in mail["Subject"]]
    assert f"/letters/{urgent.id}" in body and f"/letters/{slow.id}" not in body
    job = work.session.scalars(select(Job).where(Job.kind == "mail", Job.done_at.is_(None))).one()
    assert job.attempts == 0 and job.run_at > datetime.now(UTC) and job.args["letter_id"] == slow.id


@pytest.mark.parametrize(("urgency", "silent", "header"), [("segera", True, "low"), ("sangat_segera", False, "high")])
def test_the_phone_stays_silent_in_the_quiet_hours_but_for_the_most_urgent(
    app, work, make, service, device, sari, urgency, silent, header  # noqa: F811
):  # fmt: skip
    wish(work, sari, quiet=EVER)
    make.submitted(urgency=Urgency(urgency))
    drain(app, work)
    (got,) = service.received
    assert json.loads(got["text"])["notification"]["silent"] is silent and got["urgency"] == header


def test_a_mail_server_that_is_down_gives_all_of_a_digest_back(app, work, mailbox, sari):
    wish(work, sari, Rhythm.HOURLY)
    mailbox.stop()
    past = Factory(ago(work, 120))
    past.submitted(), past.submitted()
    drain(app, work)
    left = work.session.scalars(select(Job).where(Job.kind == "mail", Job.done_at.is_(None))).all()
    assert len(left) == 2 and all(job.claimed_until is None for job in left)


def test_nobody_chooses_for_another_and_quiet_hours_are_hours(work, sari, budi):
    wish(work, sari, Rhythm.HOURLY, (60, 120))
    assert preferences.of(work, budi) == Wish(zone=budi.zone)
    assert preferences.of(work, sari) == Wish(Rhythm.HOURLY, (60, 120), sari.zone)
    wish(work, sari)
    assert preferences.of(work, sari).quiet is None
    with pytest.raises(Invalid):
        wish(work, sari, quiet=(60, 60))


def test_of_what_was_signed_at_once_the_drafter_gets_few_mails_however_he_wants_them(app, work, mailbox, budi):
    some = [Factory(work).signed(subject=f"Sertifikat {number}") for number in range(3)]
    for job in work.session.scalars(select(Job).where(Job.kind == "mail")):
        job.done_at = work.now
    for letter, minutes in zip(some, (2, 2, -1), strict=True):
        work.session.flush()
        outbox.add_all(ago(work, minutes), notifications.letter_signed(letter, batch_id=7))
    drain(app, work)
    ((to, mail),) = mailbox.mails
    plain = text_of(mail)[0]
    assert to == ["budi@solok.example"] and "Sertifikat 0" in plain and "Sertifikat 1" in plain
    assert "Sertifikat 2" not in plain, "those of this minute are not complete yet"
    (waiting,) = work.session.scalars(select(Job).where(Job.kind == "mail", Job.done_at.is_(None)))
    item = messages.find(work, **waiting.args)
    assert messages.asked_at(work, item, at("10:12:33")) == at("10:13") and waiting.attempts == 0
