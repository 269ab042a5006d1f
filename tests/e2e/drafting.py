"""What Budi types."""

from __future__ import annotations

from playwright.sync_api import Page

FACTS = {
    "number": "800.1.11.1/600/UM-2026", "subject": "Surat Tugas Mengikuti Bimbingan Teknis TTE",
    "addressee": "Pegawai yang ditugaskan", "classification": "800.1.11.1", "dated_on": "2026-11-23",
}  # fmt: skip
CHOICES = {"urgency": "segera", "confidentiality": "biasa"}


def fill_facts(page: Page, **facts: str) -> dict[str, str]:
    """All the facts of a letter; returns them."""
    typed = FACTS | facts
    for name, value in typed.items():
        page.fill(f"[name={name}]", value)
    for name, value in CHOICES.items():
        page.select_option(f"[name={name}]", value)
    # Where one official signs he is chosen already; other tests let more of them sign.
    sari = page.locator("[name=signer_id] option", has_text="Sari Contoh").get_attribute("value")
    page.select_option("[name=signer_id]", sari)
    return typed | CHOICES


def shown_facts(page: Page) -> dict[str, str]:
    """What the form holds now."""
    return {name: page.input_value(f"[name={name}]") for name in FACTS | CHOICES}
