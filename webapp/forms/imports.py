"""The upload of a table, and the shape of its rows: the same rules as the forms by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from webapp.domain.exports import FORMULA
from webapp.domain.rosters import MAX_BYTES, Kind
from webapp.forms.base import Form, one_line
from webapp.forms.identities import no_nik
from webapp.forms.offices import TOO_LONG, code_field, upper_case
from webapp.forms.people import ROLES, NipForm, PersonForm, email_field
from webapp.forms.trainings import course_field
from webapp.forms.uploads import Chosen, UploadField
from webapp.models import Role

INCOMPLETE = lazy_gettext("Permintaan ini tidak lengkap. Muat ulang halaman, lalu coba lagi.")
# A spreadsheet took it for a number: its last digits are gone for good.
LOSSY = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
NAMES = {str(role): role for role in Role} | {
    "pengonsep": Role.DRAFTER, "verifikator": Role.REVIEWER, "penandatangan": Role.SIGNER,
    "petugas verifikasi identitas": Role.REGISTRAR, "petugas verifikasi": Role.REGISTRAR,
}  # fmt: skip


class ImportForm(Form):
    file = UploadField(lazy_gettext("Berkas CSV atau XLSX"), [Chosen(lazy_gettext("Pilih berkasnya."))], most=MAX_BYTES)


class ApplicationForm(Form):
    """Bound to what was shown: the file's digest and that of the changes."""

    sha256 = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
    plan = HiddenField(validators=[Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
    invite = BooleanField(lazy_gettext("Kirim undangan kepada orang baru"))


def _iso_day(text: str | None) -> str:
    """A day as people write it (31/12/2026) or as a spreadsheet's own date comes; anything else stays as it is."""
    plain = one_line(text).removesuffix("T00:00:00")
    for form in DAYS:
        try:
            return datetime.strptime(plain, form).date().isoformat()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return plain


class OfficeRow(Form):
    code = code_field()
    name = StringField(
        lazy_gettext("Nama"),
        [InputRequired(lazy_gettext("Isi namanya.")), Length(max=200, message=TOO_LONG), no_nik],
        filters=[one_line],
    )
    parent = StringField(
        lazy_gettext("Kode induk"),
        [Optional(), Length(max=20, message=lazy_gettext("Kode paling panjang 20 huruf."))],
        filters=[upper_case],
    )


class _NipRow(NipForm):
    def validate_nip(self, field: Field) -> None:
        if LOSSY.search(field.data or ""):
            told = lazy_gettext("NIP tersimpan sebagai angka, jadi angka terakhirnya hilang. Jadikan kolomnya Teks.")
            raise ValidationError(told)
        super().validate_nip(field)


class PersonRow(_NipRow, PersonForm):
    email = email_field()
    office = StringField(
        lazy_gettext("Kode perangkat daerah"),
        [Optional(), Length(max=20, message=lazy_gettext("Kode paling panjang 20 huruf."))],
        filters=[upper_case],
    )
    roles = StringField(lazy_gettext("Peran"), filters=[one_line])

    def validate_roles(self, field: Field) -> None:
        unknown = [name for name in _names(field.data) if name not in NAMES]
        if unknown:
            known = ", ".join(str(label) for label in ROLES.values())
            told = gettext("Peran “%(role)s” tidak dikenal. Yang ada: %(known)s.", role=unknown[0][:40], known=known)
            raise ValidationError(told)


class TrainingRow(_NipRow):
    email = StringField(validators=[Length(max=200), no_nik], filters=[one_line, str.lower])
    course = course_field()
    completed_on = StringField(filters=[_iso_day])

    def validate_completed_on(self, field: Field) -> None:
        if not ISO_DAY.fullmatch(field.data):
            raise ValidationError(gettext("Tulis tanggal selesainya seperti 31/12/2026."))


ROWS = {Kind.OFFICES: OfficeRow, Kind.PEOPLE: PersonRow, Kind.TRAININGS: TrainingRow}


def judge(kind: Kind, rows: Iterable[tuple[int, dict[str, str]]]) -> list[list]:
    """-> [line, {column: tidy text, roles as a list}, [what is wrong in it, in words]] of each row."""
    return [_judged(kind, line, values) for line, values in rows]


def _judged(kind: Kind, line: int, values: dict[str, str]) -> list:
    form = ROWS[kind](MultiDict(values))
    form.validate()
    faults = [str(message) for field in form for message in field.errors]
    if any(text.startswith(FORMULA) for text in values.values()):
        faults.append(gettext("Ada isian yang diawali =, +, -, atau @, seperti rumus. Hapus tanda itu."))
    tidy = {name: form[name].data or "" for name in values}
    if "roles" in tidy:
        tidy["roles"] = sorted({str(NAMES[name]) for name in _names(tidy["roles"]) if name in NAMES})
    return [line, tidy, faults]


def _names(text: str | None) -> list[str]:
    return [name for part in re.split(r"[,;/|+]", text or "") if (name := one_line(part).casefold())]
