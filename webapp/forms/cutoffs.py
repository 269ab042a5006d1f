"""Why something of somebody else is cut off."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField
from wtforms.validators import InputRequired

from webapp.domain.cutoffs import REASONS
from webapp.forms.base import Form


class CutoffForm(Form):
    reason = RadioField(
        lazy_gettext("Alasan"),
        [InputRequired(lazy_gettext("Pilih alasannya."))],
        choices=[(name, lazy_gettext(label)) for name, label in REASONS.items()],
    )
