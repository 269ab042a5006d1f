"""The way of a letter through its office: who initials it, what is said with an initial, who else is asked."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from webapp.forms.base import Form, one_line, paragraphs
from webapp.forms.decisions import ReasonForm
from webapp.forms.signatures import INCOMPLETE
from webapp.models import StepKind

KINDS = [
    (StepKind.HIERARCHY, lazy_gettext("Paraf hierarki")),
    (StepKind.COORDINATION, lazy_gettext("Paraf koordinasi")),
    (StepKind.VERIFICATION, lazy_gettext("Verifikasi")),
]
_SHORT = Length(max=1000, message=lazy_gettext("Paling panjang %(max)d huruf."))


class ReviewerForm(Form):
    person_id = SelectField(lazy_gettext("Pemaraf"), coerce=int)
    kind = SelectField(lazy_gettext("Jenis"), choices=KINDS, default=StepKind.HIERARCHY)
    together = BooleanField(lazy_gettext("Bersamaan dengan pemaraf sebelumnya"))


class SignerForm(Form):
    # Beside the reviewer's form on one page, so with ids of their own.
    person_id = SelectField(lazy_gettext("Penandatangan"), coerce=int, id="signer")
    together = BooleanField(lazy_gettext("Boleh bersamaan dengan penandatangan sebelumnya"), id="signer-together")


class ChainNameForm(Form):
    of_type = BooleanField(lazy_gettext("Hanya untuk jenis naskah ini"))
    name = StringField(
        lazy_gettext("Nama alur"),
        [
            InputRequired(lazy_gettext("Beri nama alurnya.")),
            Length(max=80, message=lazy_gettext("Paling panjang %(max)d huruf.")),
        ],
        filters=[one_line],
    )


class InitialForm(Form):
    """One tap. The digest is of what was shown: nothing else is initialled."""

    digest = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
    note = TextAreaField(lazy_gettext("Catatan"), [_SHORT], filters=[paragraphs])


class ReturnForm(ReasonForm):
    """0: to the drafter; else the id of an earlier step."""

    to = RadioField(lazy_gettext("Kembalikan kepada"), coerce=int, default=0)


class QuestionForm(Form):
    person_id = SelectField(lazy_gettext("Rekan"), coerce=int)
    question = TextAreaField(lazy_gettext("Pertanyaan"), [_SHORT], filters=[paragraphs])


class AnswerForm(Form):
    note = TextAreaField(
        lazy_gettext("Pendapat Anda"),
        [
            InputRequired(lazy_gettext("Tuliskan pendapat Anda.")),
            Length(5, 1000, lazy_gettext("Tuliskan pendapat dengan 5 sampai 1.000 huruf.")),
        ],
        filters=[paragraphs],
    )


class ReassignmentForm(ReasonForm):
    person_id = SelectField(lazy_gettext("Pemaraf pengganti"), coerce=int)
