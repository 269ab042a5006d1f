"""Decisions that need a reason: return, rejection, revocation."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from webapp.forms.base import Form, one_line, paragraphs


class ReasonForm(Form):
    reason = TextAreaField(
        lazy_gettext("Alasan"),
        [
            InputRequired(lazy_gettext("Tuliskan alasannya, agar penerima tahu apa yang harus dilakukan.")),
            Length(5, 1000, lazy_gettext("Tuliskan alasan dengan 5 sampai 1.000 huruf.")),
        ],
        filters=[paragraphs],
    )


class ReplacementForm(ReasonForm):
    number = StringField(
        lazy_gettext("Nomor surat pengganti"),
        [
            InputRequired(lazy_gettext("Isi nomor surat penggantinya.")),
            Length(max=80, message=lazy_gettext("Nomor surat paling panjang 80 huruf.")),
        ],
        filters=[one_line],
    )
