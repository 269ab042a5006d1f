"""Another app hands a PDF over: the installed app checks it at once, and keeps it no longer than that."""

from __future__ import annotations

import base64

from tests.e2e.watch import ready, shot, wait
from webapp.domain import documents
from webapp.models import Letter

CONTROLLED = "navigator.serviceWorker.controller !== null"
# What Chromium does with a share target: a navigation by POST, as of a form of another page.
SHARE = """async ({ pdf, name }) => {
  const bytes = Uint8Array.from(atob(pdf), (sign) => sign.charCodeAt(0));
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/v/share" });
  form.enctype = "multipart/form-data";
  const field = Object.assign(document.createElement("input"), { type: "file", name: "file" });
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "application/pdf" }));
  field.files = files.files;
  form.append(field);
  document.body.append(form);
  form.submit();
}"""
KEPT = "async () => (await (await caches.open('shared')).keys()).length"


def signed_file(product):
    letter_id = product.letter("signed")
    return product.do(lambda work: documents.get(work.config, work.session.get(Letter, letter_id).signature.sha256))


def share(page, pdf, name):
    page.evaluate(SHARE, {"pdf": base64.b64encode(pdf).decode(), "name": name})


def test_a_shared_letter_is_checked_at_once_and_not_kept(installed, log_in, product, watch):
    pdf = signed_file(product)
    page = installed()
    log_in(page, "budi")
    wait(page, CONTROLLED)
    share(page, pdf, "surat dinas – salinan.pdf")
    wait(page, "document.querySelector('h1')?.textContent.includes('surat kami nomor')", 60)
    assert "surat dinas – salinan.pdf" in page.content()
    assert page.evaluate(KEPT) == 0
    shot(page, "share-checked")


def test_a_share_without_network_waits_for_it(installed, log_in, product, watch):
    page = installed()
    log_in(page, "budi")
    wait(page, CONTROLLED)
    with watch.expect("ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        share(page, signed_file(product), "surat.pdf")
        wait(page, "document.querySelector('h1')?.textContent === 'Tanpa jaringan'")
        assert page.evaluate(KEPT) == 1
    page.context.set_offline(False)
    wait(page, "document.querySelector('h1')?.textContent.includes('surat kami nomor')", 60)
    assert page.evaluate(KEPT) == 0


def test_without_the_service_worker_the_page_asks_for_the_file(phone, product):
    phone.goto(f"{product.url}/v/upload")
    ready(phone)
    share(phone, b"%PDF-1.7", "surat.pdf")
    wait(phone, "location.pathname === '/v/upload' && document.body.textContent.includes('belum sampai')")
