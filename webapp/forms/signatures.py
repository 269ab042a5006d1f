"""The approval: the one-time code, and the digest of what was shown."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, Regexp

from webapp.forms.base import Form
from webapp.forms.codes import OneTimeCodeField

INCOMPLETE = lazy_gettext("Halaman ini tidak lengkap terkirim. Baca kembali suratnya, lalu setujui lagi.")


class SignatureForm(Form):
    code = OneTimeCodeField()
    # For a key at a remote provider: passed through to it, and kept nowhere.
    pin = PasswordField(lazy_gettext("PIN dari penyedia tanda tangan"), [Length(max=200)])
    otp = PasswordField(lazy_gettext("Kode dari penyedia tanda tangan"), [Length(max=40)])
    digest = HiddenField("", [InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
