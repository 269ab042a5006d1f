"""A decision that a device kept until it had a network again: JSON, sent by its script."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf, Length, Regexp

from webapp.domain.offline_decisions import Kind
from webapp.forms.base import Form, paragraphs


class DecisionForm(Form):
    kind = HiddenField(validators=[AnyOf([kind.value for kind in Kind])])
    digest = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$")])
    key = HiddenField(validators=[Regexp(r"^[0-9a-f-]{36}$")])
    text = HiddenField(validators=[Length(max=1000)], filters=[paragraphs])
