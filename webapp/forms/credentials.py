"""A key at a remote provider: which one it is, as the provider names it."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from webapp.forms.base import Form, one_line


class CredentialForm(Form):
    credential = StringField(
        lazy_gettext("Nomor kredensial pejabat di penyedia"),
        [
            InputRequired(lazy_gettext("Isi nomor kredensialnya.")),
            Length(max=200, message=lazy_gettext("Nomor kredensial ini terlalu panjang.")),
        ],
        filters=[one_line],
    )
