"""Reasons."""

from __future__ import annotations

import pytest

from webapp.forms.decisions import ReasonForm, ReplacementForm


@pytest.mark.parametrize(
    ("typed", "is_good"),
    [("", False), ("    ", False), ("abc", False), ("Salah.", True), ("x" * 1000, True), ("x" * 1001, False)],
)
def test_a_reason_has_five_to_a_thousand_letters(app, typed, is_good):
    with app.test_request_context(method="POST", data={"reason": typed}):
        assert ReasonForm(meta={"csrf": False}).validate() is is_good


def test_a_reason_keeps_its_paragraphs_and_nothing_unseen(app):
    with app.test_request_context(method="POST", data={"reason": "Satu.\r\n\r\n\r\nDua\u202e  tiga."}):
        assert ReasonForm(meta={"csrf": False}).reason.data == "Satu.\n\nDua tiga."


def test_a_replacement_needs_a_number(app):
    with app.test_request_context(method="POST", data={"reason": "Diganti.", "number": ""}):
        assert not ReplacementForm(meta={"csrf": False}).validate()
