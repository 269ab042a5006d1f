"""The verification code as people type it, and the one-time code's shape."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from webapp.forms.base import Form, one_line


def digits(text: str | None) -> str:
    """Authenticators show 123 456: the space is nobody's mistake."""
    return "".join((text or "").split())


class LetterCodeForm(Form):
    """Sent by GET: a code in the address can be kept and passed on, and there is nothing to forge."""

    code = StringField(
        lazy_gettext("Kode di bawah QR"),
        [
            InputRequired(lazy_gettext("Ketik kode yang tercetak di bawah QR.")),
            Length(max=64, message=lazy_gettext("Kode ini terlalu panjang.")),
        ],
        filters=[one_line],
    )


class OneTimeCodeField(StringField):
    """Six digits of the authenticator app."""

    def __init__(self, label: str = "", **kind: object) -> None:
        checks = [
            InputRequired(lazy_gettext("Masukkan kode autentikator.")),
            Regexp(r"^[0-9]{6}$", message=lazy_gettext("Kode autentikator terdiri dari enam angka.")),
        ]
        super().__init__(label or lazy_gettext("Kode autentikator"), checks, filters=[digits], **kind)
