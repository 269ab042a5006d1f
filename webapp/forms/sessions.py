"""Logging in: what is typed at the two steps."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from webapp import errors
from webapp.forms.base import Form, one_line, remaining

LONGEST_PASSWORD = 200  # longer ones only keep the hash busy


class LogInForm(Form):
    email = StringField(
        lazy_gettext("Alamat surel"),
        [InputRequired(lazy_gettext("Isi alamat surel Anda.")), Length(max=200)],
        filters=[one_line],
    )
    password = PasswordField(
        lazy_gettext("Kata sandi"), [InputRequired(lazy_gettext("Isi kata sandi Anda.")), Length(max=LONGEST_PASSWORD)]
    )


class OneCode(Form):
    """A form with nothing but a code."""

    def refuse_code(self, error: Exception, attempts_left: int) -> None:
        """Say what is wrong with it, and how often it may still be tried."""
        for name in self._fields.keys() & {"code", "recovery"}:
            self.add_error(name, f"{errors.sentence(error)} {remaining(attempts_left)}")


class CodeForm(OneCode):
    """A one-time code."""

    code = StringField(
        lazy_gettext("Kode autentikator"),
        [InputRequired(lazy_gettext("Isi kode enam angka.")), Length(max=12)],
        filters=[one_line],
    )


class RecoveryForm(OneCode):
    """In place of a one-time code, when the phone is lost."""

    recovery = StringField(
        lazy_gettext("Satu kode pemulihan"),
        [InputRequired(lazy_gettext("Isi salah satu kode pemulihan Anda.")), Length(min=9, max=40)],
        filters=[one_line],
    )
