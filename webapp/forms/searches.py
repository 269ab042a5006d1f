"""What a person looks for, as it stands in the address: who is sent the address sees what he himself may see."""

from __future__ import annotations

from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import Optional, ValidationError

from webapp.domain.searches import Filters, Mark
from webapp.forms.base import Form, one_line
from webapp.models import State

LONGEST = 100
STATES = [
    ("", lazy_gettext("Semua keadaan")),
    (State.DRAFT, lazy_gettext("Draf")),
    (State.SUBMITTED, lazy_gettext("Menunggu tanda tangan")),
    (State.RETURNED, lazy_gettext("Dikembalikan")),
    (State.WITHDRAWN, lazy_gettext("Ditarik")),
    (State.REJECTED, lazy_gettext("Ditolak")),
    (State.SIGNED, lazy_gettext("Ditandatangani")),
    (State.REVOKED, lazy_gettext("Dicabut")),
    (State.REPLACED, lazy_gettext("Diganti")),
]


def _short(value: str | None) -> str:
    return one_line(value)[:LONGEST]


class SearchForm(Form):
    """Sent by GET, so without a token: it changes nothing."""

    q = StringField(lazy_gettext("Kata"), filters=[_short])
    number = StringField(lazy_gettext("Nomor surat"), filters=[_short])
    subject = StringField(lazy_gettext("Perihal"), filters=[_short])
    person = StringField(lazy_gettext("Pengonsep atau penandatangan"), filters=[_short])
    since = DateField(lazy_gettext("Dari tanggal"), [Optional()])
    until = DateField(lazy_gettext("Sampai tanggal"), [Optional()])

    def __init__(self) -> None:
        super().__init__(request.args)

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("Tanggal akhir mendahului tanggal awal."))

    def filters(self, *states: State, office_id: int | None = None) -> Filters:
        return Filters(
            self.q.data, self.number.data, self.subject.data, self.person.data, self.since.data, self.until.data,
            states, office_id,
        )  # fmt: skip

    @property
    def after(self) -> Mark | None:
        """Where the page begins that the address asks for."""
        return Mark.of(request.args.get("after", ""))

    @property
    def kept(self) -> dict[str, str]:
        """What belongs into the address of the next page and of an export."""
        typed = {field.name: request.args.get(field.name, "") for field in self}
        return {name: _short(value) for name, value in typed.items() if value}

    @property
    def is_detailed(self) -> bool:
        return bool(self.kept.keys() - {"q"})


class RegisterForm(SearchForm):
    office = SelectField(lazy_gettext("Perangkat daerah"), coerce=int, default=0)
    state = SelectField(lazy_gettext("Keadaan"), choices=STATES, default="")

    def asked(self) -> Filters:
        states = [State(self.state.data)] if self.state.data else []
        return self.filters(*states, office_id=self.office.data or None)
