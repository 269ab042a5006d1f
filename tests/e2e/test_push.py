"""Notifications: from the switch in the settings to the letter that opens with a tap.

There is no push service of a browser vendor here. PushManager.subscribe gives the address of one on loopback, which
checks and opens what the product sends; what it opened goes into the real service worker by the DevTools protocol.
"""

from __future__ import annotations

import json
import time

import pytest
from sqlalchemy import delete, select

from tests import people
from tests.e2e.watch import ready, shot, wait
from tests.e2e.worker import SHOWN, TAP, until, wake
from tests.factories import Factory
from tests.jobs.merged import merged
from webapp.domain import approvals, keys, suspensions
from webapp.models import Job, Letter, PushSubscription

SUBSCRIBE = """(subscription) => {
  const made = {...subscription, options: {userVisibleOnly: true}, toJSON: () => subscription,
                unsubscribe: async () => { localStorage.removeItem('stub'); return true; }};
  PushManager.prototype.subscribe = async function (options) {
    localStorage.stub = JSON.stringify([options.userVisibleOnly, options.applicationServerKey.length]);
    return made;
  };
  PushManager.prototype.getSubscription = async () => localStorage.stub ? made : null;
}"""
STATUS = "document.querySelector('[data-behaviour=push-subscription] [data-part=status]')"


@pytest.fixture
def switched_on(installed, log_in, product):
    """switched_on("sari"): that person's phone with notifications, the only one that is told."""

    def switch_on(login):
        product.do(lambda work: work.session.execute(delete(PushSubscription)))
        product.push.received.clear()
        page = installed()
        device = product.push.subscribe()
        keys = {name: device[name] for name in ("p256dh", "auth")}
        page.context.add_init_script(f"({SUBSCRIBE})({json.dumps({'endpoint': device['endpoint'], 'keys': keys})})")
        page.context.grant_permissions(["notifications"], origin=product.url)
        log_in(page, login)
        wait(page, "navigator.serviceWorker.controller !== null")
        page.goto(f"{product.url}/settings")
        ready(page)
        page.tap("button:has-text('Nyalakan pemberitahuan')")
        wait(page, f"{STATUS}.textContent.includes('menyala')")
        return page

    yield switch_on
    product.do(lambda work: work.session.execute(delete(PushSubscription)))  # whom a phone tells gets mail later


@pytest.fixture
def told(switched_on):
    return switched_on("sari")


@pytest.fixture
def thaw(product):
    """Hadi's certificate counts again afterwards, whatever the test came to."""
    yield

    def resume(work):
        registrar = people.as_person(work, people.find(work, "rina"))
        key = keys.find(work, people.find(work, "hadi"))
        if key.certificate.suspended_at is not None:
            suspensions.resume(registrar, key.certificate)

    product.do(resume)


def deliver(page, product, data):
    """As the browser's push service would: straight into the service worker, which must have finished starting."""
    wait(page, "navigator.serviceWorker.ready.then(worker => worker.active.state === 'activated')")
    wake(page, product, "deliverPushMessage", data=data)


def shown(page, count, seconds=10, again=None):
    """The notifications. `again` delivers once more halfway: DevTools drops a message to a worker that just stopped."""
    end = time.monotonic() + seconds
    while len(found := page.evaluate(SHOWN)) < count:
        assert time.monotonic() < end, f"{len(found)} notifications, not {count}: {found}"
        if again and time.monotonic() > end - seconds / 2:
            again, _ = None, again()
        page.wait_for_timeout(50)
    return found


def received(product, page, count=1):
    end = time.monotonic() + 15
    while len(product.push.received) < count:
        assert time.monotonic() < end, f"the worker sent {len(product.push.received)} messages"
        page.wait_for_timeout(50)
    return product.push.received[-1]


def test_a_tap_on_the_notification_opens_the_letter(told, product):
    shot(told, "push-on")
    is_visible, key_length = json.loads(told.evaluate("localStorage.stub"))
    assert is_visible is True and key_length == 65
    letter_id = product.letter(subject="Rahasia negara yang tidak boleh bocor", number="000.1.5/777/UM-2026")
    sent = received(product, told)
    message = json.loads(sent["text"])
    notification = message["notification"]
    assert notification["title"] == "Ada surat menunggu"
    assert product.control_code(letter_id) in notification["body"]
    for secret in ("Rahasia negara", "777", "Kepala Perangkat", "Budi"):
        assert secret not in sent["text"], f"{secret} is told to a foreign service"
    assert sent["ttl"] >= 3600 and int(message["app_badge"]) >= 1

    deliver(told, product, sent["text"])
    (note,) = shown(told, 1, again=lambda: deliver(told, product, sent["text"]))
    assert note["title"] == notification["title"] and note["url"] == f"{product.url}/letters/{letter_id}"
    deliver(told, product, sent["text"])
    told.wait_for_timeout(300)
    assert len(shown(told, 1)) == 1, "the same letter is told of twice"
    told.context.service_workers[0].evaluate(TAP, [notification["tag"], ""])
    wait(told, f"location.pathname === '/letters/{letter_id}'")
    wait(told, "document.querySelector(\".actions a[href='#setujui']\") !== null")
    assert told.evaluate(SHOWN) == []


def test_its_buttons_remind_in_an_hour_and_freeze_a_certificate_without_a_log_in(switched_on, product, thaw):
    page = switched_on("hadi")
    here = page.url
    letter_id = product.letter(drafter="rudi", signer="hadi")
    sent = received(product, page)
    tag = json.loads(sent["text"])["notification"]["tag"]
    deliver(page, product, sent["text"])
    shown(page, 1, again=lambda: deliver(page, product, sent["text"]))
    page.context.service_workers[0].evaluate(TAP, [tag, "remind"])
    until(page, lambda: product.do(lambda work: reminders_of(work, letter_id)) == 1, "no reminder was queued")
    until(page, lambda: page.evaluate(SHOWN) == [], "the notification stays, as if nothing had been sent")
    assert page.url == here, "a reminder opens nothing"

    product.do(lambda work: Factory(work).sign(work.session.get_one(Letter, letter_id)).id)
    sent = received(product, page, count=2)
    notification = json.loads(sent["text"])["notification"]
    assert notification["tag"] == f"signed-{letter_id}"
    deliver(page, product, sent["text"])
    shown(page, 1, again=lambda: deliver(page, product, sent["text"]))
    page.context.clear_cookies()  # whoever has the phone may have logged out: the address alone is the right to it
    page.context.service_workers[0].evaluate(TAP, [notification["tag"], "freeze"])
    wait(page, "location.pathname.startsWith('/freezes/')")
    ready(page)
    shot(page, "push-freeze")
    page.tap("button:has-text('Bekukan sekarang')")
    wait(page, "document.querySelector('h1').textContent.includes('dibekukan')")
    assert product.do(lambda work: keys.find(work, people.find(work, "hadi")).certificate.suspended_at) is not None


def test_the_letters_of_a_table_ring_once_and_a_tap_opens_them_as_a_group(told, product, open_page, log_in):
    secret = "Rahasia negara yang tidak boleh bocor"
    ids = [product.letter("placed", subject=secret, number=f"000.1.5/77{one}/UM-2026") for one in range(3)]
    merge_id = product.do(lambda work: merged(work, [work.session.get_one(Letter, one) for one in ids]).id)
    sent = received(product, told)
    notification = json.loads(sent["text"])["notification"]
    assert notification["title"] == "Ada 3 surat menunggu" and notification["body"] == "Untuk ditandatangani."
    for word in ("Rahasia negara", "000.1.5", "Kepala Perangkat", "Budi", "Sertifikat"):
        assert word not in sent["text"], f"{word} is told to a foreign service"
    deliver(told, product, sent["text"])
    shown(told, 1, again=lambda: deliver(told, product, sent["text"]))
    told.context.service_workers[0].evaluate(TAP, [notification["tag"], ""])
    wait(told, f"location.pathname + location.search === '/batches/new?group={merge_id}'")
    ready(told)
    assert told.locator("input[name=letter]").count() == 3
    shot(told, "push-group")
    product.do(lambda work: read_all(work, ids))
    told.reload()
    ready(told)
    told.click("text=Lanjutkan dengan 3 surat")
    wait(told, "/^\\/batches\\/\\d+$/.test(location.pathname) && document.readyState === 'complete'")
    ready(told)
    told.click("a:has-text('Setujui 3 surat')")
    told.fill("#setujui [name=code]", product.code_of("sari"))
    told.click("dialog button:has-text('Tanda tangani')")
    wait(told, "document.querySelector('h1').textContent.includes('ditandatangani')", 30)
    rung = [json.loads(one["text"])["notification"]["title"] for one in product.push.received]
    assert rung.count("Ada 3 surat menunggu") == 1 and "Ada surat menunggu" not in rung, (
        "once for all, and for none alone"
    )
    drafter = open_page("phone")
    log_in(drafter, "budi")
    drafter.goto(f"{product.url}/merges/{merge_id}")
    ready(drafter)
    card = " ".join(drafter.locator("#sampai").inner_text().split())
    assert "Diserahkan ke layanan pemberitahuan" in card and card.count("3 dari 3 surat") == 2, card
    shot(drafter, "push-group-drafter", full=True)


def read_all(work, ids):
    for letter in (work.session.get_one(Letter, one) for one in ids):
        approvals.record_reading(people.as_person(work, letter.signer), letter)


def reminders_of(work, letter_id):
    """How many wait for their hour."""
    jobs = work.session.scalars(select(Job).where(Job.kind == "push", Job.done_at.is_(None)))
    return len([job for job in jobs if job.args.get("letter_id") == letter_id and job.run_at > work.now])


ODD = {
    "empty": "", "garbled": "{\"notification\": {\"tit", "a list": "[1, 2]", "null": "null", "nothing in it": "{}",
    "a foreign address": json.dumps({"notification": {"navigate": "https://jahat.example/"}}),
}  # fmt: skip


def test_a_message_that_says_nothing_is_shown_all_the_same(installed, product):
    """Browsers punish a push that shows nothing; a foreign address is never opened."""
    page = installed()
    page.context.grant_permissions(["notifications"], origin=product.url)
    page.goto(f"{product.url}/login")
    wait(page, "navigator.serviceWorker.controller !== null")
    for count, (kind, data) in enumerate(ODD.items(), 1):
        deliver(page, product, data)
        notes = shown(page, count, again=lambda sent=data: deliver(page, product, sent))
        assert {note["title"] for note in notes} == {"Teken"}, kind
        assert {note["body"] for note in notes} == {"Ada surat menunggu."}, kind
        assert all(note["url"].startswith(product.url) for note in notes), kind


def test_a_trial_arrives_and_switching_off_ends_it(told, product):
    told.reload()
    wait(told, f"{STATUS}.textContent.includes('menyala')")
    told.tap("button:has-text('Kirim percobaan')")
    wait(told, "document.body.innerText.includes('sedang dikirim')")
    assert "berfungsi" in received(product, told)["text"]
    wait(told, f"{STATUS}.textContent.includes('menyala')")
    told.tap("button:has-text('Matikan pemberitahuan')")
    wait(told, f"{STATUS}.textContent.includes('mati')")
    product.push.received.clear()
    product.letter()
    told.wait_for_timeout(2500)  # the worker looks every 0.7 s
    assert product.push.received == []
