"""Who somebody is, and which roles are given."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext
from wtforms import EmailField, Field, RadioField, SelectField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length, ValidationError

from webapp.forms.base import Form, one_line
from webapp.forms.identities import no_nik
from webapp.models import Office, Role

ROLES = {
    Role.DRAFTER: lazy_gettext("Pengonsep"),
    Role.REVIEWER: lazy_gettext("Verifikator"),
    Role.SIGNER: lazy_gettext("Penandatangan"),
    Role.REGISTRAR: lazy_gettext("Petugas verifikasi identitas"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.AUDITOR: lazy_gettext("Auditor"),
}
DUTIES = {
    Role.DRAFTER: lazy_gettext("Pengonsep: mengunggah surat perangkat daerah ini dan mengajukannya."),
    Role.REVIEWER: lazy_gettext("Verifikator: membaca surat perangkat daerah ini dan mengembalikannya bila keliru."),
    Role.SIGNER: lazy_gettext("Penandatangan: menandatangani surat perangkat daerah ini dan yang di bawahnya."),
    Role.REGISTRAR: lazy_gettext("Petugas verifikasi identitas: memeriksa pejabat dan menerbitkan sertifikatnya."),
    Role.ADMINISTRATOR: lazy_gettext("Administrator: mengatur orang, peran, dan perangkat daerah, juga di bawahnya."),
    Role.AUDITOR: lazy_gettext("Auditor: membaca surat dan jejak audit, juga milik yang di bawahnya."),
}


def _text(label: str, most: int, *validators: object) -> StringField:
    too_long = lazy_gettext("Paling panjang %(n)s huruf.", n=most)
    return StringField(label, [*validators, Length(max=most, message=too_long), no_nik], filters=[one_line])


def email_field() -> EmailField:
    return EmailField(
        lazy_gettext("Alamat surel dinas"),
        [InputRequired(lazy_gettext("Isi alamat surelnya.")), Length(max=200), no_nik],
        filters=[one_line],
    )


def digits_only(text: str | None) -> str:
    return re.sub(r"[\s.\-]", "", text or "")


class NipForm(Form):
    nip = StringField(lazy_gettext("NIP"), filters=[digits_only])

    def validate_nip(self, field: Field) -> None:
        no_nik(self, field)
        if field.data and not re.fullmatch(r"\d{18}", field.data):
            raise ValidationError(lazy_gettext("NIP terdiri atas 18 angka. Kosongkan bila tidak ada."))


class PersonForm(NipForm):
    """What is printed with a signature."""

    name = _text(lazy_gettext("Nama tanpa gelar"), 120, InputRequired(lazy_gettext("Isi namanya.")))
    title_before = _text(lazy_gettext("Gelar di depan"), 40)
    title_after = _text(lazy_gettext("Gelar di belakang"), 60)
    position = _text(lazy_gettext("Jabatan"), 160)
    rank = _text(lazy_gettext("Pangkat/golongan"), 60)

    def facts(self) -> dict[str, str | None]:
        """The columns of a person."""
        names = ("name", "title_before", "title_after", "position", "rank")
        return {name: self[name].data for name in names} | {"nip": self.nip.data or None}


class OfficeChoice:
    """The offices that an administrator may choose from, indented as they stand in the tree."""

    office: SelectField

    def offer(self, offices: list[Office]) -> None:
        highest = min((len(office.ancestor_ids) for office in offices), default=0)
        self.office.choices = [
            (office.id, "\u2003" * (len(office.ancestor_ids) - highest) + office.name) for office in offices
        ]


class NewPersonForm(OfficeChoice, PersonForm):
    email = email_field()
    office = SelectField(lazy_gettext("Perangkat daerah"), coerce=int)
    roles = SelectMultipleField(
        lazy_gettext("Peran"),
        [InputRequired(lazy_gettext("Pilih paling sedikit satu peran."))],
        choices=[(str(role), duty) for role, duty in DUTIES.items()],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )


class RoleForm(OfficeChoice, Form):
    office = SelectField(lazy_gettext("Di perangkat daerah"), coerce=int)
    role = RadioField(
        lazy_gettext("Peran yang diberikan"),
        [InputRequired(lazy_gettext("Pilih satu peran."))],
        choices=[(str(role), duty) for role, duty in DUTIES.items()],
    )
