"""What an auditor looks for in the trail: it stands in the address, so that it can be kept and sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from webapp.domain.audit import Event
from webapp.domain.trails import Search
from webapp.forms.base import Form, one_line

KINDS = {
    "letter": (lazy_gettext("Surat"), ("letter.",)),
    "person": (lazy_gettext("Akun dan peran"), ("person.", "import.")),
    "key": (
        lazy_gettext("Identitas, kunci, sertifikat, dan mandat"),
        ("identity.", "key.", "certificate.", "authority.", "mandate."),
    ),
    "office": (lazy_gettext("Perangkat daerah"), ("office.",)),
}


class AuditForm(Form):
    kind = SelectField(
        lazy_gettext("Jenis"),
        [Optional()],
        choices=[("", lazy_gettext("Semua jenis")), *((name, label) for name, (label, _) in KINDS.items())],
        validate_choice=False,
    )
    event = SelectField(lazy_gettext("Peristiwa"), [Optional()], validate_choice=False)
    who = StringField(lazy_gettext("Pelaku atau sasaran"), [Optional(), Length(max=80)], [one_line])
    letter = StringField(lazy_gettext("Nomor surat"), [Optional(), Length(max=80)], [one_line])
    since = DateField(lazy_gettext("Dari tanggal"), [Optional()])
    until = DateField(lazy_gettext("Sampai tanggal"), [Optional()])

    def search(self, zone: str) -> Search:
        """What was asked for; days are those of the auditor's own time zone."""
        _label, prefixes = KINDS.get(self.kind.data or "", ("", ()))
        event = self.event.data if self.event.data in list(Event) else ""
        return Search(
            kinds=prefixes, event=event or "", who=self.who.data or "", letter=self.letter.data or "",
            since=_midnight(self.since.data, zone), until=_midnight(self.until.data, zone, days=1),
        )  # fmt: skip

    def asked(self) -> dict[str, str]:
        """For addresses: only what was filled in."""
        texts = {field.name: field.data.isoformat() if isinstance(field.data, date) else field.data for field in self}
        return {name: text for name, text in texts.items() if text}


def _midnight(day: date | None, zone: str, *, days: int = 0) -> datetime | None:
    if day is None or not 1970 <= day.year <= 2999:
        return None
    return datetime.combine(day + timedelta(days=days), time(), ZoneInfo(zone)).astimezone(UTC)
