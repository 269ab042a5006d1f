"""A PDF that another app hands over is checked at once and kept no longer. And the signed one is handed on."""

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


# The phone's sheet: Chromium has none on Linux. A tap that came too long ago is refused, as Chromium does.
SHEET = """
  self.shared = []; self.refusals = 0;
  Navigator.prototype.canShare = ({ files }) => files.every((file) => file.type === "application/pdf");
  Navigator.prototype.share = async ({ files = [], ...said }) => {
    if (self.refusals-- > 0) throw new DOMException("no tap", "NotAllowedError");
    const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const digest = async (file) => hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    const told = async (file) => [file.name, file.type, await digest(file)];
    self.shared.push({ ...said, files: await Promise.all(files.map(told)) });
  };
"""


def signed_files(product, letter_id):
    """Digests: as signed, and with its time-stamp once the worker has been there."""
    signature = product.do(lambda work: work.session.get(Letter, letter_id).signature)
    return {signature.sha256, signature.archived_sha256}


def shared(page, number):
    return wait(page, f"self.shared.length === {number} && self.shared.at(-1)")


def test_the_signed_pdf_and_the_link_go_to_another_app(as_person, open_page, product):
    letter_id = product.letter("signed", subject="Rahasia dapur")
    address = product.verification_url(letter_id)
    code = address.rpartition("/")[2]
    for page, where in ((as_person("sari"), f"/letters/{letter_id}"), (open_page("phone"), f"/v/{code}")):
        page.add_init_script(SHEET)
        page.goto(product.url + where)
        ready(page)
        page.evaluate("self.refusals = 1")
        page.click("button:has-text('Bagikan PDF')")
        page.click("button:has-text('Siap: ketuk lagi')")  # the file had taken too long; it is here now
        sent = shared(page, 1)
        ((name, kind, sha256),) = sent["files"]
        assert (name, kind) == (f"surat-{code}.pdf", "application/pdf") and sha256 in signed_files(product, letter_id)
        assert sent["text"].endswith(address) and "Rahasia dapur" not in str(sent)
        page.click("[data-behaviour=share]")
        sent = shared(page, 2)
        assert sent["url"] == address and sent["files"] == [] and "Rahasia dapur" not in str(sent)
        shot(page, f"share-{'public' if '/v/' in where else 'letter'}", full=True)


def test_without_a_sheet_the_address_is_copied(open_page, product):
    address = product.verification_url(product.letter("signed"))
    page = open_page("desktop", permissions=["clipboard-read", "clipboard-write"])
    page.goto(address)
    ready(page)
    assert page.locator("[data-behaviour=share-file]").is_hidden()
    page.click("[data-behaviour=share]")
    wait(page, "document.body.innerText.includes('Alamat tersalin')")
    assert page.evaluate("navigator.clipboard.readText()") == address
