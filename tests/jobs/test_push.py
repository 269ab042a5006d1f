"""What the official's devices are told, opened as a browser opens it."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from tests import people
from webapp.app import create_app
from webapp.domain import marks, subscriptions
from webapp.jobs import push
from webapp.models import Job, PushSubscription
from webapp.worker import run_one


@pytest.fixture
def config(config, service):
    return replace(config, push_hosts=(service.netloc,))


@pytest.fixture
def device(work, sari, service):
    """Sari's phone has asked to be told."""
    login = people.log_in(work, "sari").login
    return subscriptions.add(people.as_person(work, sari), login, **service.subscribe())


@pytest.fixture
def waiting(work, make, device):
    letter = make.submitted(urgency="sangat_segera", subject="Rahasia dapur")
    work.session.commit()
    return letter


def send(app, letter):
    push.run(app, person_id=letter.signer_id, letter_id=letter.id, control_code=marks.control_code(letter))


def test_the_device_gets_the_control_code_and_no_content(app, waiting, service, config):
    send(app, waiting)
    (got,) = service.received
    message = json.loads(got["text"])
    shown = message["notification"]
    assert message["web_push"] == 8030 and message["app_badge"] == "1"
    assert shown["title"] == "Ada surat menunggu" and marks.control_code(waiting) in shown["body"]
    assert shown["navigate"] == f"http://localhost/letters/{waiting.id}"
    for secret in (waiting.subject, waiting.number, waiting.addressee, "Sari", "Budi"):
        assert secret not in got["text"]
    assert got["ttl"] == push.TTL and got["urgency"] == "high"
    assert got["claims"]["key"] == subscriptions.vapid_public(config)


def test_the_key_for_push_services_is_the_same_after_a_restart(config):
    assert subscriptions.vapid_public(config) == subscriptions.vapid_public(replace(config))


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_device_is_forgotten(app, work, waiting, service, device, status):
    service.answers[device.endpoint.rsplit("/", 1)[-1]] = status, {}
    send(app, waiting)
    work.session.expire_all()
    assert work.session.scalars(select(PushSubscription)).all() == []


@pytest.mark.parametrize("status", [429, 500, 503, 302, 403])
def test_a_failing_service_means_another_try(app, work, waiting, service, device, status):
    service.answers[device.endpoint.rsplit("/", 1)[-1]] = status, {"location": "http://127.0.0.1:1/inner"}
    with pytest.raises(push.PushServiceDown):
        send(app, waiting)
    assert work.session.scalars(select(PushSubscription)).all()


def test_a_service_that_is_down_loses_no_notice(app, work, waiting, service, config, clock):
    service.close()
    while run_one(app):
        pass
    work.session.expire_all()
    job = work.session.scalars(select(Job).where(Job.kind == "push")).one()
    assert job.done_at is None and job.attempts == 1 and "ConnectionError" in job.error


def test_nobody_is_told_of_a_letter_that_waits_no_more(app, work, make, waiting, service):
    make.sign(waiting)
    work.session.commit()
    send(app, waiting)
    assert service.received == []


def test_a_host_taken_off_the_list_is_not_called(app, waiting, service, config):
    send(create_app(replace(config, push_hosts=())), waiting)
    assert service.received == []


def test_a_trial_arrives_without_a_letter(app, work, sari, device, service):
    subscriptions.send_trial(people.as_person(work, sari))
    work.session.commit()
    while run_one(app):
        pass
    (got,) = service.received
    shown = json.loads(got["text"])["notification"]
    assert shown["title"] == "Pemberitahuan Teken berfungsi" and shown["navigate"] == "http://localhost/settings"


def test_a_deputy_is_told_that_he_is_asked_as_one_and_with_no_code(app, work, make, service, hadi):
    """The control code would be that of the official's mark; after taking over there is another."""
    login = people.log_in(work, "hadi").login
    subscriptions.add(people.as_person(work, hadi), login, **service.subscribe())
    mandate = make.mandate()
    letter = make.submitted(subject="Rahasia dapur")
    work.session.commit()
    push.run(app, person_id=hadi.id, letter_id=letter.id, mandate_id=mandate.id)
    (got,) = service.received
    shown = json.loads(got["text"])["notification"]
    assert shown["body"] == "Sebagai pejabat pengganti." and letter.subject not in got["text"]
    make.take_over(letter)
    work.session.commit()
    letter_id = letter.id
    mandate.revoked_at = work.now
    work.session.commit()
    other = make.submitted()
    work.session.commit()
    push.run(app, person_id=hadi.id, letter_id=other.id, mandate_id=mandate.id)
    assert len(service.received) == 1 and letter_id, "what is not offered any more is not told"
