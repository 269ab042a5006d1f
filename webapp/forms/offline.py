"""A decision that a device kept until it had a network again: JSON, sent by its script."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import AnyOf, Length, Optional, Regexp

from webapp.domain.offline_decisions import Kind
from webapp.forms.base import Form, paragraphs


class Told(HiddenField):
    """JSON has other things than text, which no rule for text can judge."""

    def process_formdata(self, valuelist: list[object]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None and not isinstance(self.data, str):
            self.data = None
            raise ValueError("not text")


class DecisionForm(Form):
    kind = Told(validators=[AnyOf([kind.value for kind in Kind])])
    digest = Told(validators=[Regexp(r"^[0-9a-f]{64}$")])
    key = Told(validators=[Regexp(r"^[0-9a-f-]{36}$")])
    to = Told(validators=[Optional(), Regexp(r"^[0-9]{1,9}$")])  # the step or person that was chosen
    age = Told(validators=[Optional(), Regexp(r"^[0-9]{1,12}$")])  # milliseconds
    text = Told(validators=[Length(max=1000)], filters=[paragraphs])
