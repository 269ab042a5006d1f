"""Which letters are approved together, and the one code for them."""

from __future__ import annotations

from webapp.forms.base import Form
from webapp.forms.codes import OneTimeCodeField


class BatchForm(Form):
    """The letters themselves are checked by the domain: their boxes are all named `letter`."""


class BatchCodeForm(Form):
    code = OneTimeCodeField()
