"""A course that people of an office have completed elsewhere."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import DateField, SelectMultipleField, StringField, widgets
from wtforms.validators import InputRequired, Length

from webapp.forms.base import Form, one_line
from webapp.models import Person


def course_field() -> StringField:
    return StringField(
        lazy_gettext("Nama pelatihan"),
        [
            InputRequired(lazy_gettext("Isi nama pelatihannya.")),
            Length(max=120, message=lazy_gettext("Paling panjang 120 huruf.")),
        ],
        filters=[one_line],
    )


class TrainingForm(Form):
    course = course_field()
    completed_on = DateField(
        lazy_gettext("Selesai pada tanggal"), [InputRequired(lazy_gettext("Isi tanggal selesainya."))]
    )
    people = SelectMultipleField(
        lazy_gettext("Peserta"),
        [InputRequired(lazy_gettext("Pilih paling sedikit satu orang."))],
        coerce=int,
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )

    def offer(self, people: list[Person]) -> None:
        self.people.choices = [(person.id, person.full_name) for person in people]
