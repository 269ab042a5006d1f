"""The administrator's pages: tokens, shown once; addresses that are told, with their log."""

import re

import pytest

from tests import people as world
from tests.api.conftest import Client
from webapp.domain import people, webhooks
from webapp.models import ApiToken, Job, Office, Role, Webhook, WebhookDelivery


def office_id(work, code="SETDA"):
    found = work.session.query(Office).filter_by(code=code).one().id
    work.session.commit()
    return found


def make(page, work, **facts):
    data = {"name": "SRIKANDI", "office": office_id(work), "scopes": ["letters:read"], "days": 30} | facts
    return page.get("/tokens/new").post("/tokens/new", data, status=200)


def test_a_token_is_shown_once_works_and_is_revoked(page, app, work):
    make(page.log_in("admin"), work)
    text = page.html.select_one("#token").get_text()
    assert re.fullmatch(r"teken_[\w-]{43}", text) and "Hanya tampil sekali" in page.text
    client = Client(app, text)
    assert client.get("/token")["name"] == "SRIKANDI"
    page.get("/tokens")
    assert text not in page.response.get_data(as_text=True) and text[-4:] in page.text and "Masih berlaku" in page.text
    token = work.session.query(ApiToken).one().id
    work.session.commit()
    page.get(f"/tokens/{token}/revocation").post(f"/tokens/{token}/revocation").follow()
    assert "dicabut" in page.text
    client.ask("GET", "/token", status=401)
    page.get("/tokens").post(f"/tokens/{token}/revocation", status=409)


@pytest.mark.parametrize("facts", [{"name": ""}, {"scopes": []}, {"scopes": ["letters:sign"]}, {"days": 9999}])
def test_what_is_wrong_is_said_and_no_token_made(page, work, facts):
    page.log_in("admin").get("/tokens/new")
    data = {"name": "X", "office": office_id(work), "scopes": ["letters:read"], "days": 30} | facts
    page.post("/tokens/new", data, status=422)
    assert work.session.query(ApiToken).count() == 0


def test_the_page_speaks_english_too(page):
    page.log_in("admin").get("/tokens?lang=en")
    assert "Integrations" in page.h1 and "No token yet" in page.text
    page.get("/api/v1/docs")
    assert "Hand in a letter" in page.text


def test_the_service_is_in_no_list_of_people(page, work):
    make(page.log_in("admin"), work)
    assert "SRIKANDI" not in page.get("/people").text
    person_id = work.session.query(ApiToken).one().person_id
    work.session.commit()
    for path in ("", "/edit"):
        page.get(f"/people/{person_id}{path}", status=404)
    page.get("/people").post(f"/people/{person_id}/invitation", status=404)


def test_an_address_is_told_listed_tried_and_ended(page, work):
    page.log_in("admin").get("/webhooks/new")
    data = {"url": "https://surat.example/teken", "office": office_id(work), "events": ["letter.signed"]}
    page.post("/webhooks/new", data, status=200)
    secret = page.html.select_one("#rahasia").get_text()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    hook = work.session.query(Webhook).one().id
    work.session.commit()
    page.get("/tokens")
    assert "surat.example" in page.text
    page.get(f"/webhooks/{hook}")
    assert secret not in page.response.get_data(as_text=True) and "Surat ditandatangani" in page.text
    page.post(f"/webhooks/{hook}/trial").follow()
    assert "Percobaan" in page.text and "Menunggu" in page.text
    delivery = work.session.query(WebhookDelivery).one()
    webhooks.note_attempt(work, delivery.id, status=500, error="")
    work.session.commit()
    page.get(f"/webhooks/{hook}")
    assert "Belum diterima" in page.text and "500" in page.text
    page.post(f"/webhooks/{hook}/deliveries/{delivery.id}/again").follow()
    assert work.session.query(Job).filter_by(kind="webhook").count() == 2
    work.session.commit()
    page.post(f"/webhooks/{hook}/end")
    page.get(f"/webhooks/{hook}").post(f"/webhooks/{hook}/trial", status=409)
    page.post(f"/webhooks/{hook}/deliveries/{delivery.id}/again", status=409)


def test_a_secret_is_renewed_shown_once_and_the_old_one_ended(page, work):
    page.log_in("admin").get("/webhooks/new")
    data = {"url": "https://surat.example/teken", "office": office_id(work), "events": ["letter.signed"]}
    first = page.post("/webhooks/new", data, status=200).html.select_one("#rahasia").get_text()
    hook = work.session.query(Webhook).one().id
    work.session.commit()
    page.get(f"/webhooks/{hook}")
    assert "ikut berlaku sampai" not in page.text and "Hentikan rahasia lama" not in page.text
    second = page.post(f"/webhooks/{hook}/secret", status=200).html.select_one("#rahasia").get_text()
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", second) and second != first
    assert "Rahasia lama masih ikut menandatangani sampai" in page.text
    page.get(f"/webhooks/{hook}")
    assert "Rahasia lama ikut berlaku sampai" in page.text and "whsec_" not in page.response.get_data(as_text=True)
    page.post(f"/webhooks/{hook}/secret/old/end").follow()
    assert "ikut berlaku sampai" not in page.text
    page.get(f"/webhooks/{hook}").post(f"/webhooks/{hook}/end")
    for path in ("secret", "secret/old/end"):
        page.get(f"/webhooks/{hook}").post(f"/webhooks/{hook}/{path}", status=409)


@pytest.mark.parametrize(
    "url",
    [
        "http://surat.example/", "https://localhost/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/", "https://surat.example:22/", "https://u:p@surat.example/", "ftp://surat.example/",
        "https://surat.example/#x", "https://", "surat.example", "https://surat.example\\@127.0.0.1/", "https://[::1",
        "https://surat.example:99999/", "https://169.254.169.254/latest/", "https://sürat.example/",
    ],
)  # fmt: skip
def test_addresses_that_are_not_for_the_outside_are_refused(page, work, url):
    page.log_in("admin").get("/webhooks/new")
    page.post("/webhooks/new", {"url": url, "office": office_id(work), "events": ["letter.signed"]}, status=422)
    assert work.session.query(Webhook).count() == 0


def test_another_offices_administrator_finds_nothing(page, work, budi):
    kominfo = work.session.query(Office).filter_by(code="KOMINFO").one()
    admin = world.as_person(work, world.find(work, "admin"))
    people.give_role(admin, budi, kominfo, Role.ADMINISTRATOR)
    setda = work.session.query(Office).filter_by(code="SETDA").one()
    hook, _ = webhooks.register(admin, setda, url="https://surat.example/", events=["letter.signed"])
    webhooks.send_trial(admin, hook)
    work.session.flush()
    delivery = work.session.query(WebhookDelivery).one().id
    work.session.commit()
    page.log_in("budi").get("/tokens")
    assert "surat.example" not in page.text
    page.get(f"/webhooks/{hook.id}", status=404)
    for path in ("trial", "end", "secret", "secret/old/end", f"deliveries/{delivery}/again"):
        page.get("/tokens").post(f"/webhooks/{hook.id}/{path}", status=404)
    data = {"name": "X", "office": setda.id, "scopes": ["letters:read"], "days": 30}
    page.get("/tokens/new").post("/tokens/new", data, status=422)
    assert work.session.query(ApiToken).count() == 0
