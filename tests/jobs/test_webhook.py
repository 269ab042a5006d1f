"""What an office's system is told: signed, retried, never to an inner address, never with content."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests import factories, people
from tests.jobs.webhook_receiver import Receiver, verify
from webapp import outbound
from webapp.domain import audit, letters, tokens, webhooks
from webapp.domain.errors import Forbidden
from webapp.domain.webhooks import EVENTS
from webapp.jobs import webhook
from webapp.models import Confidentiality, Job, Letter, Office, Webhook, WebhookDelivery
from webapp.worker import run_one


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def config(config, receiver):
    return replace(config, webhook_hosts=(receiver.netloc,))


@pytest.fixture
def hook(work, receiver):
    """The receiver is told of everything in Sari's and Budi's office."""
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    admin = people.as_person(work, people.find(work, "admin"))
    made, receiver.secret = webhooks.register(admin, setda, url=f"http://{receiver.netloc}/in?x=1", events=[*EVENTS])
    work.session.commit()
    return made


def deliveries(work):
    work.session.rollback()
    work.session.expire_all()
    return work.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).unique().all()


def run_all(app, work):
    """All webhook jobs that are due, by the worker as it is; a failure waits for its time."""
    work.session.execute(update(Job).where(Job.kind != "webhook").values(done_at=work.now))
    work.session.commit()
    while run_one(app):
        pass


def make_due(work, *, rested: bool = True):
    work.session.rollback()
    work.session.execute(update(Job).where(Job.kind == "webhook").values(run_at=work.now - timedelta(days=1)))
    if rested:
        work.session.execute(update(Webhook).values(rests_until=None))
    work.session.commit()


def test_each_change_is_told_with_a_signature_that_holds(app, work, make, receiver, hook):
    make.replaced()
    make.returned()
    make.withdrawn()
    make.rejected()
    make.revoked()
    work.session.commit()
    run_all(app, work)
    told = [payload["type"] for _, payload in receiver.received]
    assert set(told) == set(EVENTS) and not receiver.refused
    headers, payload = receiver.received[0]
    assert payload["data"]["state"] == "submitted" and payload["data"]["url"].endswith(f"/{payload['data']['id']}")
    assert headers["Content-Type"] == "application/json" and headers["Host"] == receiver.netloc
    assert all(one.delivered_at and one.status == 204 for one in deliveries(work))


def test_no_content_of_a_letter_leaves(app, work, make, receiver, hook):
    letter = make.signed(subject="Mutasi pejabat")
    work.session.commit()
    run_all(app, work)
    text = json.dumps(receiver.received)
    for secret in (letter.subject, letter.number, letter.addressee, letter.code, "Sari", "Budi"):
        assert secret not in text


def test_a_forged_or_changed_message_does_not_verify(app, work, make, receiver, hook, config):
    """The control of the receiver: it refuses what is not signed exactly so."""
    one = {"webhook-id": "msg_1", "webhook-timestamp": str(int(time.time()))}
    signature = webhooks.sign(config, hook, "msg_1", int(one["webhook-timestamp"]), '{"a":1}')
    verify(receiver.secret, one | {"webhook-signature": signature}, b'{"a":1}')
    changed = [(b'{"a":2}', {}), (b'{"a":1}', {"webhook-id": "msg_2"}), (b'{"a":1}', {"webhook-timestamp": "1"})]
    for body, headers in changed:
        with pytest.raises(AssertionError):
            verify(receiver.secret, one | {"webhook-signature": signature} | headers, body)


def test_for_a_day_a_receiver_may_have_either_secret_then_the_new_one_alone(app, work, make, receiver, hook, config):
    admin, old = people.as_person(work, people.find(work, "admin")), receiver.secret
    new = webhooks.renew_secret(admin, hook)
    for receiver.secret in (old, new):
        make.submitted()
        work.session.commit()
        run_all(app, work)
    assert len(receiver.received) == 2 and not receiver.refused
    until = int(hook.old_secret_until.timestamp())
    assert until == int((work.now + timedelta(hours=24)).timestamp())
    for at, secrets in ((until - 1, {old, new}), (until, {new}), (until + 9, {new})):
        signature = webhooks.sign(config, hook, "msg_1", at, "{}")
        assert len(signature.split(" ")) == len(secrets)
        for secret in (old, new):
            assert holds(secret, at, signature) is (secret in secrets)
    webhooks.forget_old(factories.later(work, 86_399))
    assert hook.old_secret_sealed
    webhooks.forget_old(factories.later(work, 86_400))
    work.session.refresh(hook)
    assert (hook.old_secret_sealed, hook.old_secret_until) == (None, None)
    told = [entry.facts for entry in audit.latest(work, limit=100) if "secret" in entry.event]
    assert len(told) == 1 and "old_until" in told[0] and new not in told[0] and old not in told[0]


def holds(secret, at, signature):
    """Whether a receiver with this secret takes an empty message that was sent now, signed as at that time."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, f"msg_1.{at}.{{}}".encode(), hashlib.sha256).digest()).decode()
    return f"v1,{wanted}" in signature.split(" ")


def test_a_second_renewal_replaces_the_secret_that_nobody_saw_and_keeps_the_receivers(work, receiver, hook, config):
    admin, old = people.as_person(work, people.find(work, "admin")), receiver.secret
    lost, new = webhooks.renew_secret(admin, hook), webhooks.renew_secret(factories.later(admin, 60), hook)
    signature = webhooks.sign(config, hook, "msg_1", int(work.now.timestamp()), "{}")
    assert [holds(one, int(work.now.timestamp()), signature) for one in (old, lost, new)] == [True, False, True]


def test_a_leaked_old_secret_is_ended_at_once(work, receiver, hook, config):
    admin = people.as_person(work, people.find(work, "admin"))
    new = webhooks.renew_secret(admin, hook)
    webhooks.end_old_secret(admin, hook)
    assert hook.old_secret_sealed is None
    signature = webhooks.sign(config, hook, "msg_1", int(work.now.timestamp()), "{}")
    assert [holds(one, int(work.now.timestamp()), signature) for one in (receiver.secret, new)] == [False, True]


@pytest.mark.parametrize("login", ["sari", "budi", "agus", "rudi"])
def test_only_an_administrator_of_its_office_changes_a_secret(work, hook, login):
    before = hook.secret_sealed
    for command in (webhooks.renew_secret, webhooks.end_old_secret):
        with pytest.raises(Forbidden):
            command(people.as_person(work, people.find(work, login)), hook)
    assert hook.secret_sealed == before


def test_a_receiver_that_fails_then_succeeds_gets_it_once_under_the_same_id(app, work, make, receiver, hook):
    receiver.answers = [(500, {}), (503, {})]
    make.submitted()
    work.session.commit()
    run_all(app, work)
    (one,) = deliveries(work)
    assert (one.attempts, one.status, one.delivered_at) == (1, 500, None)
    job = work.session.scalars(select(Job).where(Job.kind == "webhook")).one()
    assert job.run_at > work.now and "500" in job.error and job.given_up_at is None
    for expected in (2, 3):
        make_due(work)
        run_all(app, work)
        assert deliveries(work)[0].attempts == expected
    assert [headers["webhook-id"] for headers, _ in receiver.received] == [one.message_id]
    make_due(work)
    webhook.run(app, one.id)
    assert receiver.seen == 3, "a job that runs twice sends nothing twice"


def test_a_dead_receiver_rests_and_does_not_hold_up_the_worker(app, work, make, receiver, hook):
    receiver.answers = [(500, {})] * 9
    for _ in range(5):
        make.submitted()
    work.session.commit()
    run_all(app, work)
    assert receiver.seen == 1, "the other four wait until it has rested"
    attempts = work.session.scalars(select(Job.attempts).where(Job.kind == "webhook")).all()
    assert sorted(attempts) == [0, 0, 0, 0, 1], "which is no attempt of theirs"
    make_due(work)
    run_all(app, work)
    assert receiver.seen == 2


def test_what_was_rolled_back_is_not_told(work, make, hook):
    make.submitted()
    work.session.rollback()
    assert deliveries(work) == [] and work.session.query(Job).filter_by(kind="webhook").count() == 0


def test_a_redirect_is_not_followed(app, work, make, receiver, hook):
    inner = Receiver()
    receiver.answers = [(status, {"Location": f"http://{inner.netloc}/inner"}) for status in (301, 302, 303, 307, 308)]
    make.submitted()
    work.session.commit()
    for status in (301, 302, 303, 307, 308):
        run_all(app, work)
        assert deliveries(work)[0].status == status and deliveries(work)[0].delivered_at is None
        make_due(work)
    assert inner.seen == 0
    inner.close()


def test_a_receiver_that_is_gone_is_told_no_more(app, work, make, receiver, hook):
    receiver.answers = [(410, {})]
    make.submitted()
    work.session.commit()
    run_all(app, work)
    work.session.refresh(hook)
    assert hook.ended_at is not None
    make.submitted()
    work.session.commit()
    assert len(deliveries(work)) == 1


def test_an_answer_that_drips_is_cut(app, work, make, receiver, hook, monkeypatch):
    monkeypatch.setattr(outbound, "WHOLE", 1.0)
    receiver.drip = 0.2  # each byte is in time, the whole never
    make.submitted()
    work.session.commit()
    start = time.monotonic()
    run_all(app, work)
    assert time.monotonic() - start < 5 and deliveries(work)[0].error
    time.sleep(0.5)
    assert receiver.refused == ["cut"]


def test_the_operators_word_alone_lets_in_an_inner_host(app, work, make, receiver, hook, config):
    """The same row, without WEBHOOK_HOSTS: not connected to."""
    make.submitted()
    work.session.commit()
    app.config["TEKEN"] = replace(config, webhook_hosts=())
    run_all(app, work)
    assert receiver.seen == 0 and deliveries(work)[0].error == "not https"


def test_secret_letters_are_told_of_only_where_a_system_handed_them_in(work, make, hook):
    make.signed(confidentiality=Confidentiality.SECRET)
    work.session.commit()
    assert deliveries(work) == []
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    token, _ = tokens.create(
        people.as_person(work, people.find(work, "admin")), setda, name="S", scopes=["letters:submit"], days=1
    )
    letter = make.draft(confidentiality=Confidentiality.SECRET)
    letter.drafter = token.person
    work.session.flush()
    make.place(letter)
    letters.submit(people.as_person(work, token.person), letter)
    work.session.commit()
    assert [one.letter_id for one in deliveries(work)] == [letter.id]


def test_another_offices_letters_are_not_told_of(work, make, hook):
    make.submitted(drafter="rudi", signer="hadi")
    work.session.commit()
    assert deliveries(work) == []


def test_an_administrator_sends_again_and_a_trial(app, work, make, receiver, hook):
    admin = people.as_person(work, people.find(work, "admin"))
    make.submitted()
    work.session.commit()
    run_all(app, work)
    (one,) = deliveries(work)
    webhooks.send_again(admin, work.session.get(Webhook, hook.id), one.id)
    webhooks.send_trial(admin, work.session.get(Webhook, hook.id))
    work.session.commit()
    run_all(app, work)
    ids = [headers["webhook-id"] for headers, _ in receiver.received]
    assert ids[0] == ids[1] != ids[2] and receiver.received[2][1]["type"] == "webhook.trial"


def test_what_is_delivered_leaves_the_log_after_a_while(app, work, make, receiver, hook):
    make.submitted()
    work.session.commit()
    run_all(app, work)
    webhooks.forget_old(factories.later(work, timedelta(days=89).total_seconds()))
    assert len(work.session.query(WebhookDelivery).all()) == 1
    webhooks.forget_old(factories.later(work, timedelta(days=91).total_seconds()))
    assert work.session.query(WebhookDelivery).all() == []
    assert work.session.query(Letter).count() == 1
