"""Signed letters go out to addressees and copies, each by a mail of his own over a real SMTP server."""

import email.policy
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests import people
from tests.smtp import Mailbox
from webapp.domain import audit, deliveries, documents, letters, outbox, personal_links, recipients
from webapp.domain.audit import Event
from webapp.models import Confidentiality, Delivery, DeliveryState, Job, Manner, RecipientKind
from webapp.worker import run_one

OUTSIDE, SECOND = "arsip@nagari.example", "camat@kubung.example"


@pytest.fixture
def mailbox():
    made = Mailbox()
    yield made
    made.stop()


@pytest.fixture
def config(config, mailbox):
    return replace(config, mail_url=f"smtp://127.0.0.1:{mailbox.port}", mail_from="Teken <teken@solok.example>")


def drain(app, work):
    work.session.commit()
    while run_one(app):
        pass
    work.session.expire_all()


def again(app, work):
    """As if the back-off had passed."""
    work.session.execute(update(Job).where(Job.done_at.is_(None)).values(run_at=work.now - timedelta(days=1)))
    drain(app, work)


def listed(make, *addresses, kind=RecipientKind.COPY, **facts):
    letter = make.placed(**facts)
    for number, address in enumerate(addresses):
        recipients.add(make.person("budi"), letter, kind, f"Penerima {number}", address)
    letters.submit(make.person("budi"), letter)
    return letter


def sent(app, work, make, *addresses, **facts):
    letter = make.sign(listed(make, *addresses, **facts))
    drain(app, work)
    return letter


def texts(mail):
    return [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]


def states(work, letter):
    return [one.state for recipient in deliveries.of(work, letter) for one in recipient.deliveries]


def test_each_gets_the_very_file_that_lasts_and_nobody_sees_the_others(app, work, make, mailbox):
    letter = sent(app, work, make, OUTSIDE, SECOND, subject="Rapat <b>SPBE</b>")
    for address, other in ((OUTSIDE, SECOND), (SECOND, OUTSIDE)):
        (mail,) = mailbox.to(address)
        (attached,) = mail.iter_attachments()
        assert attached.get_content_type() == "application/pdf" and attached.get_filename().endswith(".pdf")
        assert hashlib.sha256(attached.get_content()).hexdigest() == letter.signature.archived_sha256
        assert other not in mail.as_string() and mail["Cc"] is None and mail["Bcc"] is None
        assert mail["Subject"] == "Tembusan surat: Rapat <b>SPBE</b>"
        plain, html = texts(mail)
        assert f"/v/{letter.code[:4]}-" in plain and letter.number in plain and "Sekretariat Daerah" in plain
        assert "&lt;b&gt;SPBE" in html and "2026" in plain and "WIB" in plain
    assert states(work, letter) == ["sent", "sent"]


def test_an_addressee_and_somebody_inside(app, work, make, mailbox, rudi):
    letter = make.placed()
    recipients.add_person(make.person("budi"), letter, RecipientKind.ADDRESSEE, rudi.id)
    recipients.add(make.person("budi"), letter, RecipientKind.COPY, "Arsip tercetak")
    rudi.language = "en"
    letters.submit(make.person("budi"), letter)
    make.sign(letter)
    drain(app, work)
    (mail,) = mailbox.to("rudi@solok.example")
    assert mail["Subject"].startswith("A letter for you") and "Rudi" in str(mail["To"])
    assert states(work, letter) == ["sent"], "on paper nothing is mailed"


def test_nothing_is_sent_before_the_signature_and_the_signature_writes_nothing_for_it(app, work, make, mailbox):
    letter = listed(make, OUTSIDE)
    drain(app, work)
    assert mailbox.to(OUTSIDE) == []
    make.sign(letter)
    assert work.session.scalar(select(func.count(Delivery.id))) == 0
    kinds = set(work.session.scalars(select(Job.kind).where(Job.done_at.is_(None))))
    assert kinds == {"archive", "mail", "push", "ladder"}, "the last is from when it was submitted"


def test_a_restricted_letter_is_a_link_and_the_code_goes_another_way(app, work, make, mailbox):
    letter = sent(app, work, make, OUTSIDE, confidentiality=Confidentiality.RESTRICTED, subject="Mutasi jabatan")
    (mail,) = mailbox.to(OUTSIDE)
    assert not list(mail.iter_attachments())
    whole = mail.as_string(policy=email.policy.default)
    assert "Mutasi" not in whole and letter.number not in whole and letter.code not in whole
    plain, _ = texts(mail)
    token = plain.partition("/copies/")[2].split()[0]
    delivery = personal_links.find(work, token)
    assert delivery.manner == Manner.PERSONAL
    stored = [str(value) for value in delivery.__dict__.values()]
    assert token not in " ".join(stored) and token.partition("-")[2] not in " ".join(stored), "not kept"
    code = personal_links.make_code(make.person("budi"), letter, delivery.id)
    assert code not in " ".join(str(value) for value in delivery.__dict__.values())
    pdf = personal_links.fetch(work, delivery, f"{code[:4]} {code[4:]}")
    assert pdf == documents.get(work.config, letter.signature.file_sha256)


@pytest.mark.parametrize("confidentiality", [Confidentiality.SECRET, Confidentiality.TOP_SECRET])
def test_of_a_secret_letter_nothing_goes_by_mail(app, work, make, mailbox, confidentiality):
    letter = sent(app, work, make, OUTSIDE, confidentiality=confidentiality, subject="Hal yang rahasia")
    (mail,) = mailbox.to(OUTSIDE)
    whole = "".join((mail.as_string(), *texts(mail)))
    for part in (letter.subject, letter.number, letter.code, letter.code[:4] + "-", "/v/", "/copies/", "/letters/"):
        assert part not in whole, part
    assert not list(mail.iter_attachments()) and "tidak dikirim melalui surel" in texts(mail)[0]


def test_a_large_file_is_a_link(app, work, make, mailbox, monkeypatch):
    monkeypatch.setattr(deliveries, "MOST_ATTACHED", 1000)
    sent(app, work, make, OUTSIDE)
    (mail,) = mailbox.to(OUTSIDE)
    assert not list(mail.iter_attachments()) and "terlalu besar" in texts(mail)[0] and "/v/" in texts(mail)[0]


def test_however_often_a_job_runs_each_gets_one_mail(app, work, make, mailbox):
    letter = sent(app, work, make, OUTSIDE)
    for _ in range(2):
        deliveries.begin(work, letter.signature.id)
    for delivery_id in list(work.session.scalars(select(Delivery.id))):
        outbox.add(work, "delivery", delivery_id=delivery_id)
    outbox.add(work, "archive", signature_id=letter.signature.id)
    drain(app, work)
    assert len(mailbox.to(OUTSIDE)) == 1


def test_a_server_that_is_away_loses_nothing(app, work, make, mailbox):
    mailbox.stop()
    letter = sent(app, work, make, OUTSIDE)
    (delivery,) = deliveries.of(work, letter)[0].deliveries
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.QUEUED, 1, "ConnectionRefusedError")
    mailbox.start()
    again(app, work)
    assert states(work, letter) == ["sent"] and len(mailbox.to(OUTSIDE)) == 1
    assert delivery.attempts == 2 and delivery.error == ""


def test_an_address_that_is_refused_for_good_is_told_and_not_tried_again(app, work, make, mailbox):
    mailbox.refusals = {OUTSIDE: "550 5.1.1 No such user here"}
    letter = sent(app, work, make, OUTSIDE, SECOND)
    assert states(work, letter) == ["refused", "sent"]
    (delivery,) = deliveries.of(work, letter)[0].deliveries
    assert delivery.error == "550 5.1.1 No such user here"
    again(app, work)
    assert states(work, letter) == ["refused", "sent"] and not outbox.troubled(work)
    mailbox.refusals = {}
    deliveries.send_again(make.person("budi"), letter, delivery.recipient_id)
    drain(app, work)
    assert states(work, letter) == ["refused", "sent", "sent"] and len(mailbox.to(OUTSIDE)) == 1
    events = [entry.event for entry in audit.of_letter(work, letter)]
    assert events.count(Event.COPY_REFUSED) == 1 and events.count(Event.COPY_SENT) == 2


def test_greylisting_is_tried_again_and_in_the_end_given_up_visibly(app, work, make, mailbox):
    mailbox.refusals = {OUTSIDE: "451 4.7.1 Try again later"}
    letter = sent(app, work, make, OUTSIDE)
    assert states(work, letter) == ["queued"]
    for _ in range(outbox.MAX_ATTEMPTS):
        again(app, work)
    assert states(work, letter) == ["failed"]
    (job,) = outbox.troubled(work)
    assert job.kind == "delivery" and job.given_up_at is not None
    mailbox.refusals = {}
    outbox.retry(work, job.id)
    drain(app, work)
    assert states(work, letter) == ["sent"]


def test_who_has_a_revoked_letter_is_told_and_its_links_close(app, work, make, mailbox):
    letter = sent(app, work, make, OUTSIDE, confidentiality=Confidentiality.RESTRICTED)
    (delivery,) = deliveries.of(work, letter)[0].deliveries
    token = personal_links.token(work, delivery)
    letters.revoke(make.person("sari"), letter, "Dicabut karena keliru.")
    drain(app, work)
    first, second = mailbox.to(OUTSIDE)
    assert "dicabut dan tidak berlaku lagi" in texts(second)[0] and letter.number not in second.as_string()
    from webapp.domain.errors import NotFound

    with pytest.raises(NotFound):
        personal_links.find(work, token)
    assert first["Message-ID"] != second["Message-ID"]


def test_who_has_a_replaced_letter_is_told_and_who_was_sent_nothing_is_not(app, work, make, mailbox):
    letter, successor = sent(app, work, make, OUTSIDE), make.signed()
    recipients.add(make.person("budi"), letter, RecipientKind.COPY, "Di kertas")
    letters.replace(make.person("sari"), letter, successor.number, "Diganti yang baru.")
    drain(app, work)
    assert mailbox.to(OUTSIDE)[-1]["Subject"] == f"Surat diganti: {letter.number}"
    assert len(mailbox.to(OUTSIDE)) == 2


def test_a_letter_revoked_before_its_mail_went_out_is_not_sent(app, work, make, mailbox):
    mailbox.stop()
    letter = make.sign(listed(make, OUTSIDE))
    signature_id = letter.signature.id
    deliveries.begin(work, signature_id)
    letters.revoke(make.person("sari"), letter, "Dicabut karena keliru.")
    mailbox.start()
    drain(app, work)
    assert mailbox.to(OUTSIDE) == [] and states(work, letter) == ["cancelled"]


def test_a_dead_time_stamp_authority_delays_recipients_for_half_an_hour_only(app, work, make, mailbox, monkeypatch):
    from webapp.jobs import archive

    def dead(*_):
        raise OSError("no answer")

    monkeypatch.setattr(archive.archives, "extend", dead)
    letter = make.sign(listed(make, OUTSIDE))
    drain(app, work)
    assert mailbox.to(OUTSIDE) == []
    letter.signature.signed_at -= timedelta(minutes=31)
    work.session.commit()
    again(app, work)
    (mail,) = mailbox.to(OUTSIDE)
    (attached,) = mail.iter_attachments()
    assert hashlib.sha256(attached.get_content()).hexdigest() == letter.signature.sha256


def test_a_mail_sent_twice_by_a_worker_that_died_in_between_is_one_to_its_reader(app, work, make, mailbox):
    """Nothing can make SMTP exactly once; the same Message-ID lets readers and servers drop the second."""
    letter = sent(app, work, make, OUTSIDE)
    (delivery,) = deliveries.of(work, letter)[0].deliveries
    delivery.state = DeliveryState.QUEUED  # as if the note of it had been lost
    outbox.add(work, "delivery", delivery_id=delivery.id)
    drain(app, work)
    first, second = mailbox.to(OUTSIDE)
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("name", ["Camat\r\nBcc: lain@example.com", "Camat, lain@example.com", '"; lain@example.com;'])
def test_a_name_adds_no_header_and_no_recipient(app, work, make, mailbox, name):
    letter = make.placed(subject="Rapat")
    recipients.add(make.person("budi"), letter, RecipientKind.COPY, name, OUTSIDE)
    letters.submit(make.person("budi"), letter)
    make.sign(letter)
    drain(app, work)
    (mail,) = mailbox.to(OUTSIDE)
    assert [one.addr_spec for one in mail["To"].addresses] == [OUTSIDE] and mail["Bcc"] is None
    assert not any("lain@example.com" in address for told, _ in mailbox.mails for address in told)


def test_added_after_the_signature_it_goes_out_at_once(app, work, make, mailbox):
    letter = sent(app, work, make)
    recipients.add(make.person("budi"), letter, RecipientKind.COPY, "Camat", OUTSIDE)
    drain(app, work)
    assert len(mailbox.to(OUTSIDE)) == 1


def test_an_account_that_was_closed_meanwhile_gets_nothing(app, work, make, mailbox, rudi):
    letter = make.placed()
    recipients.add_person(make.person("budi"), letter, RecipientKind.COPY, rudi.id)
    letters.submit(make.person("budi"), letter)
    people.find(work, "rudi").disabled_at = work.now
    make.sign(letter)
    drain(app, work)
    assert mailbox.to("rudi@solok.example") == []
