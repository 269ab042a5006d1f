"""A new password, typed twice: a slip would lock the official's key for good."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from webapp.forms.base import Form
from webapp.forms.sessions import LONGEST_PASSWORD


class NewPasswordForm(Form):
    password = PasswordField(
        lazy_gettext("Kata sandi baru"),
        [
            InputRequired(lazy_gettext("Isi kata sandi baru.")),
            Length(max=LONGEST_PASSWORD, message=lazy_gettext("Kata sandi paling panjang 200 huruf.")),
        ],
    )
    repeated = PasswordField(
        lazy_gettext("Ulangi kata sandi baru"),
        [
            InputRequired(lazy_gettext("Ketik sekali lagi kata sandi baru Anda.")),
            EqualTo("password", lazy_gettext("Kedua kata sandi baru tidak sama.")),
        ],
    )


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(
        lazy_gettext("Kata sandi sekarang"),
        [InputRequired(lazy_gettext("Isi kata sandi Anda yang sekarang.")), Length(max=LONGEST_PASSWORD)],
    )
