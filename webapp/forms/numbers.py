"""Letter numbers: patterns, where a book begins, taking a number and giving it back."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from webapp.forms.base import Form, one_line

TOO_LONG = lazy_gettext("Paling panjang 80 huruf.")


class PatternForm(Form):
    name = StringField(
        lazy_gettext("Untuk jenis surat"),
        [InputRequired(lazy_gettext("Isi jenis suratnya.")), Length(max=80, message=TOO_LONG)],
        filters=[one_line],
    )
    pattern = StringField(
        lazy_gettext("Pola nomor"),
        [InputRequired(lazy_gettext("Isi polanya.")), Length(max=80, message=TOO_LONG)],
        filters=[one_line],
    )


class StartForm(Form):
    last = IntegerField(
        lazy_gettext("Nomor urut terakhir di buku lama"), [InputRequired(lazy_gettext("Isi dengan bilangan bulat."))]
    )


class TakingForm(Form):
    pattern_id = SelectField(lazy_gettext("Pola"), coerce=int)


class GivingBackForm(Form):
    reason = StringField(
        lazy_gettext("Alasan"),
        [
            InputRequired(lazy_gettext("Tuliskan alasannya; alasan ini tercatat di buku nomor.")),
            Length(5, 300, lazy_gettext("Tuliskan alasan dengan 5 sampai 300 huruf.")),
        ],
        filters=[one_line],
    )
    void = BooleanField(lazy_gettext("Batalkan nomor ini untuk selamanya"))
