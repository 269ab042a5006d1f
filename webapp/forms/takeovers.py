"""To whom the letters go that somebody left behind."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import SelectField

from webapp.domain.unfinished import Cause
from webapp.forms.decisions import ReasonForm


class TakeoverForm(ReasonForm):
    """One choice for each kind; 0 leaves those letters where they are."""

    drafter_left = SelectField(lazy_gettext("Pengonsep pengganti"), coerce=int, default=0)
    reviewer_left = SelectField(lazy_gettext("Pemaraf pengganti"), coerce=int, default=0)
    signer_left = SelectField(lazy_gettext("Penandatangan pengganti"), coerce=int, default=0)

    def chosen(self) -> dict[Cause, int]:
        causes = (Cause.DRAFTER_LEFT, Cause.REVIEWER_LEFT, Cause.SIGNER_LEFT)
        return {cause: self[cause.value].data for cause in causes if self[cause.value].data}
