"""What the registrar saw when checking who somebody is. Never a NIK (UU 24/2013 art. 79, UU 27/2022)."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField, widgets
from wtforms.validators import InputRequired, Length, ValidationError

from webapp.domain.keys import METHODS
from webapp.forms.base import Form, one_line, paragraphs

# Sixteen digits, also when they are grouped; a NIP has eighteen.
NIK = re.compile(r"(?<!\d)(?<!\d[ .\-])(?:\d[ .\-]?){15}\d(?![ .\-]?\d)")

DOCUMENTS = (
    ("KTP elektronik", lazy_gettext("KTP elektronik")),
    ("SK jabatan", lazy_gettext("SK jabatan")),
    ("Kartu pegawai", lazy_gettext("Kartu pegawai")),
)


def no_nik(_form: Form, field: Field) -> None:
    """A national identity number is more than this office needs to know."""
    if NIK.search(field.data or ""):
        raise ValidationError(
            lazy_gettext("Isian ini memuat 16 angka seperti NIK. Jangan mencatat NIK; sebut nama dokumennya saja.")
        )


class IdentityForm(Form):
    documents = SelectMultipleField(
        lazy_gettext("Dokumen yang Anda lihat"),
        choices=DOCUMENTS,
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    other = StringField(
        lazy_gettext("Dokumen lain"),
        [Length(max=160, message=lazy_gettext("Paling panjang 160 huruf.")), no_nik],
        filters=[one_line],
    )
    method = RadioField(
        lazy_gettext("Cara memeriksa"),
        [InputRequired(lazy_gettext("Pilih cara Anda memeriksa."))],
        choices=[(name, lazy_gettext(label)) for name, label in METHODS.items()],
    )
    note = TextAreaField(
        lazy_gettext("Catatan"),
        [Length(max=500, message=lazy_gettext("Paling panjang 500 huruf.")), no_nik],
        filters=[paragraphs],
    )

    def validate_documents(self, field: Field) -> None:
        if not field.data and not self.other.data:
            raise ValidationError(lazy_gettext("Pilih paling sedikit satu dokumen, atau tuliskan dokumen lain."))

    @property
    def seen(self) -> str:
        """All documents in one line, as they are kept."""
        return ", ".join([*self.documents.data, *([self.other.data] if self.other.data else [])])
