"""Taking a letter back before it is signed."""

from __future__ import annotations

import pytest

from tests.views.uploads import look_again
from webapp.models import State


def test_a_waiting_letter_is_withdrawn_after_asking(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/withdrawal")
    assert page.h1 == "Tarik surat ini?"
    page.post(f"/letters/{letter.id}/withdrawal")
    look_again(session, letter)
    assert letter.state == State.WITHDRAWN
    assert "Surat ditarik" in page.follow().text


@pytest.mark.parametrize("state", ["draft", "signed", "returned"])
def test_other_states_answer_with_conflict(page, make, session, state):
    letter = make.in_state(state)
    session.commit()
    page.log_in("budi").get(f"/letters/{letter.id}/withdrawal", status=409)
    page.post(f"/letters/{letter.id}/withdrawal", status=409)


def test_the_signer_does_not_withdraw(page, make, session):
    letter = make.submitted()
    session.commit()
    page.log_in("sari").get(f"/letters/{letter.id}/withdrawal", status=403)
