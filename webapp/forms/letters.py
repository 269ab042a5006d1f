"""The facts of a letter and its file: what a drafter types and chooses."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from webapp.domain.letter_types import TYPES
from webapp.forms.base import Form, one_line
from webapp.forms.uploads import UploadField
from webapp.models import Confidentiality, Urgency

URGENCIES = [
    (Urgency.NORMAL, lazy_gettext("Biasa")),
    (Urgency.PROMPT, lazy_gettext("Segera")),
    (Urgency.IMMEDIATE, lazy_gettext("Sangat segera")),
]
CONFIDENTIALITIES = [
    (Confidentiality.NORMAL, lazy_gettext("Biasa")),
    (Confidentiality.RESTRICTED, lazy_gettext("Terbatas")),
    (Confidentiality.SECRET, lazy_gettext("Rahasia")),
    (Confidentiality.TOP_SECRET, lazy_gettext("Sangat rahasia")),
]
TYPE_CHOICES = [
    ("", lazy_gettext("Tidak ditentukan")),
    *((one.name, lazy_gettext(one.label)) for one in TYPES.values()),
]
# Common codes of Permendagri 83/2022; any other may be typed.
CLASSIFICATIONS = (
    ("000.1.2.1", lazy_gettext("perjalanan dinas kepala daerah")),
    ("000.1.2.3", lazy_gettext("perjalanan dinas pegawai")),
    ("000.1.4", lazy_gettext("penggunaan fasilitas kantor")),
    ("000.1.5", lazy_gettext("rapat pimpinan dan notula")),
    ("000.2", lazy_gettext("perlengkapan")),
    ("000.3", lazy_gettext("pengadaan")),
    ("000.5.6.2", lazy_gettext("pemusnahan arsip")),
    ("000.8.2.1", lazy_gettext("analisis jabatan")),
    ("000.8.3.2", lazy_gettext("standar pelayanan")),
    ("000.8.3.3", lazy_gettext("standar operasional prosedur")),
    ("000.8.3.4", lazy_gettext("pelayanan publik")),
    ("000.8.6.2", lazy_gettext("penilaian mandiri reformasi birokrasi")),
    ("400.3", lazy_gettext("pendidikan")),
    ("400.14.5.4", lazy_gettext("magang")),
    ("400.14.12", lazy_gettext("ucapan terima kasih")),
    ("800.1.4.1", lazy_gettext("tugas belajar")),
    ("800.1.4.4", lazy_gettext("sasaran kinerja pegawai")),
    ("800.1.11.1", lazy_gettext("surat perintah atau surat tugas")),
    ("800.1.11.2", lazy_gettext("cuti sakit")),
    ("800.1.11.3", lazy_gettext("cuti melahirkan")),
    ("800.1.11.4", lazy_gettext("cuti tahunan")),
    ("800.1.11.13", lazy_gettext("kenaikan gaji berkala")),
    ("900.1.1", lazy_gettext("rancangan APBD")),
    ("900.1.3", lazy_gettext("pelaksanaan anggaran")),
)


def _at_most(length: int) -> Length:
    return Length(max=length, message=lazy_gettext("Paling panjang %(max)d huruf."))


def _required(message: str, length: int) -> list:
    return [DataRequired(message), _at_most(length)]


class FactsForm(Form):
    number = StringField(lazy_gettext("Nomor surat"), _required(lazy_gettext("Isi nomor suratnya."), 80), [one_line])
    subject = StringField(lazy_gettext("Perihal"), _required(lazy_gettext("Isi perihal suratnya."), 300), [one_line])
    classification = StringField(lazy_gettext("Kode klasifikasi"), [_at_most(40)], [one_line])
    urgency = SelectField(lazy_gettext("Tingkat urgensi"), choices=URGENCIES, default=Urgency.NORMAL)
    confidentiality = SelectField(lazy_gettext("Sifat"), choices=CONFIDENTIALITIES, default=Confidentiality.NORMAL)
    addressee = StringField(lazy_gettext("Kepada"), _required(lazy_gettext("Isi tujuan suratnya."), 300), [one_line])
    dated_on = DateField(lazy_gettext("Tanggal surat"), [InputRequired(lazy_gettext("Isi tanggal suratnya."))])
    due_on = DateField(lazy_gettext("Batas penandatanganan"), [Optional()])
    signer_id = SelectField(lazy_gettext("Penandatangan"), coerce=int)
    letter_type = SelectField(lazy_gettext("Jenis naskah"), choices=TYPE_CHOICES, default="")

    def validate_dated_on(self, field: Field) -> None:
        if field.data and not date(2000, 1, 1) <= field.data <= date(2099, 12, 31):
            raise ValidationError(gettext("Tanggal ini belum benar."))

    def validate_due_on(self, field: Field) -> None:
        if field.data and not date(2000, 1, 1) <= field.data <= date(2099, 12, 31):
            raise ValidationError(gettext("Tanggal ini belum benar."))

    def validate_signer_id(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Pilih pejabat yang menandatangani."))

    def facts(self) -> dict:
        """What letters.create and letters.update take."""
        return {
            "number": self.number.data, "subject": self.subject.data, "classification": self.classification.data,
            "urgency": Urgency(self.urgency.data), "confidentiality": Confidentiality(self.confidentiality.data),
            "addressee": self.addressee.data, "dated_on": self.dated_on.data, "due_on": self.due_on.data,
        } | self.chosen_type()  # fmt: skip

    def chosen_type(self) -> dict[str, str]:
        return {"kind": self.letter_type.data} if self.letter_type else {}


class NumberedForm(FactsForm):
    """The facts of a new letter: its number may be taken from the book, and there may be several offices."""

    number = StringField(lazy_gettext("Nomor surat"), [_at_most(80)], [one_line])
    numbering = SelectField(lazy_gettext("Cara memberi nomor"), coerce=int, default=0)  # 0, or a pattern's id
    office_id = SelectField(lazy_gettext("Perangkat daerah"), coerce=int)

    def validate_number(self, field: Field) -> None:
        if not field.data and not self.numbering.data:
            raise ValidationError(gettext("Isi nomor suratnya."))


class UploadForm(Form):
    """A file, or the token of one that was examined a moment ago (browsers forget a chosen file after an error)."""

    file = UploadField(lazy_gettext("Berkas surat (PDF)"))
    kept = HiddenField()


class LetterForm(UploadForm, NumberedForm):
    pass
