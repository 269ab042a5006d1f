"""The answer of a passkey, as the page's script puts it into a form."""

from __future__ import annotations

import base64
import binascii

from wtforms import HiddenField
from wtforms.validators import InputRequired, Length, Regexp

from webapp.forms.base import Form
from webapp.forms.signatures import INCOMPLETE


class PasskeyForm(Form):
    nonce = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])
    assertion = HiddenField(validators=[InputRequired(INCOMPLETE), Length(max=20_000, message=INCOMPLETE)])
    prf = HiddenField(validators=[Length(max=64, message=INCOMPLETE)])


class PasskeySignatureForm(PasskeyForm):
    digest = HiddenField(validators=[InputRequired(INCOMPLETE), Regexp(r"^[0-9a-f]{64}$", message=INCOMPLETE)])


def prf_bytes(text: object) -> bytes | None:
    """The PRF output, sent as base64url; None where the authenticator has none."""
    try:
        return base64.b64decode(str(text or "") + "==", altchars=b"-_") or None
    except (binascii.Error, ValueError):
        return None
