"""Letters that come together: one push, one mail where nothing of them was opened, one word to somebody else."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests import people
from tests.factories import Factory
from tests.jobs.merged import handed_in, merged, tell, told
from tests.jobs.test_ladder import ago, config, device, mails, outcomes, read  # noqa: F401
from tests.jobs.test_mail import drain, text_of
from webapp.domain import gatherings, letters, merges, notifications, preferences, reminders, reviews, subscriptions
from webapp.domain.notifications import Message
from webapp.models import BsreAccount, Gathering, Job, Rhythm, Urgency

SECRETS = ("Rahasia dapur", "000.1.5/", "Kepala Perangkat", "Sari", "Budi", "Sertifikat")


def placed(work, count=3, **kind):
    return [Factory(work).placed(subject="Rahasia dapur", **kind) for _ in range(count)]


def pushed(service):
    return [json.loads(got["text"])["notification"] for got in service.received]


def subscribe(work, login, service):
    person = people.find(work, login)
    subscriptions.add(people.as_person(work, person), people.log_in(work, login).login, **service.subscribe())


def jobs(work, kind):
    return work.session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)).all()


def test_one_push_tells_how_many_and_leads_to_where_they_are_approved_at_once(app, work, device, service, mailbox):  # noqa: F811
    merge = merged(work, [*placed(work, 2), *placed(work, 1, urgency=Urgency.PROMPT)])
    drain(app, work)
    (got,) = service.received
    message = json.loads(got["text"])
    note = message["notification"]
    assert note["title"] == "Ada 3 surat menunggu" and note["body"] == "Segera. Untuk ditandatangani."
    assert note["navigate"] == f"http://localhost/batches/new?group={merge.id}" and message["app_badge"] == "3"
    assert [one["action"] for one in note["actions"]] == ["open", "remind"]
    assert got["urgency"] == "high" and note["silent"] is False
    for secret in SECRETS:
        assert secret not in got["text"], f"{secret} is told to a foreign service"
    assert mailbox.mails == [], "the phone has it, so the mail waits"
    assert outcomes(work) == [("own", "push", "sent", "")]


def test_a_mail_comes_once_where_nothing_of_it_was_opened_in_time(app, work, device, service, mailbox):  # noqa: F811
    past = ago(work, 31)
    merge = told(past, placed(past))
    drain(app, work)
    ((to, mail),) = mailbox.mails
    plain, html = text_of(mail)
    assert to == ["sari@solok.example"] and mail["Subject"] == "3 surat menunggu tanda tangan Anda"
    assert f"/batches/new?group={merge.id}" in plain and "disetujui sekaligus" in plain
    for secret in ("Rahasia dapur", "000.1.5/", "Kepala Perangkat"):
        assert secret not in mail["Subject"] + plain + html
    assert len(service.received) == 1


def test_before_its_time_the_mail_waits_and_that_is_no_failure(app, work, device, mailbox):  # noqa: F811
    told(past := ago(work, 29), placed(past))
    drain(app, work)
    (mail,) = jobs(work, "mail")
    assert mailbox.mails == [] and mail.run_at == past.now + timedelta(minutes=30) and mail.attempts == 0


@pytest.mark.parametrize("how", ["one letter is read", "the list is looked at", "one is rejected", "all are withdrawn"])
def test_nobody_is_mailed_of_what_was_opened_or_is_gone(app, work, device, mailbox, sari, budi, how):  # noqa: F811
    some = placed(past := ago(work, 9 * 60))
    told(past, some)
    if how == "one letter is read":
        read(ago(work, 400), some[1], sari)
    elif how == "the list is looked at":
        gatherings.note_opened(people.as_person(ago(work, 400), sari))
    elif how == "one is rejected":
        letters.reject(people.as_person(ago(work, 400), sari), some[0], "Tidak sesuai.")
    else:
        for letter in some:
            letters.withdraw(people.as_person(ago(work, 400), budi), letter)
    drain(app, work)
    assert [mail["Subject"] for _, mail in mailbox.mails if "surat menunggu" in mail["Subject"]] == []
    assert [mail["Subject"] for _, mail in mailbox.mails if "belum dibuka" in mail["Subject"]] == []


def test_somebody_else_looking_at_it_opens_nothing(app, work, device, mailbox, budi, hadi):  # noqa: F811
    some = placed(past := ago(work, 31))
    told(past, some)
    read(ago(work, 20), some[0], budi)
    gatherings.note_opened(people.as_person(work, hadi))
    drain(app, work)
    assert mails(mailbox) == [("sari", "3 surat menunggu tanda tangan Anda")]


def test_then_the_drafter_hears_once_of_all_and_is_led_to_his_table(app, work, mailbox, service, budi):
    past = ago(work, 8 * 60 + 1)
    subscribe(work, "budi", service)
    merge = told(past, placed(past))
    drain(app, work)
    others = [(to[0].partition("@")[0], mail) for to, mail in mailbox.mails if "belum dibuka" in mail["Subject"]]
    ((to, mail),) = others
    plain, html = text_of(mail)
    assert to == "budi" and mail["Subject"] == "3 surat belum dibuka" and f"/merges/{merge.id}" in plain
    assert "Sari" in plain and "Rahasia dapur" not in plain + html
    (push,) = pushed(service)
    assert push["title"] == "3 surat belum dibuka" and push["navigate"].endswith(f"/merges/{merge.id}")
    assert outcomes(work, budi) == [("unopened", "mail", "sent", ""), ("unopened", "push", "sent", "")]


def test_the_deputy_is_told_instead_of_those_that_he_may_take_and_the_drafter_of_the_others(
    app, work, mailbox, service, hadi
):  # fmt: skip
    past = ago(work, 9 * 60)
    mandate = Factory(past).mandate(starts=-2)
    subscribe(work, "hadi", service)
    merge = handed_in(past, [*placed(past, 2), *placed(past, 1, confidentiality="rahasia")])
    tell(past, merge)
    tell(past, merge, "hadi", mandate)
    drain(app, work)
    offered, unopened = pushed(service)
    assert offered["title"] == "Ada 2 surat menunggu" and offered["body"] == "Sebagai pejabat pengganti."
    assert unopened["title"] == "2 surat belum dibuka" and unopened["navigate"].endswith("/letters?box=waiting")
    told_of = sorted(one for one in mails(mailbox) if "surat" in one[1])
    assert told_of == [
        ("budi", "1 surat belum dibuka"), ("hadi", "2 surat belum dibuka"),
        ("hadi", "2 surat menunggu Anda sebagai pejabat pengganti"), ("sari", "3 surat menunggu tanda tangan Anda"),
    ]  # fmt: skip
    assert not any("Rahasia" in got["text"] or "000.1.5" in got["text"] for got in service.received)


def test_where_the_drafter_is_gone_the_nearest_administrators_are_told(app, work, mailbox, budi):
    told(past := ago(work, 9 * 60), placed(past, 2))
    budi.disabled_at = work.now
    drain(app, work)
    others = [(to[0].partition("@")[0], text_of(mail)[0]) for to, mail in mailbox.mails if "dibuka" in mail["Subject"]]
    ((to, plain),) = others
    assert to == "admin" and "/unfinished" in plain and "/merges/" not in plain


def test_reviewers_come_first_and_the_signer_hears_once_of_what_they_initialled(app, work, service, mailbox):
    subscribe(work, "dewi", service)
    past = ago(work, 20)
    some = [Factory(past).planned("dewi", subject="Rahasia dapur") for _ in range(3)]
    merge = told(past, some)
    tell(past, merge, "dewi")
    drain(app, work)
    (note,) = pushed(service)
    assert note["title"] == "Ada 3 surat menunggu" and note["body"] == "Untuk diparaf."
    assert note["navigate"] == "http://localhost/letters?box=waiting", "an initial is given letter by letter"
    assert mails(mailbox) == []
    subscribe(work, "sari", service)
    for letter in some:
        Factory(ago(work, 1)).initial(letter, "dewi")
    drain(app, work)
    (_, note) = pushed(service)
    assert note["title"] == "Ada 3 surat menunggu" and note["body"] == "Untuk ditandatangani."
    assert note["navigate"].endswith(f"/batches/new?group={merge.id}")


def test_what_follows_slowly_rings_no_oftener_than_a_mail_would_come(app, work, device, service):  # noqa: F811
    past = ago(work, 5)
    some = [Factory(past).planned("dewi") for _ in range(3)]
    merge = handed_in(past, some)
    Factory(past).initial(some[0], "dewi")
    tell(past, merge)
    for letter in some[1:]:
        Factory(ago(work, 1)).initial(letter, "dewi")
    drain(app, work)
    (note,) = pushed(service)
    assert note["title"] == "Ada surat menunggu" and note["navigate"].endswith(f"/letters/{some[0].id}")
    waiting = [job for job in jobs(work, "gathering") if job.done_at is None]
    assert {job.run_at for job in waiting} == {past.now + timedelta(minutes=30)}
    work.session.execute(update(Gathering).values(asked_at=ago(work, 31).now))
    work.session.execute(update(Job).where(Job.done_at.is_(None)).values(run_at=work.now))
    drain(app, work)
    assert [note["title"] for note in pushed(service)[1:]] == ["Ada 2 surat menunggu"]


def test_who_wants_mail_twice_a_day_or_quiet_gets_it_so_but_for_the_most_urgent(
    app, work, device, service, mailbox, sari  # noqa: F811
):  # fmt: skip
    preferences.keep(people.as_person(work, sari), Rhythm.TWICE_DAILY, (0, 23 * 60 + 59))
    told(past := ago(work, 31), placed(past, 2))
    drain(app, work)
    (note,) = pushed(service)
    assert note["silent"] is True and mailbox.mails == []
    (mail,) = jobs(work, "mail")
    assert mail.run_at > datetime.now(UTC) and mail.attempts == 0
    told(past, placed(past, 2, urgency=Urgency.IMMEDIATE))
    drain(app, work)
    note = pushed(service)[-1]
    assert note["silent"] is False and note["body"].startswith("Sangat segera.")
    assert ("sari", "2 surat menunggu tanda tangan Anda") in mails(mailbox)


def test_several_tables_go_into_one_digest(app, work, mailbox, sari):
    preferences.keep(people.as_person(work, sari), Rhythm.HOURLY, None)
    past = ago(work, 120)
    for count in (2, 3):
        told(past, placed(past, count))
    drain(app, work)
    (mail,) = [mail for to, mail in mailbox.mails if to == ["sari@solok.example"]]
    plain = text_of(mail)[0]
    assert "2 surat menunggu" in plain and "3 surat menunggu" in plain and "Rahasia" not in plain


def test_in_an_hour_it_is_told_again_with_what_waits_still(app, page, work, device, service, sari):  # noqa: F811
    some = placed(work)
    told(work, some)
    drain(app, work)
    (note,) = pushed(service)
    path = note["actions"][1]["navigate"].removeprefix("http://localhost")
    letters.reject(people.as_person(work, sari), some[0], "Tidak sesuai.")
    work.session.commit()
    assert page.client.post(path).status_code == 204
    job = jobs(work, "push")[-1]
    assert job.run_at - job.created_at == reminders.DELAY
    job.run_at = work.now
    drain(app, work)
    assert pushed(service)[-1]["title"] == "Ada 2 surat menunggu"


def test_the_address_of_a_group_s_reminder_is_no_letter_s_and_cannot_be_made_up(page, work, sari):
    letter = Factory(work).submitted()
    alone = reminders.token(work, sari, letter)
    told(work, placed(work, 2))
    gathering = work.session.scalars(select(Gathering)).one()
    good = reminders.group_token(work, gathering)
    work.session.commit()
    before = len(jobs(work, "push"))
    work.session.commit()
    for typed in ("g" + alone, good[1:], good[:-1] + ("0" if good[-1] != "0" else "1"), "g1-1-1", "g"):
        assert page.client.post(f"/reminders/{typed}").status_code == 404
    assert len(jobs(work, "push")) == before


def test_nothing_is_told_of_an_empty_group(app, work, device, service, mailbox):  # noqa: F811
    """Every line of it was refused when it was handed in."""
    merge = merged(work, placed(work, 1))
    for row in merges.rows(work, merge):
        row.letter.version.prepared_sha256 = None
    drain(app, work)
    assert service.received == [] and mailbox.mails == []


def test_who_signs_one_by_one_is_led_to_what_waits_and_told_so(app, work, device, service, mailbox, sari):  # noqa: F811
    app.config["TEKEN"] = replace(app.config["TEKEN"], bsre_url="http://127.0.0.1:1")
    kept = BsreAccount(person_id=sari.id, certificate_name="SARI", created_at=work.now, registrar_id=sari.id)
    work.session.add(kept)
    told(past := ago(work, 31), placed(past, 2))
    drain(app, work)
    (note,) = pushed(service)
    assert note["navigate"] == "http://localhost/letters?box=waiting"
    plain = text_of(mailbox.mails[0][1])[0]
    assert "satu per satu" in plain and "sekaligus" not in plain and "/letters?box=waiting" in plain


def test_a_mail_that_an_older_release_queued_is_sent_all_the_same(app, work, sari, mailbox):
    notifications.tell(work, sari, Message.LETTERS_WAITING, merge_id=7, count=200)
    drain(app, work)
    ((_, mail),) = mailbox.mails
    assert mail["Subject"] == "200 surat menunggu tanda tangan Anda" and "/batches/new?group=7" in text_of(mail)[0]


def test_whose_account_ended_is_told_nothing_and_the_drafter_all_the_same(app, work, device, service, mailbox, sari):  # noqa: F811
    told(past := ago(work, 9 * 60), placed(past, 2))
    sari.disabled_at = work.now
    drain(app, work)
    assert service.received == [] and mails(mailbox) == [("budi", "2 surat belum dibuka")]


def test_what_was_recalled_and_given_again_before_anybody_was_told_counts_once(app, work, device, service, dewi):  # noqa: F811
    past, some = ago(work, 5), [Factory(ago(work, 5)).planned("dewi") for _ in range(2)]
    handed_in(past, some)
    for letter in some:
        Factory(past).initial(letter, "dewi")
    reviews.recall(people.as_person(past, dewi), some[0])
    Factory(past).initial(some[0], "dewi")
    drain(app, work)
    assert [note["title"] for note in pushed(service)] == ["Ada 2 surat menunggu"]
