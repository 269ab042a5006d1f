"""What BSrE needs of an official: to be known there, and to approve. Passphrase and code are never filled in again."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from signing.keys.bsre import Secret
from webapp.forms.base import Form, one_line
from webapp.forms.codes import OneTimeCodeField, digits
from webapp.forms.signatures import INCOMPLETE

LONGEST = 200  # never trimmed: a space may be part of a passphrase


class RemoteSignatureForm(Form):
    code = OneTimeCodeField()
    passphrase = PasswordField(
        lazy_gettext("Passphrase BSrE"), [Length(max=LONGEST, message=lazy_gettext("Passphrase ini terlalu panjang."))]
    )
    otp = StringField(
        lazy_gettext("OTP dari surel BSrE"),
        [Optional(), Length(max=12, message=lazy_gettext("OTP ini terlalu panjang."))], filters=[digits],
    )  # fmt: skip
    digest = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
    after = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^\d{1,9}$", message=INCOMPLETE)])

    def validate_passphrase(self, field: Field) -> None:
        if bool(field.data) == bool(self.otp.data):
            raise ValidationError(
                lazy_gettext("Isi salah satu saja: passphrase atau OTP.") if field.data
                else lazy_gettext("Isi passphrase BSrE Anda, atau OTP dari surel.")
            )  # fmt: skip

    @property
    def secret(self) -> Secret:
        return Secret(self.otp.data or self.passphrase.data)


class BsreForm(Form):
    email = StringField(
        lazy_gettext("Surel yang terdaftar di BSrE"),
        [
            Optional(), Length(max=200),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=lazy_gettext("Tulis alamat surel yang lengkap.")),
        ],
        filters=[one_line],
    )  # fmt: skip
    nik = StringField(
        lazy_gettext("NIK"),
        [Optional(), Regexp(r"^\d{16}$", message=lazy_gettext("NIK terdiri dari 16 angka."))], filters=[digits],
    )  # fmt: skip
    certificate_name = StringField(
        lazy_gettext("Nama pada sertifikat BSrE"),
        [InputRequired(lazy_gettext("Tulis nama persis seperti pada sertifikatnya.")), Length(max=240)],
        filters=[one_line],
    )
