"""Which letters are approved together, and the one code for them."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import InputRequired, Regexp

from webapp.forms.base import Form
from webapp.forms.codes import OneTimeCodeField
from webapp.forms.signatures import INCOMPLETE


class BatchForm(Form):
    """The letters themselves are checked by the domain: their boxes are all named `letter`."""


class BatchCodeForm(Form):
    """The digest is of the list that was shown: of another one nothing is approved."""

    code = OneTimeCodeField()
    digest = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
