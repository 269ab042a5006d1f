"""What a mandate says, as an official types it on his phone."""

from __future__ import annotations

import re
from datetime import timedelta

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, RadioField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length, ValidationError

from webapp.domain.grants import Terms
from webapp.forms.base import one_line
from webapp.forms.codes import OneTimeCodeField
from webapp.forms.letters import CONFIDENTIALITIES, TYPE_CHOICES, UploadForm
from webapp.forms.uploads import UploadField
from webapp.models import Confidentiality, MandateKind

KINDS = [
    (MandateKind.PLH, lazy_gettext("Plh. (pelaksana harian): pejabat berhalangan sementara")),
    (MandateKind.PLT, lazy_gettext("Plt. (pelaksana tugas): jabatan lowong")),
    (MandateKind.PJ, lazy_gettext("Pj. (penjabat): jabatan kepala yang lowong")),
    (MandateKind.AN, lazy_gettext("a.n. (atas nama): bawahan menandatangani untuk atasannya")),
    (MandateKind.UB, lazy_gettext("u.b. (untuk beliau): satu tingkat di bawah a.n.")),
]
CODE = re.compile(r"[0-9A-Za-z]+(\.[0-9A-Za-z]+)*")
LONGEST = timedelta(days=366)


def _at_most(length: int) -> Length:
    return Length(max=length, message=lazy_gettext("Paling panjang %(max)d huruf."))


class MandateForm(UploadForm):
    kind = RadioField(lazy_gettext("Jenis"), choices=KINDS, default=MandateKind.PLH)
    principal_id = SelectField(lazy_gettext("Pejabat yang digantikan"), coerce=int)
    post = StringField(lazy_gettext("Nama jabatan yang lowong"), [_at_most(160)], [one_line])
    office_id = SelectField(lazy_gettext("Surat dari perangkat daerah"), coerce=int)
    deputy_id = SelectField(lazy_gettext("Pejabat penggantinya"), coerce=int)
    through = StringField(lazy_gettext("Jabatan di antaranya (u.b.)"), [_at_most(160)], [one_line])
    starts_on = DateField(lazy_gettext("Hari pertama"), [InputRequired(lazy_gettext("Isi hari pertamanya."))])
    ends_on = DateField(lazy_gettext("Hari terakhir"), [InputRequired(lazy_gettext("Isi hari terakhirnya."))])
    classifications = StringField(lazy_gettext("Kode klasifikasi"), [_at_most(200)], [one_line])
    letter_types = SelectMultipleField(
        lazy_gettext("Jenis naskah"), choices=TYPE_CHOICES[1:], option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )  # fmt: skip
    confidentiality = SelectField(
        lazy_gettext("Sifat surat, paling tinggi"), choices=CONFIDENTIALITIES, default=Confidentiality.RESTRICTED
    )
    decree = StringField(
        lazy_gettext("Dasar: jenis dan nomor keputusan"),
        [InputRequired(lazy_gettext("Isi nomor surat keputusan atau surat perintahnya.")), _at_most(120)],
        [one_line],
    )
    file = UploadField(lazy_gettext("Berkas keputusan (PDF)"))
    code = OneTimeCodeField()

    def validate_deputy_id(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(gettext("Pilih pejabat penggantinya."))

    def validate_ends_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data - self.starts_on.data > LONGEST:
            raise ValidationError(gettext("Paling lama satu tahun; sesudahnya mandat dibuat lagi."))

    def validate_classifications(self, field: Field) -> None:
        if not all(CODE.fullmatch(one) for one in self.codes):
            raise ValidationError(gettext("Tulis kode seperti 800.1, dipisahkan koma."))

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.strip() for one in (self.classifications.data or "").split(",") if one.strip()))

    @property
    def has_file(self) -> bool:
        return bool(self.file.is_chosen or self.kept.data)

    def terms(self, decree_sha256: str | None) -> Terms:
        return Terms(
            kind=MandateKind(self.kind.data), principal_id=self.principal_id.data or None,
            deputy_id=self.deputy_id.data, office_id=self.office_id.data,
            starts_on=self.starts_on.data, ends_on=self.ends_on.data,
            decree=self.decree.data, confidentiality=self.confidentiality.data, classifications=self.codes,
            letter_types=tuple(self.letter_types.data or ()),
            through=self.through.data or "", decree_sha256=decree_sha256,
            post="" if self.principal_id.data else self.post.data or "",
        )  # fmt: skip
