"""An office: its place in the tree, and what stands in and under its signature marks."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from webapp.forms.base import Form, one_line
from webapp.forms.people import OfficeChoice

LINES = (
    ("position", lazy_gettext("Jabatan")),
    ("name", lazy_gettext("Nama dengan gelar")),
    ("rank", lazy_gettext("Pangkat/golongan")),
    ("nip", lazy_gettext("NIP")),
)
TOO_LONG = lazy_gettext("Paling panjang 200 huruf.")


def upper_case(text: str | None) -> str:
    return one_line(text).upper()


def code_field() -> StringField:
    return StringField(
        lazy_gettext("Kode singkat"),
        [
            InputRequired(lazy_gettext("Isi kode singkatnya.")),
            Length(max=20, message=lazy_gettext("Paling panjang 20 huruf.")),
            Regexp(r"[A-Z0-9.\-/]+$", message=lazy_gettext("Pakai huruf, angka, titik, atau tanda hubung saja.")),
        ],
        filters=[upper_case],
    )


class NameForm(Form):
    name = StringField(
        lazy_gettext("Nama perangkat daerah"),
        [InputRequired(lazy_gettext("Isi namanya.")), Length(max=200, message=TOO_LONG)],
        filters=[one_line],
    )
    footer = StringField(
        lazy_gettext("Kalimat di bawah tanda tangan"), [Length(max=200, message=TOO_LONG)], filters=[one_line]
    )


class NewOfficeForm(OfficeChoice, NameForm):
    office = SelectField(lazy_gettext("Di bawah"), coerce=int)
    code = code_field()


class OfficeForm(NameForm):
    mark_lines = SelectMultipleField(
        lazy_gettext("Yang tercantum pada tanda tangan"),
        choices=LINES,
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    may_batch_unread = BooleanField(lazy_gettext("Surat boleh disetujui sekaligus tanpa dibuka satu per satu"))

    def validate_mark_lines(self, field: Field) -> None:
        if "name" not in field.data:
            raise ValidationError(lazy_gettext("Nama pejabat harus tercantum pada tanda tangan."))

    def lines(self) -> list[str]:
        """In the order of a signature block, however they were ticked."""
        return [name for name, _label in LINES if name in self.mark_lines.data]
