"""Decisions that need a reason: return, rejection, revocation."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from webapp.forms.base import Form, one_line, paragraphs
from webapp.forms.codes import OneTimeCodeField
from webapp.forms.passkeys import PasskeyForm
from webapp.forms.signatures import INCOMPLETE


class ReasonForm(Form):
    reason = TextAreaField(
        lazy_gettext("Alasan"),
        [
            InputRequired(lazy_gettext("Tuliskan alasannya, agar penerima tahu apa yang harus dilakukan.")),
            Length(5, 1000, lazy_gettext("Tuliskan alasan dengan 5 sampai 1.000 huruf.")),
        ],
        filters=[paragraphs],
    )


class RevocationForm(ReasonForm):
    """With a one-time code. The letter does not change any more, so no digest of it comes along."""

    code = OneTimeCodeField()


class PasskeyRevocationForm(PasskeyForm, ReasonForm):
    """With what a passkey answered in place of the code."""


class RejectionForm(ReasonForm):
    """With a one-time code. The digest is of what was shown: of another letter nothing is decided."""

    code = OneTimeCodeField()
    digest = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])


class PasskeyRejectionForm(PasskeyForm, ReasonForm):
    """With what a passkey answered in place of the code."""

    digest = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])


class RejectionChallengeForm(ReasonForm):
    """What the page's script sends to be given a challenge: JSON, whose token is in a header."""

    digest = HiddenField(validators=[InputRequired(INCOMPLETE)])


class ReplacementForm(ReasonForm):
    number = StringField(
        lazy_gettext("Nomor surat pengganti"),
        [
            InputRequired(lazy_gettext("Isi nomor surat penggantinya.")),
            Length(max=80, message=lazy_gettext("Nomor surat paling panjang 80 huruf.")),
        ],
        filters=[one_line],
    )
