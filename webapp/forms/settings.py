"""What a person chooses for himself."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField

from webapp.forms.base import Form
from webapp.i18n import ZONES

SCHEMES = ("", "light", "dark")


class SettingsForm(Form):
    language = RadioField(lazy_gettext("Bahasa"), choices=[("id", "Bahasa Indonesia"), ("en", "English")])
    zone = SelectField(lazy_gettext("Zona waktu"), choices=[(name, f"{short} ({name.split('/')[1]})")
                                                            for name, short in ZONES.items()])  # fmt: skip
    scheme = RadioField(
        lazy_gettext("Tampilan"),
        choices=[
            ("", lazy_gettext("Ikuti perangkat")),
            ("light", lazy_gettext("Terang")),
            ("dark", lazy_gettext("Gelap")),
        ],
    )
