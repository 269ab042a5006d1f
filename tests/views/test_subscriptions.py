"""Devices that ask to be told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.page import Page
from webapp.domain import subscriptions
from webapp.models import Job

SUBSCRIPTION = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "keys": {"p256dh": "B" * 87, "auth": "a" * 22}}


def send(page: Page, path: str = "/subscriptions", told: object = SUBSCRIPTION, *, status: int = 204) -> Page:
    page.get("/settings")
    token = page.html.find("meta", attrs={"name": "csrf-token"})["content"]
    answer = page.client.post(path, json=told, headers={"X-CSRFToken": token})
    assert answer.status_code == status, answer.data[:200]
    return page


def test_a_device_is_remembered_and_forgotten(page, work, sari):
    work.session.commit()
    send(page.log_in("sari"))
    send(page)
    assert [s.endpoint for s in subscriptions.of(work, sari)] == [SUBSCRIPTION["endpoint"]]
    work.session.commit()
    send(page, "/subscriptions/delete")
    assert subscriptions.of(work, sari) == []


def test_it_ends_with_the_log_in(page, work, sari):
    work.session.commit()
    send(page.log_in("sari")).get("/settings").post("/logout")
    assert subscriptions.of(work, sari) == []


@pytest.mark.parametrize(
    "told",
    [
        {}, [], None, "text", {"endpoint": 5, "keys": {}}, {"endpoint": SUBSCRIPTION["endpoint"], "keys": "x"},
        SUBSCRIPTION | {"endpoint": "https://localhost:8000/admin"},
        SUBSCRIPTION | {"endpoint": "http://fcm.googleapis.com/x"},
        SUBSCRIPTION | {"endpoint": "https://fcm.googleapis.com/" + "x" * 900},
    ],
)  # fmt: skip
def test_nonsense_and_inner_addresses_are_refused(page, told):
    send(page.log_in("sari"), told=told, status=422)


def test_another_site_cannot_subscribe_a_person(page):
    page.log_in("sari")
    assert page.client.post("/subscriptions", json=SUBSCRIPTION).status_code == 409


def test_a_stranger_cannot(page):
    assert page.client.post("/subscriptions", json=SUBSCRIPTION).status_code == 303


def test_nobody_forgets_somebody_elses_device(page, app, clock, work, sari):
    work.session.commit()
    send(page.log_in("sari"))
    send(Page(app, clock).log_in("budi"), "/subscriptions/delete")
    assert len(subscriptions.of(work, sari)) == 1


def test_a_trial_is_sent_by_the_worker(page, work, sari):
    work.session.commit()
    page.log_in("sari").get("/settings").post("/subscriptions/trial", status=409)
    send(page).get("/settings").post("/subscriptions/trial")
    assert "percobaan sedang dikirim" in page.follow().text
    job = work.session.scalars(select(Job).where(Job.kind == "push")).one()
    assert job.args == {"person_id": sari.id}
