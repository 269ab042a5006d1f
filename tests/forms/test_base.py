"""What a refused code leaves to be read at its field."""

from __future__ import annotations

import pytest

from webapp.domain.errors import WrongCode
from webapp.forms.decisions import RejectionForm
from webapp.forms.sessions import CodeForm


@pytest.mark.parametrize("form", [RejectionForm, CodeForm])
@pytest.mark.parametrize(("left", "told"), [(4, "Sisa percobaan: 4."), (0, "Percobaan habis. Tunggu lima menit")])
def test_a_refused_code_says_how_often_it_may_still_be_tried(app, form, left, told):
    with app.test_request_context(method="POST", data={"code": "123456"}):
        sent = form(meta={"csrf": False})
        sent.refuse_code(WrongCode(field="code"), left)
        assert told in " ".join(sent.code.errors) and "Kode autentikator salah." in " ".join(sent.code.errors)
        assert "Sisa percobaan: 0" not in str(sent.errors)
