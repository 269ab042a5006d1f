"""What is typed for a letter that is written here: its facts and the texts of its type. And an office's letterhead."""

from __future__ import annotations

from functools import cache

from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from webapp.domain.letter_types import TYPES
from webapp.domain.letter_types import Field as Wanted
from webapp.domain.letterheads import MAX_EMBLEM
from webapp.forms.base import Form, one_line, paragraphs
from webapp.forms.letters import FactsForm, NumberedForm
from webapp.forms.uploads import UploadField

TOO_LONG = lazy_gettext("Paling panjang %(max)d huruf.")
PAPERS = [("F4", "F4 (215 × 330 mm)"), ("A4", "A4 (210 × 297 mm)")]
PREFIX = "text_"  # an own part of the form's names: a type's field may be called as a fact is


class Texts:
    """The fields of a letter type in a form."""

    kind = ""
    letter_type = None  # the kind itself

    def texts(self) -> dict[str, str]:
        return {one.name: self[PREFIX + one.name].data or "" for one in TYPES[self.kind].fields}  # type: ignore[index]

    def parts(self) -> list[tuple[Wanted, Field]]:
        """What to show, in order."""
        return [(one, self[PREFIX + one.name]) for one in TYPES[self.kind].fields]  # type: ignore[index]

    def fill(self, texts: dict[str, str]) -> None:
        for one in TYPES[self.kind].fields:
            self[PREFIX + one.name].data = texts.get(one.name, one.default)  # type: ignore[index]


@cache
def new_form(kind: str) -> type[NumberedForm]:
    """The form for a new letter of a type."""
    return type("NewWritingForm", (Texts, NumberedForm), {"kind": kind, **_fields(kind)})


@cache
def form(kind: str) -> type[FactsForm]:
    """The form for a letter of a type that there is already."""
    return type("WritingForm", (Texts, FactsForm), {"kind": kind, **_fields(kind)})


def _fields(kind: str) -> dict[str, Field]:
    return {PREFIX + one.name: text_field(one, is_needed=one.is_needed) for one in TYPES[kind].fields}


def text_field(one: Wanted, *, is_needed: bool) -> Field:
    """A form's field for what is typed for a type."""
    checks = [Length(max=one.most, message=TOO_LONG)]
    if is_needed:
        checks.insert(0, DataRequired(lazy_gettext("Isian ini wajib.")))
    made = TextAreaField if one.is_text else StringField
    tidy = paragraphs if one.is_text else one_line
    return made(lazy_gettext(one.label), checks, [tidy], default=one.default)


class LetterheadForm(Form):
    above = StringField(lazy_gettext("Baris pertama"), [Length(max=200, message=TOO_LONG)], [one_line])
    name = StringField(
        lazy_gettext("Nama perangkat daerah"),
        [DataRequired(lazy_gettext("Isi namanya.")), Length(max=200, message=TOO_LONG)],
        [one_line],
    )
    address = TextAreaField(lazy_gettext("Alamat"), [Length(max=400, message=TOO_LONG)], [paragraphs])
    place = StringField(lazy_gettext("Tempat penetapan"), [Length(max=80, message=TOO_LONG)], [one_line])
    paper = SelectField(
        lazy_gettext("Ukuran kertas"), choices=[("F4", "F4 (215 × 330 mm)"), ("A4", "A4 (210 × 297 mm)")]
    )
    emblem = UploadField(lazy_gettext("Lambang"), most=MAX_EMBLEM)
    drop_emblem = BooleanField(lazy_gettext("Hapus lambang yang sekarang"))

    def validate_address(self, field: Field) -> None:
        if len(self.lines()) > 3 or any(len(line) > 150 for line in self.lines()):
            raise ValidationError(lazy_gettext("Paling banyak tiga baris, masing-masing 150 huruf."))

    def lines(self) -> tuple[str, ...]:
        return tuple(line for line in (self.address.data or "").splitlines() if line.strip())
