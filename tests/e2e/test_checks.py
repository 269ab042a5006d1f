"""A stranger's phone without JavaScript uploads files: each verdict fits, in both languages and colours."""

from __future__ import annotations

import pytest

from tests.e2e.test_looks import FAULTS, NARROW, PHONE, look
from tests.e2e.watch import shot
from tests.factories import Factory
from tests.signing.attacks import ATTACKS
from tests.signing.office import letter, signed
from webapp.domain import documents


@pytest.fixture(scope="module")
def files(product):
    def ours(work):
        made = Factory(work).signed()
        return documents.get(work.config, made.signature.file_sha256)

    from tests.signing import attacks_later

    assert attacks_later
    return {
        "ours": product.do(ours), "stranger": signed(), "unsigned": letter(),
        "changed": ATTACKS["isa_page_repainted"][0](), "broken": ATTACKS["usf_byte_range_null"][0](),
    }  # fmt: skip


WORDS = {
    "ours": "surat kami nomor", "stranger": "tidak dikenal", "unsigned": "Tidak ada tanda tangan",
    "changed": "Diubah sesudah", "broken": "rusak atau palsu",
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_each_verdict_is_told_without_javascript(open_page, product, files, name):
    page = open_page("phone", java_script_enabled=False)
    page.goto(f"{product.url}/v")
    page.click("a[href$='/upload']")
    page.set_input_files("#file", {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": files[name]})
    page.click("button[type=submit]")
    assert WORDS[name] in page.inner_text("h1")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shot(page, f"check-{name}-{scheme}", full=True)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_verdict_fits_at_every_width(open_page, product, files, language):
    page = open_page("desktop", reduced_motion="reduce")
    page.context.add_cookies([{"name": "lang", "value": language, "url": product.url}])
    page.goto(f"{product.url}/v/upload")
    page.set_input_files(
        "#file", {"name": "s" * 60 + ".pdf", "mimeType": "application/pdf", "buffer": files["changed"]}
    )
    page.click("button[type=submit]")
    assert page.get_attribute("html", "lang") == language
    shot(page, f"check-desk-{language}", full=True)
    faults = []
    look(page, NARROW, faults, "check")
    look(page, PHONE, faults, "check", text="200%")
    assert not faults and FAULTS, "\n".join(faults)
