"""A mail-merge: what all its letters share, the template where it is a PDF, and the table."""

from __future__ import annotations

from functools import cache

from flask_babel import lazy_gettext
from wtforms import SelectField, StringField
from wtforms.validators import Length

from webapp.domain.letter_types import TYPES
from webapp.domain.merge_tables import MAX_BYTES, PDF
from webapp.forms.base import one_line
from webapp.forms.letters import TYPE_CHOICES, NumberedForm
from webapp.forms.uploads import Chosen, UploadField
from webapp.forms.writings import PREFIX, TOO_LONG, Texts, text_field


class MergeForm(Texts, NumberedForm):
    number = None  # each letter has its own
    addressee = StringField(lazy_gettext("Kepada"), [Length(max=300, message=TOO_LONG)], [one_line])
    table = UploadField(
        lazy_gettext("Tabel (CSV atau XLSX)"), [Chosen(lazy_gettext("Pilih tabelnya."))], most=MAX_BYTES
    )

    def common(self) -> dict:
        """What all letters share, as letters.create takes it."""
        names = ("subject", "classification", "urgency", "confidentiality", "addressee", "dated_on")
        return {name: self[name].data for name in names} | self.chosen_type()


class PdfMergeForm(MergeForm):
    kind = PDF
    letter_type = SelectField(lazy_gettext("Jenis naskah"), choices=TYPE_CHOICES, default="")
    template = UploadField(lazy_gettext("Templat PDF"), [Chosen(lazy_gettext("Pilih templat PDF-nya."))])

    def texts(self) -> dict[str, str]:
        return {}

    def parts(self) -> list:
        return []


@cache
def form_of(kind: str) -> type[MergeForm]:
    if kind == PDF:
        return PdfMergeForm
    fields = {PREFIX + one.name: text_field(one, is_needed=False) for one in TYPES[kind].fields}
    return type("WrittenMergeForm", (MergeForm,), {"kind": kind, **fields})
