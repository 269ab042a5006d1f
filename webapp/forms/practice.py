"""Practice: which part, and the answers of a drill."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField, SelectField

from webapp.domain.drills import ANSWERS
from webapp.forms.base import Form
from webapp.models import Part, Person


class PartForm(Form):
    part = SelectField(choices=[(str(part), str(part)) for part in Part])


class DrillForm(Form):
    """One question for each of the four papers."""

    first = RadioField(lazy_gettext("Surat 1 menurut Anda"))
    second = RadioField(lazy_gettext("Surat 2 menurut Anda"))
    third = RadioField(lazy_gettext("Surat 3 menurut Anda"))
    fourth = RadioField(lazy_gettext("Surat 4 menurut Anda"))

    def offer(self) -> None:
        for field in self.papers:
            field.choices = [(str(kind), gettext(label)) for kind, label in ANSWERS.items()]

    @property
    def papers(self) -> list[RadioField]:
        return [self.first, self.second, self.third, self.fourth]

    @property
    def answers(self) -> list[str]:
        return [field.data or "" for field in self.papers]


def only(person: Person) -> list[tuple[int, str]]:
    """The trainee, who is everybody on his letters."""
    return [(person.id, gettext("Anda sendiri (latihan): %(name)s", name=person.full_name))]
