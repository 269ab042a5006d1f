"""The retention schedule, holds, and the decree of a disposal."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from webapp.domain.letter_types import TYPES
from webapp.domain.retention import Line
from webapp.forms.base import Form, one_line
from webapp.forms.codes import OneTimeCodeField
from webapp.models import Fate, Office


def _text(label: str, most: int, *, missing: str = "") -> StringField:
    needed = [InputRequired(missing)] if missing else []
    too_long = lazy_gettext("Paling panjang %(n)s huruf.", n=most)
    return StringField(label, [*needed, Length(max=most, message=too_long)], filters=[one_line])


def _years(label: str) -> IntegerField:
    whole = lazy_gettext("Isi dengan bilangan bulat.")
    return IntegerField(label, [InputRequired(whole), NumberRange(0, 100, lazy_gettext("Antara 0 dan 100."))])


class OfficeChoiceForm(Form):
    office = SelectField(lazy_gettext("Perangkat daerah"), coerce=int)

    def offer(self, offices: list[Office]) -> None:
        self.office.choices = [(office.id, office.name) for office in offices]


class RuleForm(OfficeChoiceForm):
    classification = _text(lazy_gettext("Kode klasifikasi"), 40)
    kind = SelectField(lazy_gettext("Jenis naskah"), default="")
    active_years = _years(lazy_gettext("Tahun aktif"))
    inactive_years = _years(lazy_gettext("Tahun inaktif"))
    fate = RadioField(
        lazy_gettext("Nasib akhir"),
        [InputRequired(lazy_gettext("Pilih nasib akhirnya."))],
        choices=[(Fate.DESTROY, lazy_gettext("Musnah")), (Fate.PERMANENT, lazy_gettext("Permanen"))],
    )
    basis = _text(lazy_gettext("Dasar"), 200, missing=lazy_gettext("Isi peraturan yang menjadi dasarnya."))

    def offer(self, offices: list[Office]) -> None:
        super().offer(offices)
        self.kind.choices = [("", gettext("Semua jenis")), *((one.name, gettext(one.label)) for one in TYPES.values())]

    def line(self) -> Line:
        return Line(
            self.classification.data or "", self.active_years.data, self.inactive_years.data, Fate(self.fate.data),
            self.basis.data, self.kind.data,
        )  # fmt: skip


class HoldForm(OfficeChoiceForm):
    number = _text(lazy_gettext("Nomor surat"), 80, missing=lazy_gettext("Isi nomor suratnya."))
    reason = _text(lazy_gettext("Alasan"), 300, missing=lazy_gettext("Isi alasannya."))


class ConfirmationForm(Form):
    shown = HiddenField()
    code = OneTimeCodeField()


class ApprovalForm(ConfirmationForm):
    decree = _text(lazy_gettext("Nomor berita acara"), 120, missing=lazy_gettext("Isi nomor berita acaranya."))
    decree_on = DateField(lazy_gettext("Tanggal berita acara"), [InputRequired(lazy_gettext("Isi tanggalnya."))])
