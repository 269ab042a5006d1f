"""The facts of a letter, as typed."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from webapp.forms.letters import FactsForm
from webapp.models import Confidentiality, Urgency

TYPED = {
    "number": " 000.1.5/7\u202e/UM ", "subject": "Undangan\x00  rapat", "classification": "", "urgency": "segera",
    "confidentiality": "rahasia", "addressee": "Camat", "dated_on": "2026-11-24", "signer_id": "7",
}  # fmt: skip


def form(app: Flask, **changed: str) -> FactsForm:
    with app.test_request_context(method="POST", data=TYPED | changed):
        made = FactsForm(meta={"csrf": False})
        made.signer_id.choices = [(0, "Pilih"), (7, "Sekda")]
        made.validate()
        return made


def test_facts_come_tidy_and_typed(app):
    made = form(app)
    assert made.errors == {}
    assert made.facts() == {
        "kind": "",
        "number": "000.1.5/7 /UM", "subject": "Undangan rapat", "classification": "", "urgency": Urgency.PROMPT,
        "confidentiality": Confidentiality.SECRET, "addressee": "Camat", "dated_on": date(2026, 11, 24),
        "due_on": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("number", " ", "Isi nomor suratnya."),
        ("number", "x" * 81, "Paling panjang 80 huruf."),
        ("subject", "", "Isi perihal suratnya."),
        ("addressee", "\u200b", "Isi tujuan suratnya."),
        ("classification", "x" * 41, "Paling panjang 40 huruf."),
        ("dated_on", "", "Isi tanggal suratnya."),
        ("dated_on", "2026-02-30", "Tanggal ini belum benar."),
        ("dated_on", "1945-08-17", "Tanggal ini belum benar."),
        ("signer_id", "0", "Pilih pejabat yang menandatangani."),
        ("signer_id", "8", "Pilih salah satu yang tersedia."),
        ("signer_id", "x", "Pilih salah satu yang tersedia."),
        ("urgency", "kilat", "Pilih salah satu yang tersedia."),
    ],
)
def test_each_mistake_has_its_sentence(app, name, typed, sentence):
    with app.test_request_context():
        assert str(form(app, **{name: typed}).errors[name][0]) == sentence
