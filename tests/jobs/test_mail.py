"""Mail over a real SMTP server, and none of it lost while that is down."""

from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from tests import people
from webapp.domain import accounts, letters, marks, notifications, reviews
from webapp.domain.notifications import Message
from webapp.models import Job
from webapp.worker import run_one


@pytest.fixture
def config(config, mailbox):
    return replace(config, mail_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="Teken <teken@solok.example>")


def drain(app, work):
    work.session.commit()
    while run_one(app):
        pass
    work.session.expire_all()


def text_of(mail):
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def test_the_official_is_mailed_a_link_and_the_control_code(app, work, make, mailbox):
    letter = make.submitted(subject="Undangan Rapat <b>SPBE</b>")
    drain(app, work)
    ((to, mail),) = mailbox.mails
    plain, html = text_of(mail)
    assert to == ["sari@solok.example"] and mail["Auto-Submitted"] == "auto-generated"
    for body in (plain, html):
        assert f"http://localhost/letters/{letter.id}" in body and marks.control_code(letter) in body
    assert letter.subject in plain and "&lt;b&gt;SPBE" in html


@pytest.mark.parametrize("confidentiality", ["terbatas", "rahasia"])
def test_nothing_of_a_confidential_letter_is_mailed(app, work, make, mailbox, confidentiality):
    letter = make.submitted(subject="Mutasi jabatan", addressee="Kepala BKD", confidentiality=confidentiality)
    drain(app, work)
    ((_, mail),) = mailbox.mails
    for body in (mail["Subject"], *text_of(mail)):
        assert letter.subject not in body and letter.number not in body and letter.addressee not in body


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("message", list(Message))
def test_every_message_can_be_read_in_both_languages(app, work, make, sari, mailbox, message, language):
    sari.language = language
    offered = message == Message.LETTER_OFFERED  # Sari as Hadi's deputy
    letter = make.submitted(drafter="rudi", signer="hadi") if offered else make.submitted()
    facts = {"control_code": "8F3K", "change": "password"}
    if offered or message.startswith("mandate"):
        facts |= {"mandate_id": make.mandate("sari", principal="hadi").id, "count": 2}
    if message == Message.INVITATION:
        facts["invitation_id"] = accounts.invite(work, sari).id
    notifications.tell(work, sari, message, None if message == Message.INVITATION else letter, **facts)
    drain(app, work)
    mails = [mail for _, mail in mailbox.mails]
    assert all(mail["Subject"] and len(text_of(mail)[0]) > 60 for mail in mails)
    for mail in mails:
        assert "%(" not in str(mail) and "{{" not in text_of(mail)[0] and "{%" not in text_of(mail)[0]
        assert "\n" not in mail["Subject"]


def test_the_invitation_in_the_mail_opens(app, work, mailbox):
    joko = people.find(work, "joko")
    accounts.invite(work, joko)
    drain(app, work)
    plain, _ = text_of(mailbox.mails[-1][1])
    token = plain.partition("/invitations/")[2].split()[0]
    assert accounts.find_invitation(work, token).person_id == joko.id


def test_a_mail_server_that_is_down_loses_no_mail_and_delays_no_signature(app, work, make, mailbox):
    from webapp import db
    from webapp.domain import outbox

    mailbox.stop()
    letter = make.signed()
    assert letter.state == "signed"
    drain(app, work)
    waiting = [job for job in work.session.scalars(select(Job)) if job.kind == "mail" and job.done_at is None]
    assert {job.args["message"] for job in waiting} == {"letter_signed", "signed_in_your_name"}
    assert all("ConnectionRefused" in job.error for job in outbox.troubled(work) if job.kind == "mail")
    # The server is back, on its old port.
    again = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    again.start()
    try:
        for job in waiting:
            outbox.retry(work, job.id)
        drain(app, work)
        with db.unit(app.extensions["engine"], writes=False) as session:
            assert not session.scalars(select(Job).where(Job.done_at.is_(None), Job.kind == "mail")).all()
    finally:
        again.stop()
    assert len(mailbox.mails) == 2


def test_a_mail_about_a_withdrawn_letter_is_not_sent(app, work, make, mailbox, budi):
    letter = make.submitted()
    letters.withdraw(people.as_person(work, budi), letter)
    drain(app, work)
    assert [mail["Subject"] for _, mail in mailbox.mails if "menunggu" in mail["Subject"].lower()] == []


@pytest.mark.parametrize(("language", "said"), [("id", "menunggu paraf Anda"), ("en", "waiting for your initial")])
def test_a_reviewer_is_told_that_an_initial_is_asked_and_the_signer_only_when_it_is_his_turn(
    app, work, make, mailbox, dewi, language, said
):
    dewi.language = language
    letter = make.in_review("dewi", confidentiality="terbatas", subject="Hal yang terbatas")
    drain(app, work)
    ((to, mail),) = mailbox.mails
    plain = mail.get_body(("plain",)).get_content()
    assert to == ["dewi@solok.example"] and said in mail["Subject"] and said in plain
    assert marks.control_code(letter) in plain and f"/letters/{letter.id}" in plain
    assert "terbatas" not in mail.as_string() and letter.number not in mail.as_string()
    make.initial(letter, "dewi")
    drain(app, work)
    to, mail = mailbox.mails[-1]
    assert to == ["sari@solok.example"] and "menunggu tanda tangan Anda" in mail["Subject"]


def test_what_was_given_to_somebody_else_is_not_mailed_to_the_first(app, work, make, mailbox, dewi, lina):
    letter = make.in_review("dewi")
    reviews.reassign(make.person("admin"), letter, letter.chain[0].id, lina.id, "Dewi sedang cuti.")
    drain(app, work)
    told = [(to[0].partition("@")[0], "menunggu" in mail["Subject"]) for to, mail in mailbox.mails]
    assert sorted(told) == [("budi", False), ("dewi", False), ("lina", True)]
