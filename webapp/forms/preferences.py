"""How somebody wants to be told. The quiet hours count only where they are switched on."""

from __future__ import annotations

from datetime import time

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, TimeField
from wtforms.validators import Optional

from webapp.domain.preferences import QUIET, Wish
from webapp.forms.base import Form
from webapp.models import Rhythm

RHYTHMS = [
    (Rhythm.IMMEDIATE, lazy_gettext("Langsung, satu surel untuk setiap kejadian")),
    (Rhythm.HOURLY, lazy_gettext("Setiap jam, dikumpulkan dalam satu surel")),
    (Rhythm.TWICE_DAILY, lazy_gettext("Dua kali sehari, pukul 07.30 dan 13.00")),
]


class PreferencesForm(Form):
    rhythm = RadioField(lazy_gettext("Surel"), choices=RHYTHMS)
    is_quiet = BooleanField(lazy_gettext("Jam tenang"))
    quiet_from = TimeField(lazy_gettext("Mulai"), format=["%H:%M", "%H:%M:%S"], validators=[Optional()])
    quiet_until = TimeField(lazy_gettext("Sampai"), format=["%H:%M", "%H:%M:%S"], validators=[Optional()])

    def validate(self, extra_validators: dict | None = None) -> bool:
        is_sound = super().validate(extra_validators)
        missing = [
            one
            for one in (self.quiet_from, self.quiet_until)
            if self.is_quiet.data and one.data is None and not one.errors
        ]
        for field in missing:
            self.add_error(field.name, gettext("Isian ini wajib."))
        return is_sound and not missing

    @property
    def quiet(self) -> tuple[int, int] | None:
        """In minutes of the day."""
        begins, ends = self.quiet_from.data, self.quiet_until.data
        if not self.is_quiet.data or begins is None or ends is None:
            return None
        return begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute


def of_wish(wish: Wish) -> PreferencesForm:
    """The form as it stands; quiet hours that are off offer the usual ones."""
    begins, ends = (time(*divmod(minutes, 60)) for minutes in wish.quiet or QUIET)
    known = {"rhythm": wish.rhythm, "is_quiet": wish.quiet is not None, "quiet_from": begins, "quiet_until": ends}
    return PreferencesForm(formdata=None, data=known)
