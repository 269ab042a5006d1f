"""Who gets a signed letter, and the code of a personal link."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from webapp.forms.base import Form, one_line
from webapp.models import RecipientKind

KINDS = [(RecipientKind.ADDRESSEE, lazy_gettext("Tujuan")), (RecipientKind.COPY, lazy_gettext("Tembusan"))]
_SHORT = Length(max=200, message=lazy_gettext("Paling panjang %(max)d huruf."))


class RecipientForm(Form):
    kind = SelectField(lazy_gettext("Sebagai"), choices=KINDS, default=RecipientKind.COPY)
    name = StringField(
        lazy_gettext("Nama atau jabatan"), [InputRequired(lazy_gettext("Isi nama penerimanya.")), _SHORT], [one_line]
    )
    email = EmailField(lazy_gettext("Alamat surel"), [_SHORT], [one_line])


class PersonForm(Form):
    """Somebody inside, found by name; asked for by GET, so there is nothing to forge."""

    q = StringField(lazy_gettext("Cari orang"), [Length(max=100)], [one_line])


class LinkCodeForm(Form):
    code = StringField(
        lazy_gettext("Kode dari kantor pengirim"),
        [InputRequired(lazy_gettext("Ketik kode yang Anda terima.")), Length(max=20)],
        [one_line],
    )
