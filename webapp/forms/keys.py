"""The key ceremony: the code read out by the official, the reason of a revocation, the registrar's one-time code."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length, Optional

from webapp.domain.custodians import NAMES
from webapp.domain.keys import REASONS
from webapp.forms.base import Form, one_line
from webapp.forms.codes import OneTimeCodeField


class KeyForm(Form):
    """Where the key is to be made; without a choice it is the preferred place."""

    custodian = RadioField(
        lazy_gettext("Tempat penyimpanan kunci"),
        [Optional()],
        choices=[(str(name), lazy_gettext(label)) for name, label in NAMES.items()],
        validate_choice=False,  # the domain knows what is on offer
    )


class RenewalForm(Form):
    code = OneTimeCodeField()


class CertificateForm(Form):
    code = StringField(
        lazy_gettext("Kode kendali yang dibacakan pejabat"),
        [
            InputRequired(lazy_gettext("Isi empat karakter yang dibacakan pejabat.")),
            Length(4, 12, lazy_gettext("Kode kendali terdiri atas empat huruf atau angka.")),
        ],
        filters=[one_line],
    )


class RevocationForm(Form):
    reason = RadioField(
        lazy_gettext("Alasan pencabutan"),
        [InputRequired(lazy_gettext("Pilih alasan pencabutan."))],
        choices=[(name, lazy_gettext(label)) for name, label in REASONS.items()],
    )


class ClaimForm(Form):
    code = StringField(
        lazy_gettext("Kode penyerahan"),
        [
            InputRequired(lazy_gettext("Isi kode penyerahan.")),
            Length(max=40, message=lazy_gettext("Kode penyerahan terdiri atas lima kelompok empat huruf atau angka.")),
        ],
        filters=[one_line],
    )
