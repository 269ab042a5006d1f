"""The administrator lets another system in, which hands in a letter over the network, and has it told."""

import json
import urllib.request

from playwright.sync_api import expect
from sqlalchemy import update

from tests.api.conftest import new_letter
from tests.e2e.test_governing import seen
from tests.e2e.watch import shot
from webapp.models import Webhook, WebhookDelivery


def ask(product, token, path, body=None, key=""):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(f"{product.url}/api/v1{path}", data, headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def choose_secretariat(page):
    names = page.locator("#office option").all_inner_texts()
    page.select_option("#office", index=next(i for i, name in enumerate(names) if "Sekretariat" in name))


def note_failure(product):
    """As the job would: the worker's own failure would rightly fail every browser test."""

    def noted(work):
        hook = work.session.query(Webhook).one()
        work.session.add(WebhookDelivery(
            webhook_id=hook.id, message_id="msg_e2e", event="letter.submitted", body="{}", created_at=work.now,
            attempts=3, tried_at=work.now, error="the host's name leads nowhere",
        ))  # fmt: skip

    product.do(noted)


def test_a_system_is_let_in_hands_a_letter_in_and_is_told(as_person, product, watch):
    page = as_person("admin", "desktop")
    page.goto(f"{product.url}/tokens")
    seen(page, product, "tokens-none")
    page.click("text=Buat token")
    page.fill("#name", "SRIKANDI")
    choose_secretariat(page)
    for box in page.locator("input[name=scopes]").all():
        box.check()
    seen_form = page.url
    page.click(".actions button")
    expect(page.locator("#token")).to_be_visible()
    token, letter = page.locator("#token").inner_text(), new_letter()
    told = ask(product, token, "/letters", letter, "e2e-1")
    assert ask(product, token, "/letters", letter, "e2e-1") == told, "sent again after a lost answer"
    assert told["state"] == "submitted" and ask(product, token, f"/letters/{told['id']}")["drafter"] == "SRIKANDI"
    page.goto(seen_form)
    seen(page, product, "tokens-new")
    page.goto(f"{product.url}/tokens")
    page.click("text=Tambah alamat")
    page.fill("#url", "https://surat.invalid/teken")
    choose_secretariat(page)
    page.check("input[value='letter.submitted']")
    page.click(".actions button")
    expect(page.locator("#rahasia")).to_be_visible()
    page.click("text=Sudah saya salin")
    note_failure(product)
    page.reload()
    expect(page.get_by_text("Nama host tidak ditemukan")).to_be_visible()
    seen(page, product, "webhooks-show")
    page.click("text=Ganti rahasia")
    expect(page.get_by_text("Rahasia lama masih ikut menandatangani sampai")).to_be_visible()
    shot(page, "govern-webhooks-secret-desk", full=True)
    page.click("text=Sudah saya salin")
    seen(page, product, "webhooks-two-secrets")
    page.goto(f"{product.url}/tokens")
    seen(page, product, "tokens-list")
    page.goto(f"{product.url}/api/v1/docs")
    seen(page, product, "api-docs")
    page.goto(f"{product.url}/tokens")
    page.click("text=Cabut")
    seen(page, product, "tokens-confirm")
    product.do(lambda work: work.session.execute(update(Webhook).values(ended_at=work.now)))  # others share the product
