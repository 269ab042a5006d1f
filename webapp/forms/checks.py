"""A file that a stranger wants judged, and a file of roots that an administrator wants trusted."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from webapp.domain.anchors import MAX_BYTES
from webapp.forms.base import Form, one_line
from webapp.forms.uploads import Chosen, UploadField


def _chosen(_form: Form, field: Field) -> None:
    if not field.data or not field.data.filename:
        raise ValidationError(lazy_gettext("Pilih dulu berkasnya."))


class CheckForm(Form):
    file = FileField(lazy_gettext("Berkas PDF"), [_chosen])


class AnchorForm(Form):
    name = StringField(
        lazy_gettext("Nama daftar"),
        [
            InputRequired(lazy_gettext("Isi nama daftarnya.")),
            Length(max=120, message=lazy_gettext("Paling panjang 120 huruf.")),
        ],
        filters=[one_line],
    )
    file = UploadField(
        lazy_gettext("Sertifikat akar (PEM atau DER)"), [Chosen(lazy_gettext("Pilih dulu berkasnya."))], most=MAX_BYTES
    )
    is_certified = BooleanField(lazy_gettext("Tanda tangannya tersertifikasi menurut PP 71/2019 pasal 60"))
